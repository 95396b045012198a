"""The names of the records around a place of a declaration, read off the text where that is plain enough.

A record with many ``#if`` inside has many readings, and all that is asked here is what its objects may be called.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Final, NamedTuple

from mapproof.frontends.c.directive import OPENING
from mapproof.frontends.c.lexeme import Kind, tokens_of
from mapproof.frontends.c.skeleton import CLOSE, OPEN

if TYPE_CHECKING:
    from mapproof.frontends.c.chunk import Chunk
    from mapproof.frontends.c.lexeme import Token
    from mapproof.frontends.c.source import Source

_RECORDS: Final = frozenset({b"struct", b"union"})
_BEFORE: Final = frozenset({b"typedef", b"static", b"extern", b"const", b"volatile"})
_ENDS: Final = frozenset({b";", b"{", b"}"})


class _Braces(NamedTuple):
    """A pair of braces: offsets of both, and the offset after the brace before."""

    start: int
    end: int
    after: int


def record_names(source: Source, chunk: Chunk, offset: int) -> list[str] | None:
    """Tags and typedef names of the records whose braces stand around an offset of a C declaration; ``None`` where
    the text alone does not say: a brace under ``#if``, a word that may be a macro, anything but a plain record."""
    if chunk.is_function or not source.path.endswith((".c", ".h")):
        return None
    around = _around(source, chunk, offset)
    if not around:
        return None
    names: list[str] = []
    for braces in around:
        found = _names(source, braces, chunk)
        if found is None:
            return None
        names.extend(found)
    return names


def _around(source: Source, chunk: Chunk, offset: int) -> list[_Braces] | None:
    """The braces around an offset, outermost first; ``None`` if some brace of the chunk stands under ``#if``."""
    skeleton = source.skeleton
    open_: list[tuple[int, int]] = []
    found: list[_Braces] = []
    groups, after = 0, chunk.start
    for event in skeleton.events[bisect_left(skeleton.events, chunk.start << 2) :]:
        place, code = event >> 2, event & 3
        if place >= chunk.end:
            break
        if code in (OPEN, CLOSE):
            if groups:
                return None
            if code == OPEN:
                open_.append((place, after))
            elif open_:
                start, before = open_.pop()
                if start < offset < place:
                    found.append(_Braces(start, place, before))
            after = place + 1
        else:
            kind = skeleton.kinds[bisect_left(skeleton.starts, place)]
            groups += (kind in OPENING) - (kind == b"endif")
    return found[::-1] if not open_ and not groups else None


def _names(source: Source, braces: _Braces, chunk: Chunk) -> list[str] | None:
    """Tag and typedef names of one record."""
    head = _head(source, braces.after, braces.start)
    if head is None:
        return None
    typedef = b"typedef" in head
    words = [word for word in head if word not in _BEFORE]
    if not words or words[0] not in _RECORDS or len(words) > 2:
        return None
    after = _tail(source, braces.end + 1, chunk.end) if typedef else []
    if after is None:
        return None
    names = [*words[1:], *after]
    if not names or any(name in source.definitions for name in names):
        return None
    return [name.decode("utf-8", "replace") for name in names]


def _head(source: Source, start: int, end: int) -> list[bytes] | None:
    """The words before a brace, from where the declaration begins; ``None`` if a directive stands among them."""
    words: list[bytes] = []
    for token in reversed(_tokens(source, start, end)):
        if token is None:
            return words[::-1] if not words else _checked(source, start, end, words[::-1])
        if token.text in _ENDS:
            break
        words.append(token.text)
    return words[::-1]


def _checked(source: Source, start: int, end: int, words: list[bytes]) -> list[bytes] | None:
    """The words, if the code before the directive that stands before them is complete."""
    before = [token for token in _tokens(source, start, end) if token is not None][: -len(words)]
    return words if not before or before[-1].text in _ENDS else None


def _tail(source: Source, start: int, end: int) -> list[bytes] | None:
    """The names between a brace and the end of the declaration; ``None`` if a directive stands among them."""
    names: list[bytes] = []
    for token in _tokens(source, start, end):
        if token is None:
            return None
        if token.text in _ENDS:
            break
        if token.kind is Kind.IDENTIFIER:
            names.append(token.text)
    return names


def _tokens(source: Source, start: int, end: int) -> list[Token | None]:
    """The tokens of a stretch, with ``None`` for each directive."""
    skeleton = source.skeleton
    number = bisect_left(skeleton.starts, start)
    tokens: list[Token | None] = []
    while number < len(skeleton.starts) and skeleton.starts[number] < end:
        tokens.extend(tokens_of(source.data, start, skeleton.starts[number]))
        tokens.append(None)
        start = skeleton.ends[number]
        number += 1
    tokens.extend(tokens_of(source.data, start, end))
    return tokens
