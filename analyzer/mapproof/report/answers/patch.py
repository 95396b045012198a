"""A patch that tells other tools in the source which of their alerts are answered, in the comments that they read.

The text before the first file says what was left out, and why; ``git apply`` and ``patch`` read over it.
"""

from __future__ import annotations

import difflib
import io
import re
import tokenize
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from mapproof.report.answers.base import AnswerFormat
from mapproof.report.answers.comment import marking, sign
from mapproof.report.answers.sarif import SETTLED
from mapproof.report.style import flat

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mapproof.model.answer import Answer, Triage
    from mapproof.model.dossier import Held, Judged
    from mapproof.report.base import Rendering

_PLAIN: Final = re.compile(r"[A-Za-z0-9_./+@=-][A-Za-z0-9_./+@= -]*")
"""Paths that a patch can name without quotes."""


@dataclass(slots=True)
class _Edits:
    """What is to be put into one file: by line (from 1) the lines above it and the comments at its end."""

    above: dict[int, list[str]] = field(default_factory=dict)
    behind: dict[int, list[str]] = field(default_factory=dict)


class _LeftOutError(Exception):
    """There is no comment for an alert; the message says why."""


@dataclass(slots=True)
class _Plan:
    """What is to be put where. ``texts`` are the files that were looked at, by path."""

    found: Triage
    rendering: Rendering
    texts: dict[str, list[str]] = field(default_factory=dict)
    edits: dict[str, _Edits] = field(default_factory=dict)

    def add(self, answer: Answer, site: Judged | None) -> None:
        """The comment for one answer; raises :class:`_LeftOutError`."""
        alert = answer.alert
        if answer.outcome not in SETTLED:
            message = f"{answer.outcome}: nothing to say in the source"
            raise _LeftOutError(message)
        comment = marking(alert.tool, alert.rule)
        if comment is None:
            message = f"no comment is known for {alert.tool} {alert.rule}"
            raise _LeftOutError(message)
        path, number, start = self.place(answer, site, above=comment.above)
        edit = self.edits.setdefault(path, _Edits())
        proof = f", proof {answer.proofs[0]}" if answer.proofs else ""
        text = f"{start} {comment.text(alert.rule)}"
        if comment.above:
            above = edit.above.setdefault(number, [])
            above += [one for one in (f"{start} mapproof: {answer.outcome}{proof}", text) if one not in above]
        elif text not in (behind := edit.behind.setdefault(number, [])):
            behind.append(text)

    def place(self, answer: Answer, site: Judged | None, *, above: bool) -> tuple[str, int, str]:
        """The file and line that a comment belongs to, and what begins a comment there."""
        if site is None or site.spot.line is None:
            message = "it is about no line of a source file"
            raise _LeftOutError(message)
        path, number, start = site.spot.path, site.spot.line, sign(site.spot.path)
        if not start:
            message = f"how a comment begins in {path} is not known"
            raise _LeftOutError(message)
        if path not in self.texts:
            self.texts[path] = _lines(path, self.found.held(), self.rendering)
        lines = self.texts[path]
        if answer.match.drift == 0 and answer.alert.place.line is not None:
            number = answer.alert.place.line
        if not 1 <= number <= len(lines) or not _fits(lines, number, start, above=above):
            message = f"{path}:{number}: a comment can't stand there"
            raise _LeftOutError(message)
        return path, number, start


def render(found: Triage, rendering: Rendering) -> str:
    """The patch, against the files as they were analysed."""
    return "".join(_patch(found, rendering))


def _patch(found: Triage, rendering: Rendering) -> Iterator[str]:
    plan, sites = _Plan(found, rendering), found.sites()
    left: list[str] = []
    for answer in found.answers:
        try:
            plan.add(answer, sites.get(answer.decisive))
        except _LeftOutError as why:
            left.append(f"# {answer.alert.number}: {flat(str(why))}\n")
    alerts = len(found.answers)
    yield f"# {alerts} alerts answered: {alerts - len(left)} with a comment in this patch, {len(left)} without\n"
    yield from left
    for path, edit in sorted(plan.edits.items()):
        yield from _difference(rendering.path(path), plan.texts[path], edit)


def _lines(path: str, held: Mapping[str, Held], rendering: Rendering) -> list[str]:
    """The lines of a file as it was analysed, with their ends; raises :class:`_LeftOutError` where there are none."""
    try:
        data = rendering.content(path)
        text = data.decode()
    except OSError as error:
        raise _LeftOutError(f"{path}: {error.strerror}") from error  # noqa: EM102, TRY003  one sentence, said once
    except UnicodeDecodeError as error:
        raise _LeftOutError(f"{path}: it is not UTF-8") from error  # noqa: EM102, TRY003  likewise
    known = held.get(path)
    why = ""
    if not _PLAIN.fullmatch(rendering.path(path)):
        why = f"{path}: a patch can't name it"
    elif known is None or sha256(data).hexdigest() != known.sha256:
        why = f"{path}: it has changed since it was analysed"
    if why:
        raise _LeftOutError(why)
    return list(io.StringIO(text, newline="\n"))


def _fits(lines: list[str], number: int, start: str, *, above: bool) -> bool:
    """Whether a comment may stand there without changing what the code means."""
    before = lines[number - 2].rstrip("\r\n") if number > 1 else ""
    line = lines[number - 1].rstrip("\r\n")
    if above and before.endswith("\\"):
        return False  # within a macro or a continued line
    if not above and line.endswith("\\"):
        return False
    if start == "#":
        return _outside_strings(lines, number if not above else number - 1)
    return True


def _outside_strings(lines: list[str], number: int) -> bool:
    """Whether no string of a Python file reaches over the end of a line."""
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO("".join(lines)).readline))
    except (tokenize.TokenError, SyntaxError):
        return False
    return not any(token.start[0] <= number < token.end[0] for token in tokens if token.start[0] != token.end[0])


def _difference(path: str, lines: list[str], edit: _Edits) -> Iterator[str]:
    changed: list[str] = []
    for number, line in enumerate(lines, start=1):
        end = line[len(line.rstrip("\r\n")) :]
        text = line.removesuffix(end)
        indent = text[: len(text) - len(text.lstrip())]
        changed += [f"{indent}{one}{end or chr(10)}" for one in edit.above.get(number, [])]
        behind = "".join(f"  {one}" for one in edit.behind.get(number, []))
        changed.append(f"{text}{behind}{end}")
    for line in difflib.unified_diff(lines, changed, f"a/{path}", f"b/{path}"):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


FORMAT: Final = AnswerFormat("patch", render, "comments for the other tools, as a patch")
