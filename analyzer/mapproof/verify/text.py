"""A source file as a checker sees it: which bytes are code, where its directives are, where a name stands. No parser.

Everything is found by one scan for comments and literals and one for directives. Text that compilers may cut into
comments and code in more than one way is refused (:class:`Ambiguous`), never guessed at.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_LITERALS: Final = (
    rb'/\*[^*]*\*+(?:[^/*][^*]*\*+)*/|//[^\n\\]*(?:\\\r?.[^\n\\]*)*|"[^"\\\n]*(?:\\\r?.[^"\\\n]*)*"|'
    rb"'[^'\\\n]*(?:\\\r?.[^'\\\n]*)*'|\"|'"
)
_SKIPPED: Final = re.compile(_LITERALS, re.DOTALL)
_SKIPPED_CPP: Final = re.compile(
    rb"\b(?:u8|[uUL])?R\"(?P<mark>[^()\\\s]{0,16})\(.*?\)(?P=mark)\"|\b\d[\w.]*(?:'\w+)+|" + _LITERALS, re.DOTALL
)
_RAW: Final = re.compile(rb'R"')
_RAW_PREFIXES: Final = frozenset({b"R", b"u8R", b"uR", b"UR", b"LR"})
_SEPARATOR: Final = re.compile(rb"'[0-9a-fA-F]")
_SPLICE: Final = re.compile(rb"\\[ \t]*\r?\n(?=[\w$])")
_ODD: Final = re.compile(rb"\?\?[/='(<]")
"""Trigraphs: other spellings of what this module searches for. So is the digraph ``%:``."""

_DIRECTIVE: Final = re.compile(rb"#[ \t]*(?P<kind>[a-z_]*)[^\n\\]*(?:\\\r?.[^\n\\]*)*", re.DOTALL)
_LEADING: Final = re.compile(rb"(?:[ \t\f\v]|/\*(?:[^*]|\*(?!/))*\*/)*")
_DEFINE: Final = re.compile(rb"[ \t]+(?P<name>[A-Za-z_$][\w$]*)(?P<list>\([^)]*\))?")
_WORD: Final = re.compile(rb"[A-Za-z_$\x80-\xff][\w$\x80-\xff]*")
WORD_BYTES: Final = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_$") | set(
    range(128, 256)
)
_NUMBER_BYTES: Final = WORD_BYTES | {0x2E}
_TOKEN: Final = re.compile(
    rb"(?P<skip>\s+|\\\r?\n|/\*.*?\*/|//(?:[^\n\\]|\\\r?.)*)|"
    rb"(?P<word>[A-Za-z_$\x80-\xff][\w$\x80-\xff]*)|(?P<number>\.?\d(?:[eEpP][+-]|'\w|[\w.])*)|"
    rb'(?P<text>"(?:[^"\\\n]|\\\r?.)*"|' + rb"'(?:[^'\\\n]|\\\r?.)*')|"
    rb"(?P<mark>->|\+\+|--|<<=|>>=|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|##|::|\.\.\.|.)",
    re.DOTALL,
)


_BLOCK: Final = 16
"""Lines are counted by blocks of two to the power of this."""


class Ambiguous(Exception):  # noqa: N818  it says what the text is
    """A file whose text can't be cut into code and comments beyond doubt."""


@dataclass(frozen=True, slots=True)
class Token:
    """One preprocessing token. ``kind``: ``word``, ``number``, ``text`` (string or character) or ``mark``."""

    kind: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Definition:
    """A ``#define``: its name at ``start``, ``parameters`` (``None``: takes none), its body between two offsets."""

    path: str
    name: str
    parameters: tuple[str, ...] | None
    start: int
    body: int
    end: int


