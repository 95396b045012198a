"""Where things lie in C text: the braces around a place, the function it is in, the statement, the declaration."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final

from mapproof.verify.scope import KEYWORDS, TYPES, arguments, is_typeish

if TYPE_CHECKING:
    from mapproof.verify.text import Text, Token

_CLOSED: Final = re.compile(rb"^\}", re.MULTILINE)
_BRACE: Final = re.compile(rb"[{}]")


class Certainty(Enum):
    """How sure a reading of the text is."""

    NO = 0
    POSSIBLE = 1
    YES = 2


_CONTROL: Final = frozenset({"if", "while", "for", "switch", "catch"})


@dataclass(frozen=True, slots=True)
class Header:
    """A function's head: its name at ``start``, its parameters' spans, and its body between the braces."""

    name: str
    start: int
    parameters: tuple[tuple[int, int], ...]
    body: int
    end: int


_AFTER_LIST: Final = frozenset({")", "const", "noexcept", "override", "final"})
"""What a function's body may stand right after."""

_LONGEST: Final = 1000
"""Tokens of one statement that are read back."""


def guess(text: Text, offset: int) -> int:
    """After the last brace at a line's beginning: most likely before the function around the offset, never after it."""
    line = 0
    at = offset
    while True:
        at = text.data.rfind(b"\n}", 0, at)
        if at < 0:
            return line
        if not text.hidden(at + 1) and text.directive_at(at + 1) is None:
            return at + 2


class _Balance:
    """Open braces, arm by arm. ``open`` is ``None`` once two arms of an ``#if`` leave different braces open."""

    def __init__(self) -> None:
        self.open: list[int] | None = []
        self._groups: list[tuple[list[int], list[list[int]], bool]] = []

    def directive(self, kind: str) -> None:
        if self.open is None:
            return
        if kind in {"if", "ifdef", "ifndef"}:
            self._groups.append((list(self.open), [], False))
        elif kind.startswith("el") and self._groups:
            before, ends, _ = self._groups[-1]
            ends.append(self.open)
            self._groups[-1] = (before, ends, kind == "else")
            self.open = list(before)
        elif kind == "endif" and self._groups:
            before, ends, complete = self._groups.pop()
            ends.append(self.open)
            if not complete:
                ends.append(before)
            self.open = ends[0] if all(end == ends[0] for end in ends) else None

    def brace(self, mark: bytes, offset: int) -> bool:
        """Take in a brace; false when one closes that was not opened here."""
        if self.open is None:
            return True
        if mark == b"{":
            self.open.append(offset)
        elif self.open:
            self.open.pop()
        else:
            return False
        return True


def _events(text: Text, start: int, end: int) -> list[tuple[int, bytes]]:
    """Braces in code outside directives, and directives, in order."""
    directives = text.directives_between(start, end)
    found = [(begin, kind.encode()) for begin, _, kind in directives]
    covered = [(begin, stop) for begin, stop, _ in directives]
    number = 0
    for match in _BRACE.finditer(text.data, start, end):
        at = match.start()
        while number < len(covered) and covered[number][1] <= at:
            number += 1
        if (number >= len(covered) or at < covered[number][0]) and not text.hidden(at):
            found.append((at, match[0]))
    return sorted(found)


def braces(text: Text, offset: int) -> list[tuple[int, int]] | None:
    """The blocks around an offset, outermost first, as far as they begin after :func:`guess`; ``None`` where ``#if``
    arms leave different braces open."""
    balance = _Balance()
    for at, mark in _events(text, guess(text, offset), offset):
        if mark in b"{}":
            if not balance.brace(mark, at):
                return None
        else:
            balance.directive(mark.decode())
    if balance.open is None:
        return None
    blocks: list[tuple[int, int]] = []
    for begin in balance.open:
        end = _close(text, begin)
        if end is None or end <= offset:
            return None
        blocks.append((begin, end))
    return blocks


def _close(text: Text, begin: int) -> int | None:
    """Where the brace that opens at an offset closes, in every build; ``None`` where builds differ."""
    if begin not in text.closes:
        text.closes[begin] = _find_close(text, begin)
    return text.closes[begin]


def _find_close(text: Text, begin: int) -> int | None:
    balance = _Balance()
    reach = 1 << 11
    events = _events(text, begin, begin + reach)
    position = 0
    while True:
        while position < len(events):
            at, mark = events[position]
            position += 1
            if mark in b"{}":
                balance.brace(mark, at)
                if not balance.open:
                    return None if balance.open is None or balance._groups else at  # noqa: SLF001  the same module
            else:
                balance.directive(mark.decode())
                if balance.open is None:
                    return None
        if begin + reach >= len(text.data):
            return None
        events += _events(text, begin + reach, begin + 2 * reach)
        reach *= 2


