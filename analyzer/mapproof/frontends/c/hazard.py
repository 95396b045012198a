"""What the texts of a source file say that no call does: names of the process's own memory, notes about its stack."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from mapproof.frontends.c.lexeme import CHARACTER, STRING
from mapproof.frontends.c.literal import decode
from mapproof.model.hazard import Hazard, HazardKind
from mapproof.model.procfs import MARKS, own_files, own_memory

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mapproof.frontends.c.source import Source
    from mapproof.model.procfs import Place

NOTE: Final = b"GNU-stack"
_CHARACTERS: Final = b"'m'"
"""Stands where ``mem`` is spelled letter by letter."""
WORDS: Final = (*MARKS, NOTE, _CHARACTERS)
"""A file without any of these has none of what is looked for."""

_LITERAL: Final = re.compile(rb"(?:u8|[uUL])?(?:" + STRING + rb"|" + CHARACTER + rb")", re.DOTALL)
_FLAGS: Final = re.compile(rb"\.note\.GNU-stack\s*\"?\s*(?:,\s*\"([^\"]*)\"|(\Z|\n|;))")
_COMMA: Final = re.compile(rb"[\s,]*\Z")


def hazards(source: Source) -> Iterator[Hazard]:
    """The hazards of one file; of each kind the first."""
    if not any(word in source.data for word in WORDS):
        return
    texts = list(_texts(source))
    memory, files = own_memory(texts), own_files(texts)
    if memory is not None:
        yield _hazard(source, HazardKind.OWN_MEMORY, memory, "names the process's own memory, or may")
    if files is not None:
        yield _hazard(source, HazardKind.OPEN_FILES, files, "names a file that is open already, or may")
    note = next((place for place in texts if asks_for_stack(place[1])), None)
    if note is not None:
        yield _hazard(source, HazardKind.STACK_NOTE, note, "asks for an executable stack, or may")


def asks_for_stack(text: bytes) -> bool:
    """Whether assembly or a section's name opens ``.note.GNU-stack`` with flags that have ``x``, or that are not
    plain. Without any flags the assembler's defaults hold, which have none."""
    if NOTE not in text:
        return False
    plain = list(_FLAGS.finditer(text))
    return len(plain) != text.count(NOTE) or any(b"x" in (found[1] or b"") for found in plain)


def _hazard(source: Source, kind: HazardKind, place: Place, what: str) -> Hazard:
    offset, text = place
    shown = text[:60].decode("utf-8", "replace")
    return Hazard(kind, source.span(offset, offset + 1), f"{shown!r} {what}")


def _texts(source: Source) -> Iterator[Place]:
    """Every text of the file, decoded; literals that stand together are one, and so are characters of a list."""
    skeleton, data = source.skeleton, source.data
    spans = zip(skeleton.quiet_starts, skeleton.quiet_ends, strict=False)
    literals = [(start, end) for start, end in spans if data[start : start + 1] in b"\"'"]
    yield from _joined(data, literals)
    for number, kind in enumerate(skeleton.kinds):
        if kind == b"define":
            text = source.directive(number).text
            found = [found.span() for found in _LITERAL.finditer(text)] if b'"' in text or b"'" in text else []
            for _, joined in _joined(text, found):
                yield skeleton.starts[number], joined


def _joined(data: bytes, literals: Iterable[tuple[int, int]]) -> Iterator[Place]:
    place, text, last, quote = -1, b"", 0, b""
    for start, end in literals:
        opening = min(
            (at for at in (data.find(b'"', start, end), data.find(b"'", start, end)) if at >= 0), default=start
        )
        mark, between = data[opening : opening + 1], data[last:start]
        together = mark == quote and (between.isspace() or not between or (mark == b"'" and _COMMA.match(between)))
        if place >= 0 and not together:
            yield place, text
        if not together:
            place, text = start, b""
        text += decode(data[opening + 1 : end - 1])
        last, quote = end, mark
    if place >= 0:
        yield place, text
