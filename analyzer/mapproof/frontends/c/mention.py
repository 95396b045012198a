"""Where a name stands in code, in all files: directly, or through macros whose body mentions it."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mapproof.model.location import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mapproof.frontends.c.chunk import Chunk
    from mapproof.frontends.c.directive import Directive
    from mapproof.frontends.c.source import Source
    from mapproof.frontends.c.tree import SourceTree
    from mapproof.model.ir import Function

_DEFINED: Final = re.compile(rb"([A-Za-z_$][\w$]*)(\([^)]*\))?")
_MEMBER: Final = re.compile(rb"(?:->|\.)\s*\Z")

FEW_FILES: Final = 4
"""A tree so small is asked by outlines."""

MAX_MACROS: Final = 200
"""Macros that one name is followed through."""


@dataclass(frozen=True, slots=True)
class Mention:
    """One place of a name in code. ``chunk`` is the declaration around it."""

    source: Source
    offset: int
    chunk: Chunk

    @property
    def in_body(self) -> bool:
        """Whether it stands in a function."""
        return self.chunk.is_function

    def is_member(self) -> bool:
        """Whether ``.`` or ``->`` stands before it."""
        return _MEMBER.search(self.source.uncommented, max(0, self.offset - 40), self.offset) is not None


@dataclass(frozen=True, slots=True)
class MacroMention:
    """One ``#define`` whose body mentions a name. ``macro`` is the name it defines."""

    source: Source
    directive: Directive
    macro: str

    def is_member(self, name: str) -> bool:
        """Whether ``.`` or ``->`` stands before the name wherever the body has it."""
        text = self.directive.text
        places = re.finditer(rb"(?<![\w$])" + re.escape(name.encode()) + rb"(?![\w$])", text)
        return all(_MEMBER.search(text, max(0, place.start() - 40), place.start()) for place in places)


class Mentions:
    """Looks names up in the files of a tree, each name once."""

    def __init__(self, tree: SourceTree) -> None:
        self._tree = tree
        self._code: dict[str, list[Mention]] = {}
        self._macros: dict[str, list[MacroMention]] = {}
        self._sources: dict[str, list[Source]] = {}
        self._all: list[Source] | None = None
        self._spelling: dict[str, frozenset[bytes]] = {}

    @property
    def single(self) -> bool:
        """Whether there is but one file."""
        return len(self._tree.files) <= 1

    def sources(self, name: str) -> list[Source]:
        """The files whose bytes hold the name."""
        if name not in self._sources:
            word = name.encode()
            found: list[Source] = []
            for path in self._tree.files_containing([word]).get(word, ()):
                try:
                    found.append(self._tree.source(path))
                except OSError:
                    continue
            self._sources[name] = found
        return self._sources[name]

    def declaring_sources(self, name: str) -> list[Source]:
        """The files that may declare a name: in a small tree all, whose outlines answer faster than their bytes."""
        if len(self._tree.files) > FEW_FILES:
            return self.sources(name)
        if self._all is None:
            self._all = [source for path in self._tree.files if (source := self._tree.load(path)) is not None]
        return self._all

    def code(self, name: str) -> list[Mention]:
        """Places outside of directives, comments and literals, by file and offset."""
        if name not in self._code:
            self._code[name] = [
                Mention(source, offset, chunk)
                for source in self.sources(name)
                for offset in source.occurrences(name.encode())
                if (chunk := source.chunk_at(offset)) is not None
            ]
        return self._code[name]

    def macros(self, name: str) -> list[MacroMention]:
        """Definitions whose body mentions the name."""
        if name not in self._macros:
            self._macros[name] = [found for source in self.sources(name) for found in _defining(source, name.encode())]
        return self._macros[name]

    def closure(self, name: str) -> list[str]:
        """The name and every macro through which it may be mentioned, in the order of discovery."""
        found = [name]
        seen = {name}
        for known in found:
            for mention in self.macros(known):
                if mention.macro not in seen and len(found) < MAX_MACROS:
                    seen.add(mention.macro)
                    found.append(mention.macro)
        return found

    def spelling(self, *words: str) -> frozenset[bytes]:
        """The macros through which one of the words may be spelled."""
        key = " ".join(words)
        if key not in self._spelling:
            found = {name for word in words for name in self.closure(word)} - {*words}
            self._spelling[key] = frozenset([name.encode() for name in found])
        return self._spelling[key]


def _defining(source: Source, name: bytes) -> Iterator[MacroMention]:
    for offset in source.occurrences_in_directives(name):
        number = source.directive_before(offset + 1)
        directive = source.directive(number)
        if directive.kind != "define":
            continue
        head = _DEFINED.match(directive.text)
        if head is None or head.group(1) == name:
            continue
        parameters = re.findall(rb"[\w$]+", head.group(2) or b"")
        if name not in parameters:
            yield MacroMention(source, directive, head.group(1).decode("utf-8", "replace"))


_stretches: dict[int, tuple[Function, list[int], list[int]]] = {}


def covers(function: Function, mention: Mention) -> bool:
    """Whether some operation of a function stands around a place."""
    kept = _stretches.get(id(function))
    if kept is None or kept[0] is not function:
        kept = _stretches[id(function)] = (function, *_covered(function))
    number = bisect_right(kept[1], mention.offset) - 1
    return number >= 0 and mention.offset < kept[2][number]


def _covered(function: Function) -> tuple[list[int], list[int]]:
    """The stretches of text that operations stand for, joined where they overlap: starts and ends, rising."""
    starts: list[int] = []
    ends: list[int] = []
    places = (operation.location for block in function.blocks for operation in block.operations)
    for start, end in sorted({(place.start, place.end) for place in places if isinstance(place, Span)}):
        if ends and start <= ends[-1]:
            ends[-1] = max(ends[-1], end)
        elif start < end:
            starts.append(start)
            ends.append(end)
    return starts, ends