class Text:
    """One file's bytes with what is code in them. Offsets are bytes."""

    def __init__(self, path: str, data: bytes) -> None:
        """Raises :class:`Ambiguous` for text that compilers may read differently."""
        self.path = path
        self.data = data
        self._lines = [0]
        self._found: dict[str, list[int]] = {}
        self.closes: dict[int, int | None] = {}
        self.heads: dict[int, object] = {}
        """What :mod:`mapproof.verify.layout` found before braces, kept with the text."""
        self.declaring: dict[tuple[str, int], list[tuple[int, int]]] = {}
        """Mentions of a name from a place on that may declare it, as that module found them, and how surely."""
        self.seen: dict[tuple[str, int], int] = {}
        """Up to where it looked for them."""
        self._refuse_odd_spelling()
        for match in _SPLICE.finditer(data):
            if data[match.start() - 1] in WORD_BYTES:
                message = f"{self.place(match.start())}: a line ends inside a word"
                raise Ambiguous(message)

    @cached_property
    def _spans(self) -> tuple[list[int], list[int]]:
        return self._cut()

    def _has_unusual(self, quotes: set[int]) -> bool:
        """Whether a raw string or a digit separator stands where the plain reading begins a literal: up to the first
        of them that reading is right."""
        data = self.data
        if any(match.end() - 1 in quotes and self._is_raw(match.start()) for match in _RAW.finditer(data)):
            return True
        return any(match.start() in quotes and self._in_number(match.start()) for match in _SEPARATOR.finditer(data))

    def _is_raw(self, letter: int) -> bool:
        start = letter
        while start and self.data[start - 1] in WORD_BYTES:
            start -= 1
        return self.data[start : letter + 1] in _RAW_PREFIXES

    def _in_number(self, quote: int) -> bool:
        """Whether a quote may stand between the digits of a number."""
        start = quote
        while start and self.data[start - 1] in _NUMBER_BYTES:
            start -= 1
        return start < quote and self.data[start] in b"0123456789."

    def _cut(self) -> tuple[list[int], list[int]]:
        data = self.data
        spans = [match.span() for match in _SKIPPED.finditer(data)]
        if self._has_unusual({start for start, _ in spans}):
            spans = [match.span() for match in _SKIPPED_CPP.finditer(data)]
        for start, end in spans:
            if end == start + 1:
                line = data.find(b"\n", start)
                if b"/*" in data[start : line if line >= 0 else len(data)]:
                    message = f"{self.path}:{self.line(start)}: a quote is not closed before a comment"
                    raise Ambiguous(message)
        return [start for start, _ in spans], [end for _, end in spans]

    def _refuse_odd_spelling(self) -> None:
        odd = _ODD.search(self.data) if b"??" in self.data else None
        at = self.data.find(b"%:")
        while at >= 0 and self.hidden(at):
            at = self.data.find(b"%:", at + 1)
        if odd is not None or at >= 0:
            message = (
                f"{self.place(odd.start() if odd is not None else at)}: other characters stand for # or a backslash"
            )
            raise Ambiguous(message)

    def line(self, offset: int) -> int:
        """The number of the line, from 1."""
        block = offset >> _BLOCK
        counts = self._lines
        while len(counts) <= block:
            at = (len(counts) - 1) << _BLOCK
            counts.append(counts[-1] + self.data.count(b"\n", at, at + (1 << _BLOCK)))
        return counts[block] + self.data.count(b"\n", block << _BLOCK, offset) + 1

    def place(self, offset: int) -> str:
        """``path:line``."""
        return f"{self.path}:{self.line(offset)}"

    def hidden(self, offset: int) -> bool:
        """Whether a comment or literal covers the offset."""
        starts, ends = self._spans
        number = bisect_right(starts, offset) - 1
        return number >= 0 and offset < ends[number]

    def literals(self) -> Iterator[tuple[int, bytes]]:
        """Strings with their quotes, each with its offset."""
        for start, end in zip(*self._spans, strict=True):
            text = self.data[start:end]
            if b'"' in text[:5] and text[:1] != b"/":
                yield start, text

    def mentions(self, name: str, start: int = 0, end: int | None = None) -> list[int]:
        """Where the name stands in code as a word of its own, rising."""
        if name in self._found:
            known = self._found[name]
            return known[bisect_left(known, start) : None if end is None else bisect_left(known, end)]
        if start == 0 and end is None:
            self._found[name] = self._search_all(name)
            return self._found[name]
        return self._search(name, start, len(self.data) if end is None else end)

    @cached_property
    def code(self) -> tuple[bytes, list[int], list[int]]:
        """All code in one piece, a blank for each comment and literal; where each stretch of it begins there, and in
        the file. Half of what people write is comments, and this is searched dozens of times."""
        starts, ends = self._spans
        firsts = [0, *ends]
        pieces = [self.data[first:last] for first, last in zip(firsts, [*starts, len(self.data)], strict=True)]
        places, place = [], 0
        for piece in pieces:
            places.append(place)
            place += len(piece) + 1
        return b" ".join(pieces), places, firsts

    def _search_all(self, name: str) -> list[int]:
        code, places, firsts = self.code
        word, size = name.encode(), len(code)
        found: list[int] = []
        at = code.find(word)
        while at >= 0:
            after = at + len(word)
            if (at == 0 or code[at - 1] not in WORD_BYTES) and (after >= size or code[after] not in WORD_BYTES):
                number = bisect_right(places, at) - 1
                found.append(firsts[number] + at - places[number])
            at = code.find(word, after)
        return found

    def _search(self, name: str, start: int, limit: int) -> list[int]:
        data, word = self.data, name.encode()
        found: list[int] = []
        at = data.find(word, start, limit)
        while at >= 0:
            after = at + len(word)
            alone = (at == 0 or data[at - 1] not in WORD_BYTES) and (
                after >= len(data) or data[after] not in WORD_BYTES
            )
            if alone and not self.hidden(at):
                found.append(at)
            at = data.find(word, after, limit)
        return found

    @cached_property
    def directives(self) -> list[tuple[int, int, str]]:
        """Each directive's first and last offset and its kind, in order."""
        found: list[tuple[int, int, str]] = []
        data = self.data
        last = 0
        for match in _DIRECTIVE.finditer(data):
            start = match.start()
            line = data.rfind(b"\n", 0, start) + 1
            if line < last or (start > line and not self._leads(line, start)) or self.hidden(start):
                continue
            last = self._directive_end(start, match.end())
            found.append((line, last, match["kind"].decode()))
        return found

    def _leads(self, line: int, start: int) -> bool:
        """Whether only blanks and comments stand between a line's beginning and an offset."""
        if self.data[line:start].isspace():
            return True
        starts, ends = self._spans
        number = bisect_left(starts, line) - 1
        if number >= 0 and line < ends[number]:  # the rest of a comment that began on an earlier line
            first = self.data.rfind(b"\n", 0, starts[number]) + 1
            return ends[number] <= start and _LEADING.fullmatch(self.data, first, start) is not None
        return _LEADING.fullmatch(self.data, line, start) is not None

    def _directive_end(self, start: int, end: int) -> int:
        """A block comment that begins on the line carries the directive on to where it ends."""
        starts, ends = self._spans
        number = bisect_right(starts, end) - 1
        while number >= 0 and starts[number] >= start and ends[number] > end and self.data[starts[number]] == 47:
            line = self.data.find(b"\n", ends[number])
            end = len(self.data) if line < 0 else line
            number = bisect_right(starts, end) - 1
        return end

    @cached_property
    def _directive_starts(self) -> list[int]:
        return [start for start, _, _ in self.directives]

    def directive_at(self, offset: int) -> tuple[int, int, str] | None:
        """The directive that covers an offset."""
        number = bisect_right(self._directive_starts, offset) - 1
        found = self.directives[number] if number >= 0 else None
        return found if found is not None and offset < found[1] else None

    def directives_between(self, start: int, end: int) -> list[tuple[int, int, str]]:
        """Directives that begin between two offsets."""
        first = bisect_right(self._directive_starts, start - 1)
        return self.directives[first : bisect_right(self._directive_starts, end - 1)]

    def arms(self, offset: int) -> tuple[int, ...]:
        """The ``#if`` arms around an offset, outermost first, each by the offset of the directive that opens it."""
        number = bisect_right(self._directive_starts, offset) - 1
        return self._arms[number] if number >= 0 else ()

    @cached_property
    def _arms(self) -> list[tuple[int, ...]]:
        """The arms that are open after each directive."""
        found: list[tuple[int, ...]] = []
        stack: tuple[int, ...] = ()
        for start, _, kind in self.directives:
            if kind in {"if", "ifdef", "ifndef"}:
                stack = (*stack, start)
            elif kind.startswith("el") and stack:
                stack = (*stack[:-1], start)
            elif kind == "endif":
                stack = stack[:-1]
            found.append(stack)
        return found

    @cached_property
    def definitions(self) -> list[Definition]:
        """Every ``#define``."""
        found = []
        for start, end, kind in self.directives:
            if kind != "define":
                continue
            at = self.data.index(b"define", start) + 6
            match = _DEFINE.match(self.data, at)
            if match is None or match.end() > end:
                continue
            listed = match["list"]
            names = None if listed is None else tuple(word.decode() for word in re.findall(rb"\.\.\.|[\w$]+", listed))
            found.append(Definition(self.path, match["name"].decode(), names, match.start("name"), match.end(), end))
        return found

    def definition_at(self, offset: int) -> Definition | None:
        """The ``#define`` whose body covers an offset."""
        found = self.directive_at(offset)
        if found is None or found[2] != "define":
            return None
        definition = self._by_directive.get(found[0])
        return definition if definition is not None and definition.body <= offset else None

    @cached_property
    def _by_directive(self) -> dict[int, Definition]:
        return {self._directive_starts[bisect_right(self._directive_starts, d.start) - 1]: d for d in self.definitions}

    def tokens(self, start: int, end: int) -> Iterator[Token]:
        """The tokens between two offsets. Directives are left out, unless the text lies in one."""
        inside = self.directive_at(start)
        skip: list[tuple[int, int, str]] = []
        if inside is not None and start > inside[0]:
            end = min(end, inside[1])
        else:
            skip = self.directives_between(start, end)
        position, number = start, 0
        while position < end:
            if number < len(skip) and position >= skip[number][0]:
                position = max(position, skip[number][1])
                number += 1
                continue
            match = _TOKEN.match(self.data, position, end)
            if match is None:
                return
            position = match.end()
            kind = match.lastgroup or "mark"
            if kind != "skip":
                yield Token(kind, match[0].decode("utf-8", "surrogateescape"), match.start(), position)

    def token_at(self, offset: int) -> Token | None:
        """The first token at or after an offset."""
        return next(self.tokens(offset, min(len(self.data), offset + 4096)), None)

    def before(self, offset: int, count: int = 1) -> list[Token]:
        """The last tokens before an offset, nearest last, all in the same directive or outside directives."""
        inside = self.directive_at(offset)
        reach = 200
        while True:
            floor = inside[0] + 1 if inside is not None else 0
            start = self._safe(max(floor, offset - reach), offset)
            found = list(self.tokens(start, offset))
            if len(found) > count or offset - reach <= floor:
                return found[-count:]
            reach *= 4

    def _safe(self, start: int, offset: int) -> int:
        """A start that splits no word and lies in no comment, literal or directive that the offset is not in."""
        while 0 < start < offset and self.data[start] in WORD_BYTES and self.data[start - 1] in WORD_BYTES:
            start += 1
        starts, ends = self._spans
        number = bisect_right(starts, start) - 1
        if number >= 0 and start < ends[number]:
            start = starts[number]
        inside = self.directive_at(start)
        if inside is not None and not inside[0] <= offset < inside[1]:
            start = inside[0]
        return start

    def words(self, start: int, end: int) -> list[str]:
        """The identifiers between two offsets of code."""
        return [token.text for token in self.tokens(start, end) if token.kind == "word"]
