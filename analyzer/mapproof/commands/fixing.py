"""`mapproof check --fix`: what can be put right by machine, with a second analysis as the proof that it was."""

from __future__ import annotations

from difflib import unified_diff
from typing import TYPE_CHECKING, Final

from mapproof.model.location import Span
from mapproof.model.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mapproof.commands.gate import Gate
    from mapproof.model.protection import ProtSet
    from mapproof.model.report import Report
    from mapproof.model.site import Finding

_EXEC: Final = 4
_DROPS: Final = "unneeded-exec"
_FOLLOWED: Final = frozenset({_DROPS, "numeric-mask"})
"""The advice that a codemod can follow."""


def fixes(report: Report, paths: Sequence[str], gate: Gate) -> tuple[dict[str, bytes], list[str]]:
    """The changed files by path, and a line for each change.

    A file is changed only where a second analysis shows every call in scope to ask for the same rights as before, or
    for fewer, what was benign still to be so, and no new violation.
    """
    from mapproof.frontends.files import overlaid

    changed: dict[str, bytes] = {}
    said: list[str] = []
    for path, findings in _by_file(report).items():
        new, lines = _rewritten(path, findings, gate)
        if new is None:
            continue
        with overlaid({**changed, path: new}):
            after = gate.look(paths)
        if _is_stricter(report, after, path):
            changed[path] = new
            said += lines
    return changed, said


def preview(changed: Mapping[str, bytes]) -> str:
    """The changes as a unified diff."""
    from mapproof.frontends.files import content

    lines: list[str] = []
    for path, new in sorted(changed.items()):
        old = content(path).decode("utf-8", "surrogateescape").splitlines(keepends=True)
        text = new.decode("utf-8", "surrogateescape").splitlines(keepends=True)
        lines += unified_diff(old, text, f"a/{path}", f"b/{path}")
    return "".join(lines)


def apply(changed: Mapping[str, bytes]) -> None:
    """Write the files. Raises where one can't be."""
    from mapproof.errors import MapproofError

    for path, new in sorted(changed.items()):
        try:
            with open(path, "wb") as file:  # noqa: PTH123  paths are kept as they were given
                file.write(new)
        except OSError as error:
            message = f"{path}: {error.strerror}: make it writable"
            raise MapproofError(message) from error


def _by_file(report: Report) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = {}
    for finding in report.findings:
        followed = {advice.rule for advice in finding.advice} & _FOLLOWED
        site = finding.site
        known = not site.open and site.masks is not None and len(site.masks) == 1
        if site.language == "python" and followed and known and isinstance(site.location, Span):
            found.setdefault(site.artifact, []).append(finding)
    return dict(sorted(found.items()))


def _rewritten(path: str, findings: Sequence[Finding], gate: Gate) -> tuple[bytes | None, list[str]]:
    """The file with the fixes, and a line for each; ``None`` where nothing can be fixed."""
    from libcst import ParserSyntaxError

    from mapproof.frontends.files import content
    from mapproof.frontends.python.fix import Wish, rewritten

    wishes: dict[tuple[int, int], Wish] = {}
    for finding in findings:
        site = finding.site
        drops = any(advice.rule == _DROPS for advice in finding.advice)
        mask = next(iter(site.masks or ())) & (~_EXEC if drops else ~0)
        spec = gate.pack.callees.callees.get(site.callee.primitive)
        assert isinstance(site.location, Span)  # noqa: S101  the caller picked these
        wishes[(site.location.line, site.location.column)] = Wish(mask, None if spec is None else spec.protection)
    try:
        new, done = rewritten(content(path), wishes)
    except (ParserSyntaxError, OSError, UnicodeDecodeError):
        return None, []
    if not done:
        return None, []
    return new, [f"{path}:{line}:{column}: {text}" for (line, column), text in sorted(done.items())]


def _is_stricter(before: Report, after: Report, path: str) -> bool:
    """Whether a change of one file leaves every call with the same rights or fewer. What was unresolved may turn out to
    be executable: less is writable now."""
    old, new = before.findings, after.findings
    if len(old) != len(new) or len(before.errors) < len(after.errors):
        return False
    return all(
        was.site.callee == now.site.callee
        and _within(now.site.protections, was.site.protections)
        and now.site.open <= was.site.open
        and (was.site.artifact == path or now.site.protections == was.site.protections)
        and (was.verdict is not Verdict.BENIGN or now.verdict is Verdict.BENIGN)
        and (was.verdict is Verdict.VIOLATION or now.verdict is not Verdict.VIOLATION)
        for was, now in zip(old, new, strict=True)
    )


def _within(now: ProtSet, was: ProtSet) -> bool:
    """Whether each protection has no right that some one before did not have too."""
    return all(any(one.bits & ~other.bits == 0 for other in was) for one in now)
