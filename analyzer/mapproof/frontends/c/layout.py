"""``sizeof``, where it is the same in every data model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mapproof.frontends.c.ctype import CType, Shape

if TYPE_CHECKING:
    from mapproof.frontends.c.declarator import TypeReader

_MAX_DEPTH: Final = 20


def size_of(types: TypeReader, ctype: CType) -> int | None:
    """Bytes of a type; ``None`` where data models differ (``long``, pointers) or its layout is not known."""
    measured = _measure(types, ctype, 0)
    return None if measured is None else measured[0]


def _measure(types: TypeReader, ctype: CType, depth: int) -> tuple[int, int] | None:
    """Size and alignment."""
    if depth > _MAX_DEPTH or (ctype.varies and ctype.shape is not Shape.ARRAY):
        return None
    if ctype.shape is Shape.INTEGER and ctype.size in (1, 2, 4):
        return ctype.size, ctype.size
    if ctype.shape is Shape.INTEGER:
        return ctype.size, 0
    if ctype.shape is Shape.VOID:
        return 1, 1
    if ctype.shape is Shape.ARRAY and ctype.target is not None and ctype.length is not None:
        inner = _measure(types, ctype.target, depth + 1)
        return None if inner is None else (inner[0] * ctype.length, inner[1])
    return _measure_record(types, ctype, depth) if ctype.shape is Shape.RECORD else None


def _measure_record(types: TypeReader, ctype: CType, depth: int) -> tuple[int, int] | None:
    """Natural alignment. A member whose alignment data models differ about (8-byte integers) makes it unknown."""
    found = types.find_record(ctype.tag)
    if found is None or not found.exact or found.bases or found.methods or not found.members:
        return None
    size, alignment = 0, 1
    for member in found.members:
        inner = _measure(types, member.type, depth + 1)
        if inner is None or member.bits is not None or member.static or not inner[1]:
            return None
        alignment = max(alignment, inner[1])
        start = 0 if found.union else -(-size // inner[1]) * inner[1]
        size = max(size, start + inner[0])
    return -(-size // alignment) * alignment, alignment