def header(text: Text, offset: int) -> Header | None:
    """The function whose body holds an offset, by its outermost block that has a parameter list before it."""
    for begin, end in braces(text, offset) or []:
        found = header_before(text, begin, end)
        if found is not None:
            return found
    return None


def header_before(text: Text, begin: int, end: int) -> Header | None:
    """The head of the function whose body opens at ``begin``."""
    if begin not in text.heads:
        text.heads[begin] = _header_before(text, begin, end)
    found = text.heads[begin]
    return found if isinstance(found, Header) else None


def _header_before(text: Text, begin: int, end: int) -> Header | None:
    if text.before(begin, 1) and text.before(begin, 1)[0].text not in _AFTER_LIST:
        return None
    for reach in (30, 400):
        found = _head_of(text, text.before(begin, reach), begin, end)
        if found is not None or reach > 30:
            return found
    return None


def _head_of(text: Text, tokens: list[Token], begin: int, end: int) -> Header | None:
    while tokens and tokens[-1].kind == "word" and tokens[-1].text in {"const", "noexcept", "override", "final"}:
        tokens.pop()
    if not tokens or tokens[-1].text != ")":
        return None
    depth = 0
    for number in range(len(tokens) - 1, 0, -1):
        depth += (tokens[number].text == ")") - (tokens[number].text == "(")
        if depth == 0:
            name = tokens[number - 1]
            if name.kind != "word" or name.text in KEYWORDS | _CONTROL:
                return None
            spans = arguments(text, tokens[number].start)
            if spans is None:
                return None
            return Header(name.text, name.start, tuple(spans), begin, end)
    return None


def statement(text: Text, offset: int, floor: int) -> list[Token]:
    """The tokens of the statement before an offset, from after the last ``;``, ``{``, ``}`` or ``:``."""
    reach = 16
    while True:
        tokens = [token for token in text.before(offset, reach) if token.start >= floor]
        first = 0
        for number, token in enumerate(tokens):
            if token.kind == "mark" and token.text in {";", "{", "}"}:
                first = number + 1
        if first or len(tokens) < reach or reach > _LONGEST:
            break
        reach *= 4
    found = tokens[first:]
    while len(found) > 1 and found[0].text in {"else", "do"}:
        found = found[1:]
    return found


def declaring(text: Text, name: str, floor: int, before: int) -> list[tuple[int, Certainty]]:
    """The mentions of a name in [floor, before) that may declare it, nearest first; each mention is looked at once."""
    known = text.declaring.setdefault((name, floor), [])
    seen = text.seen.get((name, floor), floor)
    if before > seen:
        for offset in text.mentions(name, seen, before):
            certainty = declares(text, offset, name, floor)
            if certainty is not Certainty.NO:
                known.append((offset, certainty.value))
        text.seen[(name, floor)] = before
    return [(offset, Certainty(value)) for offset, value in reversed(known) if offset < before]


def declares(text: Text, offset: int, name: str, floor: int) -> Certainty:
    """Whether the name at an offset is declared there by a statement ``type ... name``.

    ``a * name, ...`` may as well be an expression: that is possible, not certain.
    """
    before = statement(text, offset, floor)
    following = text.token_at(offset + len(name))
    if not before or not is_typeish(before[0]) or following is None or following.text not in {"=", ";", ",", "[", ":"}:
        return Certainty.NO
    depth = sum((token.text in {"(", "[", "{"}) - (token.text in {")", "]", "}"}) for token in before)
    last = before[-1]
    if any(token.text == "(" for token in before):
        return Certainty.NO  # an attribute, or the head of a function whose parameters are declared after it
    if depth or before[0].text == "typedef" or not (last.text in {"*", ",", "&"} or is_typeish(last)):
        return Certainty.NO
    if len(before) > 1 and before[1].kind != "word":
        if before[1].text not in {"*", "&", "::", "<"}:
            return Certainty.NO
        if before[0].text not in TYPES:
            return Certainty.POSSIBLE
    return Certainty.YES


def parameter_name(text: Text, start: int, end: int) -> tuple[str, int] | None:
    """The name that a parameter declares, with its offset."""
    words = [token for token in text.tokens(start, end) if token.kind == "word"]
    marks = [token.text for token in text.tokens(start, end) if token.kind == "mark"]
    if len(words) < 2 or "=" in marks or "..." in marks:
        return None
    if "(" in marks:
        return None
    return words[-1].text, words[-1].start
