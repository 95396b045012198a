"""One C or C++ file as bytes: its directives, comments, literals and top-level declarations, found without parsing."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from functools import cached_property
from typing import TYPE_CHECKING, Final

from mapproof.frontends.c.chunk import Chunk, chunks_of
from mapproof.frontends.c.directive import Directive, Nesting, clean, nesting_of
from mapproof.frontends.c.lexeme import Kind, tokens_of
from mapproof.frontends.c.skeleton import Skeleton, scan
from mapproof.model.location import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

_CPP_ALONE: Final = re.compile(
    rb"\bclass\s+[A-Za-z_][\w\s]*[{:;]|\bnamespace\s+\w*\s*\{|\btemplate\s*<|\b(?:public|private|protected)\s*:(?!:)|\w::\w"
)
CPP_SUFFIXES: Final = (".cc", ".cpp", ".cxx", ".c++", ".hpp", ".hh", ".hxx", ".ipp", ".inl", ".C", ".H", ".tcc")

_DEFINE: Final = re.compile(rb"(?:[ \t\f\v]++|\\\r?\n|/\*[^*]*+(?:\*(?!/)[^*]*+)*+\*/)*+([\w$\x80-\xff]++)")
_SAVING: Final = re.compile(rb"(push|pop)_macro\s*\(\s*\"([^\"]*)\"")
_SAVED_INLINE: Final = re.compile(rb"(?:_Pragma|__pragma)\s*\(\s*\"?\s*pop_macro\s*\(\s*\\?\"([^\"\\]*)")
_WEAK: Final = re.compile(rb"weak[ \t]+([\w$\x80-\xff]+)")
_OPENING: Final = re.compile(rb"\{|<%")
_DIVIDED: Final = re.compile(rb"\\(?<=[\w$\x80-\xff]\\)[ \t]*\r?\n(?=[\w$\x80-\xff])")
_SPLICED: Final = re.compile(rb"[\w$\x80-\xff]++(?:\\[ \t]*\r?\n[\w$\x80-\xff]++)++")
_SPLICE: Final = re.compile(rb"\\[ \t]*\r?\n")
_IDENTIFIER: Final = re.compile(rb"[A-Za-z_$\x80-\xff][\w$\x80-\xff]*")
_WORD: Final = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_$") | frozenset(
    range(128, 256)
)


class Source:
    """One file. Everything beyond the bytes is found on demand and kept."""

    def __init__(self, path: str, data: bytes) -> None:
        self.path = path
        self.data = data
        self._directives: dict[int, Directive] = {}
        self.declaring: dict[tuple[str, str], tuple[Chunk, ...]] = {}
        """What was found of who declares a name, by name and kind of declaration."""

    @cached_property
    def cpp(self) -> bool:
        """Whether the file is C++: its name says so, or it is a ``.h`` in which something stands that C has no place
        for, if only in some builds."""
        if self.path.endswith(CPP_SUFFIXES):
            return True
        return self.path.endswith(".h") and _CPP_ALONE.search(self.uncommented) is not None

    @cached_property
    def skeleton(self) -> Skeleton:
        """Braces, directives, comments and literals."""
        return scan(self.data)

    @cached_property
    def uncommented(self) -> bytes:
        """The bytes with blanks for comments outside of directives and for joints (a backslash that ends a line): what
        stands next to a place is then what the compiler sees there, at the same offset."""
        data = bytearray(self.data)
        for start, end in zip(self.skeleton.quiet_starts, self.skeleton.quiet_ends, strict=False):
            if self.data.startswith((b"//", b"/*"), start):
                data[start:end] = b" " * (end - start)
        return _SPLICE.sub(lambda found: b" " * len(found[0]), bytes(data))

    @cached_property
    def nesting(self) -> Nesting:
        """How the ``#if`` groups nest."""
        return nesting_of(self.skeleton)

    @property
    def directives(self) -> list[Directive]:
        """Every directive in order."""
        return [self.directive(number) for number in range(len(self.skeleton.starts))]

    def directive(self, number: int) -> Directive:
        """The directive of that number, from 0."""
        found = self._directives.get(number)
        if found is None:
            skeleton = self.skeleton
            start, end, body = skeleton.starts[number], skeleton.ends[number], skeleton.bodies[number]
            kind = skeleton.kinds[number].decode("ascii")
            found = self._directives[number] = Directive(kind, start, end, body, clean(self.data[body:end]))
        return found

    def directive_before(self, position: int) -> int:
        """The number of the last directive that starts before ``position``, -1 if none does."""
        return bisect_left(self.skeleton.starts, position) - 1

    @cached_property
    def definitions(self) -> dict[bytes, list[int]]:
        """For each name the numbers of the ``#define`` and ``#undef`` directives that name it, in order."""
        skeleton = self.skeleton
        found: dict[bytes, list[int]] = {}
        for number, kind in enumerate(skeleton.kinds):
            if kind in (b"define", b"undef"):
                name = _DEFINE.match(self.data, skeleton.bodies[number], skeleton.ends[number])
                if name is not None:
                    found.setdefault(name.group(1), []).append(number)
        return found

    @cached_property
    def restored(self) -> dict[bytes, dict[int, int | None]]:
        """For each name the numbers of the ``#pragma pop_macro`` directives that restore it, with that of the
        ``push_macro`` they undo (``None``: not in this file)."""
        found: dict[bytes, dict[int, int | None]] = {}
        if b"pop_macro" not in self.data:
            return found
        pushed: dict[bytes, list[int]] = {}
        for number, kind in enumerate(self.skeleton.kinds):
            text = self.directive(number).text if kind == b"pragma" else b""
            saving = _SAVING.match(text)
            if saving is not None and saving.group(1) == b"push":
                pushed.setdefault(saving.group(2), []).append(number)
            elif saving is not None:
                waiting = pushed.get(saving.group(2))
                found.setdefault(saving.group(2), {})[number] = waiting.pop() if waiting else None
        for name in _SAVED_INLINE.findall(self.data):
            found.setdefault(name, {}).setdefault(-1, None)
        return found

    @cached_property
    def includes(self) -> list[int]:
        """The numbers of the ``#include`` directives (also ``#include_next`` and ``#import``)."""
        kinds = (b"include", b"include_next", b"import")
        return [number for number, kind in enumerate(self.skeleton.kinds) if kind in kinds]

    @cached_property
    def speaks_of_weak(self) -> bool:
        """Whether some function may be weak: the word stands in the file, in small or capital letters."""
        return b"weak" in self.data or b"WEAK" in self.data

    @cached_property
    def weak(self) -> frozenset[bytes]:
        """The names that a ``#pragma weak`` makes weak."""
        pragmas = [self.directive(number).text for number, kind in enumerate(self.skeleton.kinds) if kind == b"pragma"]
        return frozenset([found.group(1) for text in pragmas if (found := _WEAK.match(text)) is not None])

    @cached_property
    def guards(self) -> frozenset[int]:
        """Groups that only keep a text from being read twice: ``#ifndef X``, ``#define X``, no other arm, and either
        nothing stands outside or ``X`` is named like a guard (``…_H``, ``…_INCLUDED``)."""
        return frozenset(number for number in range(len(self.nesting.groups)) if self._is_guard(number))

    @cached_property
    def guard(self) -> bytes | None:
        """The name that keeps the whole file from being read twice."""
        whole = [group for group in self.guards if self._is_whole(group)]
        return self.directive(self.nesting.groups[whole[0]].arms[0] + 1).text.split()[0] if whole else None

    def _is_guard(self, number: int) -> bool:
        group = self.nesting.groups[number]
        opening = group.arms[0]
        if len(group.arms) != 1 or group.end is None or group.end == opening + 1:
            return False
        if self.skeleton.kinds[opening + 1] != b"define" or self.skeleton.kinds[opening] == b"ifdef":
            return False
        test = re.fullmatch(rb"(?:!\s*defined\s*\(?\s*)?([\w$]+)\s*\)?", self.directive(opening).text)
        if test is None or (self.skeleton.kinds[opening] == b"if") != self.directive(opening).text.startswith(b"!"):
            return False
        define = self.directive(opening + 1).text
        if re.fullmatch(re.escape(test.group(1)) + rb"(?:\s+1)?", define) is None:
            return False
        content = self.skeleton.ends[opening + 1], self.skeleton.starts[group.end]
        if group.end == opening + 2 and not tokens_of(self.data, *content):
            return False
        named = re.search(rb"(?:_H|_HH|_HPP|_HXX|_INCLUDED|_INCLUDE|_GUARD)_*$", test.group(1), re.IGNORECASE)
        return self._is_whole(number) or (named is not None and not test.group(1).startswith(b"HAVE_"))

    def _is_whole(self, number: int) -> bool:
        """Whether nothing but comments and white space stands outside the group."""
        group = self.nesting.groups[number]
        last = len(self.skeleton.starts) - 1
        if group.arms[0] != 0 or group.end != last:
            return False
        return not tokens_of(self.data, 0, self.skeleton.starts[0]) and not tokens_of(
            self.data, self.skeleton.ends[last], len(self.data)
        )

    @cached_property
    def chunks(self) -> list[Chunk]:
        """The top-level declarations by rising start; a class stands before its members."""
        return chunks_of(self.data, self.skeleton, cpp=self.cpp or self.path.endswith(".h"))

    @cached_property
    def _chunk_starts(self) -> list[int]:
        return [chunk.start for chunk in self.chunks]

    def head_end(self, chunk: Chunk) -> int:
        """Where a function's body opens, one past the brace; the end of any other declaration."""
        if not chunk.is_function:
            return chunk.end
        for brace in _OPENING.finditer(self.data, chunk.start, chunk.end):
            if self.is_code(brace.start()):
                return brace.end()
        return chunk.end

    @cached_property
    def _outline(self) -> dict[bytes, list[int]]:
        """Identifier to the numbers of the chunks that mention it outside of function bodies, comments not left out."""
        found: dict[bytes, list[int]] = {}
        for number, chunk in enumerate(self.chunks):
            for name in set(_IDENTIFIER.findall(self.data, chunk.start, self.head_end(chunk))):
                found.setdefault(name, []).append(number)
        return found

    def outlined(self, name: bytes) -> Iterator[tuple[Chunk, int]]:
        """Places of an identifier in declarations and function heads: chunk and offset, by rising offset."""
        for number in self._outline.get(name, ()):
            chunk = self.chunks[number]
            stop = self.head_end(chunk)
            for offset in self._words(name, chunk.start, stop):
                if self.is_code(offset):
                    yield chunk, offset

    def chunk_at(self, offset: int) -> Chunk | None:
        """The innermost chunk that holds the offset."""
        number = bisect_right(self._chunk_starts, offset) - 1
        while number >= 0:
            chunk = self.chunks[number]
            if offset < chunk.end:
                return chunk
            if not chunk.scope:
                return None
            number -= 1
        return None

    @cached_property
    def _lines(self) -> list[int]:
        return [0, *(found.end() for found in re.finditer(rb"\n", self.data))]

    def line_column(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both from 1; columns count characters (UTF-8)."""
        line = bisect_right(self._lines, offset) - 1
        text = self.data[self._lines[line] : offset]
        return line + 1, len(text.decode("utf-8", "replace")) + 1

    def span(self, start: int, end: int) -> Span:
        """The location of the bytes from ``start`` to ``end`` (exclusive)."""
        line, column = self.line_column(start)
        last = bisect_right(self._lines, max(start, end - 1))
        return Span(self.path, line, column, last, start, end)

    def occurrences(self, name: bytes) -> list[int]:
        """Offsets where the identifier stands in code: not in a comment, literal or directive."""
        return [
            offset for offset in self._words(name) if not self._in_quiet(offset) and self._directive_at(offset) is None
        ]

    def occurrences_in_directives(self, name: bytes) -> list[int]:
        """Offsets where the identifier stands in a directive, comments and literals left out."""
        return [
            offset for number in self._directed.get(name, ()) for offset in sorted(self._identifiers_of(number, name))
        ]

    @cached_property
    def _directed(self) -> dict[bytes, list[int]]:
        """Identifier to the numbers of the directives that mention it, comments and literals not left out."""
        found: dict[bytes, list[int]] = {}
        skeleton = self.skeleton
        for number, (start, end) in enumerate(zip(skeleton.bodies, skeleton.ends, strict=True)):
            names = set(_IDENTIFIER.findall(self.data, start, end))
            if self.data.find(b"\\", start, end) >= 0:
                names.update(_IDENTIFIER.findall(_SPLICE.sub(b"", self.data[start:end])))
            for name in names:
                found.setdefault(name, []).append(number)
        return found

    def _identifiers_of(self, number: int, name: bytes) -> set[int]:
        skeleton = self.skeleton
        tokens = tokens_of(self.data, skeleton.bodies[number], skeleton.ends[number])
        return {token.start for token in tokens if token.kind is Kind.IDENTIFIER and token.text == name}

    def _directive_at(self, offset: int) -> int | None:
        number = bisect_right(self.skeleton.starts, offset) - 1
        return number if number >= 0 and offset < self.skeleton.ends[number] else None

    def is_code(self, offset: int) -> bool:
        """Whether a byte stands outside of comments, literals and directives."""
        return not self._in_quiet(offset) and self._directive_at(offset) is None

    def _in_quiet(self, offset: int) -> bool:
        number = bisect_right(self.skeleton.quiet_starts, offset) - 1
        return number >= 0 and offset < self.skeleton.quiet_ends[number]

    def _words(self, name: bytes, start: int = 0, stop: int | None = None) -> list[int]:
        """Word-bounded places of a name anywhere in the bytes from ``start`` to ``stop``, words that go over a line's
        end included."""
        found = self._spliced.get(name, ())
        if found:
            whole = [offset for offset in found if start <= offset < (len(self.data) if stop is None else stop)]
            return sorted({*whole, *self._whole_words(name, start, stop)})
        return self._whole_words(name, start, stop)

    @cached_property
    def _spliced(self) -> dict[bytes, list[int]]:
        """Places of words that a backslash at a line's end divides."""
        found: dict[bytes, list[int]] = {}
        end = 0
        for divided in _DIVIDED.finditer(self.data):
            if divided.start() < end:
                continue
            start = divided.start()
            while start > end and self.data[start - 1] in _WORD:
                start -= 1
            word = _SPLICED.match(self.data, start)
            if word is not None:
                end = word.end()
                found.setdefault(_SPLICE.sub(b"", word.group()), []).append(start)
        return found

    def _whole_words(self, name: bytes, start: int, stop: int | None) -> list[int]:
        found: list[int] = []
        data, length = self.data, len(name)
        stop = len(data) if stop is None else stop
        offset = data.find(name, start, stop) if name else -1
        while offset >= 0:
            after = offset + length
            if (offset == 0 or data[offset - 1] not in _WORD) and (after == len(data) or data[after] not in _WORD):
                found.append(offset)
            offset = data.find(name, after, stop)
        return found
