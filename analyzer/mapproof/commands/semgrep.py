"""`mapproof semgrep`: Semgrep on one function at a time, and the analyzer's word on what it finds.

Semgrep gives a whole file up where it can't parse part of it, and says so in no exit code. Cut into functions it loses
only what it really can't read, and that is listed.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from mapproof.commands.base import EXIT_CLEAN, EXIT_FINDINGS, EXIT_STRICT, Outcome
from mapproof.errors import MapproofError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterator, Sequence

    from mapproof.commands.base import Terminal
    from mapproof.model.site import Finding

_QUIET: Final = {"SEMGREP_ENABLE_VERSION_CHECK": "0", "SEMGREP_SEND_METRICS": "off"}
"""Without these a run without network waits for minutes."""
_SUFFIXES: Final = {"c": ".c", "cpp": ".cpp", "python": ".py"}


@dataclass(frozen=True, slots=True)
class _Slice:
    """One function, or one file of Python: where it is from, and its first line there."""

    path: str
    line: int
    text: bytes
    language: str


@dataclass(frozen=True, slots=True)
class _Match:
    """One thing that Semgrep found, and what the analyzer says of the call there."""

    path: str
    line: int
    rule: str
    finding: Finding | None


def arguments(parser: ArgumentParser) -> None:
    """Add what the command takes."""
    parser.description = (
        "Run Semgrep with the pack's rules, one function at a time, and let the analyzer decide what it found."
    )
    parser.add_argument("paths", metavar="PATH", nargs="+", help="a file, or a folder to search")
    parser.add_argument("--semgrep", metavar="PROGRAM", help="the program (semgrep, or $MAPPROOF_SEMGREP)")
    parser.add_argument("--semgrep-config", metavar="DIR", help="other rules than the pack's")
    parser.add_argument("--strict", action="store_true", help="exit 3 where Semgrep could not parse something")
    parser.add_argument("--format", choices=["text", "json"], default="text", help="how to print it (text)")


def run(chosen: Namespace, terminal: Terminal) -> Outcome:
    """Slice, run, and put both answers side by side."""
    from mapproof import scan
    from mapproof.commands.base import pack_with

    program = chosen.semgrep or terminal.environ.get("MAPPROOF_SEMGREP") or shutil.which("semgrep")
    if not program or shutil.which(program) is None:
        message = f"{program or 'semgrep'}: no such program: pip install semgrep in an environment of its own"
        raise MapproofError(message)
    findings = scan.scan(chosen.paths, pack_with(), progress=terminal.progress).findings
    slices = list(_slices(chosen.paths, findings))
    results, lost = _run(program, chosen.semgrep_config or _rules(), slices) if slices else ([], [])
    matches = [_Match(path, line, rule, _at(findings, path, line)) for path, line, rule in results]
    seen = {match.finding.site.id for match in matches if match.finding is not None}
    missed = [each for each in findings if each.verdict.value == "violation" and each.site.id not in seen]
    confirmed = any(match.finding is not None and match.finding.verdict.value == "violation" for match in matches)
    code = EXIT_FINDINGS if confirmed else EXIT_STRICT if chosen.strict and lost else EXIT_CLEAN
    return Outcome((_json if chosen.format == "json" else _text)(matches, missed, lost, len(slices)), code)


def _rules() -> str:
    from mapproof.classify.opening import builtin_rules

    return str(builtin_rules())


def _slices(paths: Sequence[str], findings: Sequence[Finding]) -> Iterator[_Slice]:
    """The functions, and the files of Python, that mention a mapping function or in which one is called, by whatever
    name."""
    from mapproof.commands.quick import needles
    from mapproof.frontends.base import frontends
    from mapproof.frontends.c.source import Source
    from mapproof.frontends.files import collect, read
    from mapproof.model.location import Span

    words = needles()
    called: dict[str, list[int]] = {}
    for finding in findings:
        if isinstance(finding.site.location, Span):
            called.setdefault(finding.site.location.path, []).append(finding.site.location.start)
    suffixes = {frontend.name: frontend.suffixes for frontend in frontends() if frontend.together}
    files, _ = collect(paths, tuple(suffix for each in suffixes.values() for suffix in each))
    for path in files:
        data = read(path, [])
        places = called.get(path, ())
        if data is None or b"\0" in data or not (places or any(word in data for word in words)):
            continue
        if path.endswith(suffixes.get("python", ())):
            yield _Slice(path, 1, data, "python")
            continue
        source = Source(path, data)
        for chunk in source.chunks:
            text = data[chunk.start : chunk.end]
            calls = any(chunk.start <= place < chunk.end for place in places)
            if chunk.is_function and (calls or any(word in text for word in words)):
                yield _Slice(path, data.count(b"\n", 0, chunk.start) + 1, text, "cpp" if source.cpp else "c")


def _run(
    program: str, config: str, slices: Sequence[_Slice]
) -> tuple[list[tuple[str, int, str]], list[tuple[str, int, str]]]:
    """What Semgrep found, and what it could not parse: file, line and rule or reason."""
    with tempfile.TemporaryDirectory(prefix="mapproof-semgrep-") as folder:
        names: dict[str, _Slice] = {}
        for number, each in enumerate(slices):
            path = Path(folder) / f"{number}{_SUFFIXES[each.language]}"
            path.write_bytes(each.text + b"\n")
            names[path.name] = each
        command = [program, "scan", "--json", "--quiet", "--disable-version-check", "--metrics=off", "--no-git-ignore"]
        done = subprocess.run(  # noqa: S603  the program that the user named
            [*command, "--config", config, folder], capture_output=True, check=False, env={**os.environ, **_QUIET}
        )
    try:
        answer: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        said = done.stderr.decode(errors="backslashreplace").strip().splitlines()
        message = f"{program}: gave no JSON: {said[-1] if said else f'exit code {done.returncode}'}"
        raise MapproofError(message) from None
    found = {
        (each.path, each.line + match["start"]["line"] - 1, match["check_id"].rpartition(".")[2])
        for match in answer["results"]
        for each in (names[Path(match["path"]).name],)
    }
    scanned = {Path(path).name for path in answer["paths"]["scanned"]}
    reasons = dict.fromkeys(names.keys() - scanned, "was not scanned")
    for error in answer["errors"]:
        name = Path(error.get("path") or "").name
        if name in names:
            reasons[name] = str(error.get("type") if isinstance(error.get("type"), str) else "partly parsed")
    lost = sorted((names[name].path, names[name].line, reason) for name, reason in reasons.items())
    return sorted(found), lost


def _at(findings: Sequence[Finding], path: str, line: int) -> Finding | None:
    """The analyzer's finding whose call covers a line, or begins within the few lines that Semgrep's match spans."""
    from mapproof.model.location import Span

    near: list[tuple[int, Finding]] = []
    for finding in findings:
        span = finding.site.location
        if isinstance(span, Span) and os.path.normpath(span.path) == os.path.normpath(path):
            if span.line <= line <= span.end_line:
                return finding
            if 0 < span.line - line <= 10:
                near.append((span.line - line, finding))
    return min(near, key=lambda pair: pair[0])[1] if near else None


def _text(
    matches: Sequence[_Match], missed: Sequence[Finding], lost: Sequence[tuple[str, int, str]], slices: int
) -> str:
    from mapproof.report.style import flat

    lines = []
    for match in matches:
        finding = match.finding
        said = (
            "no call that mapproof finds" if finding is None else f"{finding.verdict}[{finding.rule}]: {finding.reason}"
        )
        lines.append(f"{flat(match.path)}:{match.line}: semgrep[{flat(match.rule)}]: {flat(said)}")
    lines += [f"{flat(str(each.site.location))}: only mapproof: {each.verdict}[{each.rule}]" for each in missed]
    lines += [f"{flat(path)}:{line}: not covered by Semgrep: {flat(reason)}" for path, line, reason in lost]
    lines.append(
        f"{len(matches)} found by Semgrep, {len(missed)} violations by mapproof alone, "
        f"{len(lost)} of {slices} functions not covered by Semgrep"
    )
    return "\n".join(lines) + "\n"


def _json(
    matches: Sequence[_Match], missed: Sequence[Finding], lost: Sequence[tuple[str, int, str]], slices: int
) -> str:
    document = {
        "matches": [
            {
                "path": match.path,
                "line": match.line,
                "rule": match.rule,
                "verdict": None if match.finding is None else match.finding.verdict.value,
                "reason": "" if match.finding is None else match.finding.reason,
                "site": None if match.finding is None else match.finding.site.id,
            }
            for match in matches
        ],
        "only_mapproof": [{"at": str(each.site.location), "rule": each.rule, "site": each.site.id} for each in missed],
        "not_covered": [{"path": path, "line": line, "reason": reason} for path, line, reason in lost],
        "functions": slices,
    }
    return json.dumps(document, indent=2) + "\n"
