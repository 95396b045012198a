"""Second names that the linker or the compiler gives a function: asm labels, alias attributes and weak pragmas."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from mapproof.frontends.c.chunk import Chunk
    from mapproof.frontends.c.mention import Mentions
    from mapproof.frontends.c.source import Source

_NAMED: Final = re.compile(
    rb"\b(\w+)\s*\)?\s*\([^;{}]*\)[^;{}()]*"
    rb"(?:\b(?:__asm__|__asm|asm)\s*\(|__attribute__\s*\(\s*\([^;{}]*?\b(?:__)?(?:alias|weakref)(?:__)?\s*\()"
    rb"\s*(?:\"\"\s*)*\"_?(\w+)\""
)
_ATTRIBUTE_FIRST: Final = re.compile(
    rb"__attribute__\s*\(\s*\([^;{}]*?\b(?:__)?(?:alias|weakref)(?:__)?\s*\(\s*\"(\w+)\"[^;{}]*?\)\s*\)\s*\)"
    rb"[^;{}()]*\b(\w+)\s*\("
)
_OBJECT: Final = re.compile(
    rb"\b(\w+)(?:\s*\[[^]]*\])*\s+"
    rb"(?:(?:__asm__|__asm|asm)\s*\(|__attribute__\s*\(\s*\([^;{}]*?\b(?:__)?(?:alias|weakref)(?:__)?\s*\()"
    rb"\s*\"_?(\w+)\""
)
_PRAGMA: Final = re.compile(
    rb"#[ \t]*pragma[ \t]+(?:weak[ \t]+(\w+)[ \t]*=[ \t]*|redefine_extname[ \t]+(\w+)[ \t]+)(\w+)"
)
_OPENS: Final = re.compile(rb"(?:__)?\s*\(")
_MARKS: Final = (b"asm", b"alias", b"weakref", b"pragma")


class Aliases:
    """Finds, per file that mentions a function in one of these ways, the names that stand for it."""

    def __init__(self, mentions: Mentions) -> None:
        self._mentions = mentions
        self._read: set[str] = set()
        self._meaning: dict[str, str] = {}

    def names(self, target: str) -> list[str]:
        """The other names of a function."""
        for source in self._mentions.sources(target):
            self._look(source)
        return sorted(alias for alias, meant in self._meaning.items() if meant == target)

    def meaning(self, name: str) -> str | None:
        """The function that a name is another name of, as far as files were looked at."""
        for source in self._mentions.declaring_sources(name):
            self._look(source)
        return self._meaning.get(name)

    def _look(self, source: Source) -> None:
        if source.path in self._read:
            return
        self._read.add(source.path)
        if not any(mark in source.data for mark in _MARKS):
            return
        for found in _PRAGMA.finditer(source.data):
            self._add(found.group(1) or found.group(2), found.group(3))
        for chunk in _marked(source):
            for found in _NAMED.finditer(source.data, chunk.start, chunk.end):
                self._add(found.group(1), found.group(2))
            for found in _OBJECT.finditer(source.data, chunk.start, chunk.end):
                self._add(found.group(1), found.group(2))
            for found in _ATTRIBUTE_FIRST.finditer(source.data, chunk.start, chunk.end):
                self._add(found.group(2), found.group(1))

    def _add(self, alias: bytes, target: bytes) -> None:
        name, meant = alias.decode("utf-8", "replace"), target.decode("utf-8", "replace")
        if name != meant:
            self._meaning[name] = meant


def _marked(source: Source) -> list[Chunk]:
    """The declarations in which one of the marks opens a parenthesis."""
    found: dict[Chunk, None] = {}
    for mark in _MARKS[:3]:
        offset = source.data.find(mark)
        while offset >= 0:
            if _OPENS.match(source.data, offset + len(mark)) is not None:
                chunk = source.chunk_at(offset)
                if chunk is not None and not chunk.is_function:
                    found[chunk] = None
            offset = source.data.find(mark, offset + len(mark))
    return list(found)
