"""`mapproof triage`: other tools' alerts in, an answer to each out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mapproof.commands.base import EXIT_CLEAN, EXIT_FINDINGS, EXIT_STRICT, EXIT_USAGE, Outcome
from mapproof.commands.check import add_configurations, options_of
from mapproof.commands.rendering import PROFILES
from mapproof.errors import MapproofError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Callable

    from mapproof.commands.base import Terminal
    from mapproof.commands.cache import Cache
    from mapproof.commands.gate import Gate
    from mapproof.model.answer import Triage
    from mapproof.report.base import Rendering

FORMATS: Final = (
    "text", "json", "html", "md", "sarif", "cyclonedx", "openvex", "csaf", "github", "gitlab", "patch", "suppressions",
)  # fmt: skip
"""Every format of ``report/answers/``, which is not imported to say so, and that of ``settling``."""
_EXAMPLES: Final = """\
examples:
  mapproof triage scan.sarif --source src/
  mapproof triage quokka.sarif --artifact app.apk
  mapproof triage semgrep.json checksec.json --source src/ --artifact build/libfoo.so
  mapproof triage --format json --output answers.json --proofs proofs/ scan.sarif --source src/

answers:
  refuted          the claim is false here; every call that it may mean is proved harmless
  true-but-benign  the claim is literally true, and proved harmless
  accepted         memory becomes executable, and a suppression takes that risk
  confirmed        the claim is true, and not harmless
  undecided        it could not be told; the one thing that would settle it is named
  not-covered      not about the protection of mapped memory, or about a file that was not read

formats:
  text          for people, in a terminal
  json          all of it (mapproof schema triage)
  html          one page for people, with all evidence
  md            the reply to a ticket, in Markdown
  sarif         the tools' own logs with the answers in them (--sarif-profile)
  github        dismissals for GitHub's code scanning (--dismiss sends them)
  gitlab        GitLab's SAST report, false positives flagged
  patch         comments for the other tools (NOLINT, nosemgrep, ...), for git apply
  suppressions  entries for mapproof.suppressions.toml
  cyclonedx     CycloneDX VEX 1.6
  openvex       OpenVEX 0.2.0
  csaf          CSAF 2.0 VEX

exit codes:
  0   no alert is confirmed
  1   an alert is confirmed
  2   bad arguments or configuration, or a file of alerts that could not be read to its end
  3   with --strict: an alert is undecided or not covered
  70  an error inside mapproof
