"""`mapproof suppressions`: list, add, check and prune the decisions about findings."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from mapproof.commands.base import EXIT_CLEAN, EXIT_LAPSED, Outcome
from mapproof.commands.check import add_configurations, options_of
from mapproof.commands.gate import SUPPRESSIONS, gate_of, paths_of
from mapproof.errors import MapproofError
from mapproof.model.decision import Claim, Origin

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Callable, Sequence
    from datetime import date

    from mapproof.commands.base import Terminal
    from mapproof.commands.gate import Gate
    from mapproof.model.decision import Suppression
    from mapproof.model.report import Report
    from mapproof.model.site import Finding
    from mapproof.triage.edit import Draft

_EXAMPLES: Final = """\
examples:
  mapproof suppressions add src/jit.c:40 --alias jit --author Ada --reason "its own buffer" --expires 2027-01-31
  mapproof suppressions list --expiring-in 30
  mapproof suppressions check              exit code 4 when a decision counts no more
  mapproof suppressions prune              take those away that are unused
"""


def arguments(parser: ArgumentParser) -> None:
    """Add what the command takes."""
    parser.epilog = _EXAMPLES
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True, title="actions")
    listing = actions.add_parser("list", help="list the decisions, without looking at any source")
    listing.add_argument("--format", choices=["text", "json"], default="text", help="how to print them (text)")
    checking = actions.add_parser("check", help="look at the sources, and say which decisions count no more")
    pruning = actions.add_parser("prune", help="take away the decisions that are for nothing or have expired")
    pruning.add_argument("--dry-run", action="store_true", help="only say which")
    adding = actions.add_parser("add", help="write down a decision about a finding")
    adding.add_argument("place", metavar="FILE[:LINE]", help="where the finding is")
    adding.add_argument("--alias", required=True, help="a short name for the decision")
    adding.add_argument("--reason", required=True, help="why it is right")
    adding.add_argument("--author", required=True, help="who decides")
    adding.add_argument(
        "--claim", choices=[claim.value for claim in Claim], default="accepted", help="what it says (accepted)"
    )
    adding.add_argument("--expires", metavar="DATE", help="its last day, 2026-01-31")
    adding.add_argument("--rule", help="only the finding of this rule")
    adding.add_argument("--alert", metavar="TOOL[:RULE]", help="the alert of another tool that it answers")
    adding.add_argument(
        "--scope", metavar="PATH", action="append", default=[], help="what else to read (the policy's paths)"
    )
    for action in (listing, checking):
        action.add_argument("--expiring-in", metavar="DAYS", type=int, help="those whose last day is this near")
    for action in (checking, pruning):
        action.add_argument(
            "paths", metavar="PATH", nargs="*", help="what to read; the policy's paths, else this folder"
        )
        add_configurations(action)
    add_configurations(adding)
    for action in (listing, checking, pruning, adding):
        action.add_argument("--suppressions", metavar="FILE", help=f"the file ({SUPPRESSIONS})")
        action.add_argument("--config", metavar="FILE", help="take the policy from this file")


def run(chosen: Namespace, terminal: Terminal) -> Outcome:
    """Do what was asked."""
    actions = {"list": _list, "check": _check, "prune": _prune, "add": _add}
    return actions[chosen.action](chosen, terminal)


def _gate(chosen: Namespace, terminal: Terminal, paths: Sequence[str]) -> Gate:
    from mapproof.scan import Options

    options = options_of(chosen) if hasattr(chosen, "macros") else Options()
    if chosen.action != "add":
        return gate_of(chosen, terminal.progress, options, paths)
    named, chosen.suppressions = chosen.suppressions, None
    gate = gate_of(chosen, terminal.progress, options, paths)
    gate.suppressions = named or gate.suppressions
    return gate


def _list(chosen: Namespace, terminal: Terminal) -> Outcome:
    from mapproof.commands.surroundings import today
    from mapproof.model.report import Report

    gate = _gate(chosen, terminal, ())
    nothing = Report((), (), (), 0, 0.0, "")
    decisions = [each for each in gate.decisions(nothing) if _soon(each, today(), chosen.expiring_in)]
    if chosen.format == "json":
        return Outcome(json.dumps([_record(each) for each in decisions], indent=2) + "\n")
    lines = [line for each in decisions for line in _described(each, today())]
    return Outcome("\n".join(lines) + "\n" if lines else "no suppressions\n")


def _soon(decision: Suppression, day: date, days: int | None) -> bool:
    if days is None:
        return True
    return decision.faulty_date or (decision.expires is not None and decision.expires <= day + timedelta(days=days))


def _described(decision: Suppression, day: date) -> list[str]:
    from mapproof.report.style import flat

    where = decision.path + (f" {decision.function}()" if decision.function else "")
    if decision.faulty_date:
        until = "its date can't be read"
    elif decision.expires is None:
        until = "never expires"
    else:
        left = (decision.expires - day).days
        until = f"until {decision.expires.isoformat()}, {f'{left} days left' if left >= 0 else 'expired'}"
    path, line = decision.written_at
    return [
        f"{flat(decision.alias)}: {decision.claim}, {flat(where)}, {until}",
        f"    {flat(decision.reason)} ({flat(decision.author)}; {flat(path)}:{line})",
    ]


def _record(decision: Suppression) -> dict[str, object]:
    return {
        "alias": decision.alias,
        "claim": decision.claim.value,
        "path": decision.path,
        "function": decision.function or None,
        "call": decision.primitive or None,
        "rule": decision.rule or None,
        "nth": decision.nth,
        "reason": decision.reason,
        "author": decision.author,
        "created": None if decision.created is None else decision.created.isoformat(),
        "expires": None if decision.expires is None else decision.expires.isoformat(),
        "proof": decision.proof or None,
        "written_at": {"path": decision.written_at[0], "line": decision.written_at[1]},
    }


def _looked(chosen: Namespace, terminal: Terminal) -> tuple[Gate, Report]:
    gate = _gate(chosen, terminal, chosen.paths)
    return gate, gate.look(paths_of(gate.policy, chosen.paths) or ["."])


def _check(chosen: Namespace, terminal: Terminal) -> Outcome:
    from mapproof.commands.surroundings import today
    from mapproof.report.words import lapse_sentence

    gate, report = _looked(chosen, terminal)
    lines = [
        f"{lapse.suppression.written_at[0]}:{lapse.suppression.written_at[1]}: {lapse.kind}: {lapse_sentence(lapse)}"
        for lapse in report.lapses
    ]
    lapsed = {lapse.suppression.alias for lapse in report.lapses}
    decisions = gate.decisions(report)
    if chosen.expiring_in is not None:
        lines += [
            f"{each.written_at[0]}:{each.written_at[1]}: expiring: {each.alias}: its last day is {each.expires}"
            for each in decisions
            if each.alias not in lapsed and each.expires is not None and _soon(each, today(), chosen.expiring_in)
        ]
    code = EXIT_LAPSED if lines else EXIT_CLEAN
    lines.append(f"{len(decisions)} suppression{'s' * (len(decisions) != 1)}, {len(lapsed)} lapsed")
    return Outcome("\n".join(lines) + "\n", code)


def _prune(chosen: Namespace, terminal: Terminal) -> Outcome:
    from mapproof.model.decision import LapseKind
    from mapproof.triage.edit import without

    gate, report = _looked(chosen, terminal)
    gone = [lapse for lapse in report.lapses if lapse.kind in {LapseKind.UNUSED, LapseKind.EXPIRED}]
    aliases = {lapse.suppression.alias for lapse in gone if lapse.suppression.origin is Origin.FILE}
    others = [lapse for lapse in gone if lapse.suppression.origin is not Origin.FILE]
    lines = [f"{alias}: {'would be ' * chosen.dry_run}taken away" for alias in sorted(aliases)]
    lines += [
        f"{lapse.suppression.written_at[0]}:{lapse.suppression.written_at[1]}: {lapse.kind}: take it away by hand"
        for lapse in others
    ]
    if aliases and gate.suppressions is not None and not chosen.dry_run:
        _rewrite(gate.suppressions, lambda text: without(text, aliases))
    return Outcome("\n".join(lines) + "\n" if lines else "nothing to take away\n")


def _add(chosen: Namespace, terminal: Terminal) -> Outcome:
    import os

    from mapproof.commands.surroundings import today
    from mapproof.triage.edit import entry

    path, line = _place(chosen.place)
    gate = _gate(chosen, terminal, [path])
    report = gate.look(list(dict.fromkeys([path, *(chosen.scope or paths_of(gate.policy, ()))])))
    claim = Claim(chosen.claim)
    file = gate.suppressions or SUPPRESSIONS
    finding = _meant(report, path, line, chosen.rule, claim)
    tool, _, rule = (chosen.alert or "").partition(":")
    text = entry(
        _draft(report, finding, file),
        alias=chosen.alias,
        claim=claim,
        reason=chosen.reason,
        author=chosen.author,
        created=today(),
        expires=_day(chosen.expires),
        alert=None if chosen.alert is None else (tool, rule),
    )
    if any(each.alias == chosen.alias for each in gate.decisions(report)):
        message = f"--alias {chosen.alias}: there is a suppression of that name already: choose another"
        raise MapproofError(message)
    _rewrite(file, lambda before: (before.rstrip("\n") + "\n\n" if before.strip() else "") + text)
    return Outcome(
        f"{os.path.normpath(file)}: {chosen.alias}: {finding.verdict}[{finding.rule}] at {finding.site.location}\n"
    )


def _place(text: str) -> tuple[str, int | None]:
    import os

    path, colon, number = text.rpartition(":")
    if colon and number.isdecimal() and not os.path.lexists(text):
        return path, int(number)
    return text, None


def _meant(report: Report, path: str, line: int | None, rule: str | None, claim: Claim) -> Finding:
    """The one finding that is meant."""
    import os

    from mapproof.model.fingerprint import project_path
    from mapproof.model.location import Span
    from mapproof.model.verdict import Verdict

    def fits(location: object) -> bool:
        return line is None or (isinstance(location, Span) and location.line <= line <= location.end_line)

    here = os.getcwd()  # noqa: PTH109  a path as text
    wanted = project_path(path, here, here)
    meant = [
        finding
        for finding in report.findings
        if project_path(finding.site.artifact, here, here) == wanted
        and fits(finding.site.location)
        and rule in {None, finding.rule}
        and (claim is not Claim.ACCEPTED or finding.verdict is not Verdict.BENIGN)
    ]
    if len(meant) != 1:
        found = ", ".join(f"{each.site.location} {each.verdict}[{each.rule}]" for each in meant[:5])
        message = f"{path}{'' if line is None else f':{line}'}: " + (
            f"several findings: {found}: name the line or the rule" if meant else "no such finding: nothing to decide"
        )
        raise MapproofError(message)
    return meant[0]


def _draft(report: Report, finding: Finding, file: str) -> Draft:
    """What the decision is about, as the file of suppressions names it."""
    import os

    from mapproof.model.fingerprint import project_path, proof_digest
    from mapproof.triage.edit import Draft

    site = finding.site
    alike = [
        each.site.id
        for each in report.findings
        if (each.site.artifact, each.site.function, each.site.callee.primitive)
        == (site.artifact, site.function, site.callee.primitive)
    ]
    folder = os.path.dirname(os.path.abspath(file))  # noqa: PTH100, PTH120  likewise
    return Draft(
        path=project_path(site.artifact, os.getcwd(), folder),  # noqa: PTH109  a path as text
        function=site.function or "",
        call=site.callee.primitive or site.callee.written,
        rule=finding.rule,
        proof=proof_digest(finding),
        nth=alike.index(site.id) + 1 if len(alike) > 1 else None,
    )


def _day(text: str | None) -> date | None:
    from datetime import date

    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        message = f"--expires {text}: is no date: write it as 2026-01-31"
        raise MapproofError(message) from None


def _rewrite(path: str, change: Callable[[str], str]) -> None:
    import os

    try:
        before = ""
        if os.path.lexists(path):
            with open(path, encoding="utf-8", newline="") as file:  # noqa: PTH123  the path is kept as given
                before = file.read()
        with open(path, "w", encoding="utf-8", newline="") as file:  # noqa: PTH123  likewise
            file.write(change(before))
    except OSError as error:
        message = f"{path}: {error.strerror}: make it writable"
        raise MapproofError(message) from error
