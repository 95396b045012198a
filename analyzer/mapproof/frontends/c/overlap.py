"""Members that share their bytes with others: in unions, and where one record's address becomes another's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mapproof.frontends.c.ctype import Shape

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mapproof.frontends.c.ctype import CType, Member, Record

    Find = Callable[[str], Record | None]

_DEPTH: Final = 16
"""Records inside each other that are looked into."""


def siblings(records: Iterable[Record], member: str, find: Find) -> set[str]:
    """Names of members that share bytes with ``member``, in the unions among these records."""
    found: set[str] = set()
    for record in records:
        if not record.union:
            continue
        holding = [part for part in record.members if member in _names(part, find)]
        others = [part for part in record.members if part not in holding]
        if holding:
            found.update(name for part in others for name in _names(part, find))
            if len(holding) > 1:
                found.update(name for part in holding for name in _names(part, find))
    return found - {member, ""}


def holds(record: Record, member: str, find: Find) -> bool:
    """Whether the member is one of the record's, or of a record inside it."""
    return any(member in _names(part, find) for part in record.members)


def _names(part: Member, find: Find, depth: int = 0) -> set[str]:
    """The names of a member and of all inside it."""
    ctype = _element(part.type)
    body = find(ctype.tag) if ctype.shape is Shape.RECORD and depth < _DEPTH else None
    found = {part.name}
    for inner in body.members if body is not None else ():
        found |= _names(inner, find, depth + 1)
    return found


def _element(ctype: CType) -> CType:
    while ctype.shape is Shape.ARRAY and ctype.target is not None:
        ctype = ctype.target
    return ctype


def overlays(own: Record, other: Record, member: str, find: Find) -> bool:
    """Whether a store to a member of ``other``, at the address of an ``own``, may change ``member`` under another name.

    It does not where both begin alike (C11 6.5.2.3p6) and ``other`` ends before the member is reached, or has it too.
    """
    mine, theirs = list(own.members), list(other.members)
    for _step in range(1000):
        if not mine or not theirs:
            return False
        one, two = mine.pop(0), theirs.pop(0)
        if one.static or two.static:
            if not one.static:
                mine.insert(0, one)
            if not two.static:
                theirs.insert(0, two)
            continue
        if _alike(one.type, two.type):
            if member in _names(one, find):
                return member not in _names(two, find)
            continue
        opened = _opened(one, find), _opened(two, find)
        if opened == (None, None):
            return True
        mine[:0] = opened[0] if opened[0] is not None else [one]
        theirs[:0] = opened[1] if opened[1] is not None else [two]
    return True


def differ(one: Record, two: Record, find: Find) -> bool:
    """Whether some number has one name in one record and another in the other, where both have one at that place."""
    mine, theirs = list(one.members), list(two.members)
    for _step in range(1000):
        mine, theirs = [m for m in mine if not m.static], [m for m in theirs if not m.static]
        if not mine or not theirs:
            return False
        here, there = mine.pop(0), theirs.pop(0)
        if _alike(here.type, there.type):
            if here.type.shape is Shape.INTEGER and here.name != there.name:
                return True
            continue
        opened = _opened(here, find), _opened(there, find)
        if opened == (None, None):
            return any(part.type.shape is Shape.INTEGER for part in (*mine, here)) and any(
                part.type.shape is Shape.INTEGER for part in (*theirs, there)
            )
        mine[:0] = opened[0] if opened[0] is not None else [here]
        theirs[:0] = opened[1] if opened[1] is not None else [there]
    return True


def _opened(part: Member, find: Find) -> list[Member] | None:
    """The members of the record that a member is; ``None`` if it is none, or a union."""
    body = find(part.type.tag) if part.type.shape is Shape.RECORD else None
    return None if body is None or body.union or body.bases else list(body.members)


def _alike(one: CType, two: CType) -> bool:
    """Whether two types have the same size and the same parts."""
    if one.shape is not two.shape or not one.known:
        return one.tag == two.tag and not one.known and not two.known
    if one.shape is Shape.ARRAY:
        return (
            one.length == two.length
            and one.target is not None
            and two.target is not None
            and _alike(one.target, two.target)
        )
    return one.tag == two.tag if one.shape is Shape.RECORD else one.size == two.size