"""


def arguments(parser: ArgumentParser) -> None:
    """Add what the command takes."""
    parser.description = (
        "Answer the alerts of other tools about mapped memory, by the sources and binaries that they are about."
    )
    parser.epilog = _EXAMPLES
    parser.add_argument("alerts", metavar="ALERTS", nargs="+", help="a tool's report, in any format that is known")
    parser.add_argument(
        "--source", metavar="PATH", action="append", default=[], help="sources that they are about (a folder or file)"
    )
    parser.add_argument(
        "--artifact",
        metavar="FILE",
        action="append",
        default=[],
        help="a binary or package that they are about, or a folder",
    )
    parser.add_argument(
        "--map",
        metavar="FROM=TO",
        action="append",
        default=[],
        type=_moved,
        help="a folder of the alerts, and where it is here",
    )
    output = parser.add_argument_group("output")
    output.add_argument("--format", metavar="FORMAT", default="text", help="one of those below (text)")
    output.add_argument(
        "--output", metavar="FILE", help="write that format there; standard output then gets the text for people"
    )
    output.add_argument(
        "--sarif-profile", choices=PROFILES, default="full", help="whose service reads the SARIF (full)"
    )
    output.add_argument(
        "--dismiss",
        action="store_true",
        help="dismiss what is settled in GitHub's code scanning (GITHUB_API_URL, GITHUB_TOKEN, GITHUB_REPOSITORY)",
    )
    output.add_argument(
        "--author", metavar="NAME", default="mapproof", help="who answers, for formats that name somebody (mapproof)"
    )
    output.add_argument("--proofs", metavar="DIR", help="write the proofs that answers rest on into this folder")
    output.add_argument("--quiet", action="store_true", help="only the answers: no counts, no progress")
    output.add_argument("--color", choices=["auto", "always", "never"], default="auto", help="color the text (auto)")
    kept = parser.add_argument_group("cache (of analyses, by what they depend on; safe to delete)")
    where = kept.add_mutually_exclusive_group()
    where.add_argument(
        "--cache", metavar="DIR", help="keep analyses there (mapproof/triage in the user's cache folder)"
    )
    where.add_argument("--no-cache", action="store_true", help="keep nothing, and use nothing that was kept")
    policy = parser.add_argument_group("policy (the nearest mapproof.toml, or [tool.mapproof] of pyproject.toml)")
    policy.add_argument("--strict", action="store_true", help="exit 3 where an alert is undecided or not covered")
    policy.add_argument("--exit-zero", action="store_true", help="exit 0 whatever the answers are")
    policy.add_argument("--config", metavar="FILE", help="take the policy from this file")
    policy.add_argument("--isolated", action="store_true", help="take no policy and no suppressions from the project")
    policy.add_argument("--suppressions", metavar="FILE", help="take suppressions from this file")
    policy.add_argument("--rules", metavar="DIR", action="append", help="add the rules and callees in this folder")
    add_configurations(parser)


def run(chosen: Namespace, terminal: Terminal) -> Outcome:
    """Read the alerts, analyse what they are about, answer each."""
    from mapproof.commands.cache import Cache, cache_at
    from mapproof.commands.gate import gate_of
    from mapproof.commands.triaging import triage

    render = _renderer(chosen.format)
    if chosen.dismiss:
        from mapproof.commands.dismissing import service_of

        service_of(terminal.environ)  # what is missing is said before the work, not after
    gate = gate_of(chosen, terminal.progress, options_of(chosen), [*chosen.source, *chosen.artifact])
    statements: dict[str, bytes] = {}
    kept = Cache() if chosen.no_cache else cache_at(chosen.cache, terminal.environ)
    found = triage(chosen.alerts, chosen.source, chosen.artifact, gate, kept, statements, chosen.map)
    gate.notes.extend(kept.notes)
    rendering = _rendering(chosen, found, gate, terminal)
    text = render(found, rendering)
    if chosen.proofs is not None:
        _write_proofs(chosen.proofs, found, statements, kept)
    code = EXIT_CLEAN if chosen.exit_zero else exit_code(found, strict=chosen.strict)
    if chosen.dismiss:
        from mapproof.commands.dismissing import dismiss

        done = dismiss(found, terminal.environ)
        gate.notes.extend(done.notes)
        code = EXIT_USAGE if done.failed else code
    if chosen.output is None:
        return Outcome(text, code, tuple(gate.notes))
    from mapproof.commands.gate import write

    write(chosen.output, text)
    people = "" if chosen.format == "text" else _renderer("text")(found, rendering)
    return Outcome(people, code, tuple(gate.notes))


def _moved(text: str) -> tuple[str, str]:
    there, equals, here = text.partition("=")
    if not (there and equals and here):
        from argparse import ArgumentTypeError

        message = f"{text!r} is not FROM=TO"
        raise ArgumentTypeError(message)
    return there, here


def exit_code(found: Triage, *, strict: bool) -> int:
    """What the answers are worth to a gate. An alert that was lost is worse than any that was found."""
    from mapproof.model import answer

    counts = found.count()
    if any(file.fault for file in found.files):
        return EXIT_USAGE
    if counts[answer.Outcome.CONFIRMED]:
        return EXIT_FINDINGS
    if strict and (counts[answer.Outcome.UNDECIDED] or counts[answer.Outcome.NOT_COVERED]):
        return EXIT_STRICT
    return EXIT_CLEAN


def _renderer(name: str) -> Callable[[Triage, Rendering], str]:
    if name == "text":
        from mapproof.report.answers.text import render

        return render
    from mapproof.commands.settling import FORMAT
    from mapproof.report.answers.base import formats

    known = {**formats(), FORMAT.name: FORMAT}
    if name not in known:
        message = f"--format {name}: no such format: choose one of {', '.join(sorted(known))}"
        raise MapproofError(message)
    return known[name].render


def _rendering(chosen: Namespace, found: Triage, gate: Gate, terminal: Terminal) -> Rendering:
    from mapproof.commands.disassembly import Disassembly
    from mapproof.commands.rendering import folder, now, project_root
    from mapproof.frontends.files import MOST_READ, content
    from mapproof.report.base import Rendering

    here = folder()
    protection_at = {
        name: spec.protection for name, spec in gate.pack.callees.callees.items() if spec.protection is not None
    }
    return Rendering(
        color=terminal.style(chosen.color).enabled,
        width=terminal.width,
        quiet=chosen.quiet,
        strict=chosen.strict,
        rules=gate.pack.rules,
        folder=here,
        root=project_root(here),
        now=now(terminal),
        pipeline=terminal.environ,
        author=chosen.author,
        profile=chosen.sarif_profile,
        content=content,
        protection_at=protection_at,
        code=Disassembly(found.sites(), protection_at, MOST_READ),
    )


def _write_proofs(target: str, found: Triage, statements: dict[str, bytes], kept: Cache) -> None:
    """Write the proofs that answers rest on, each under its digest."""
    from pathlib import Path

    from mapproof.report.answers.base import proof_name

    folder = Path(target)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for digest in sorted({digest for one in found.answers for digest in one.proofs}):
            data = statements.get(digest) or kept.statement(digest)
            if data is None:
                message = f"the cache has lost a proof ({digest}): run again with --no-cache"
                raise MapproofError(message)
            (folder / proof_name(digest)).write_bytes(data)
    except OSError as error:
        message = f"{error.filename or target}: {error.strerror}: name a folder that can be written"
        raise MapproofError(message) from error
