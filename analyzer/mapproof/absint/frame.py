"""Byte-addressed memory: the stack frame of machine code, where cells are told apart by offset and size only.

A cell of a frame is (its base, the offset from the stack pointer on entry); how wide it is, its value says. A cell that
is absent holds anything. Where one object ends and the next begins machine code does not tell, so an address that
leaves the function, wherever in the frame it points, hands out the whole frame; and any word that may have been made
from such an address is marked, so that a store through it is known to reach frames.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mapproof.absint.bits import Bits
from mapproof.absint.values import (
    LOST_ADDRESS,
    Anything,
    Base,
    BaseKind,
    Cause,
    Leaf,
    Number,
    Pointer,
    Value,
    anything,
    bits_of,
    collect,
)
from mapproof.model.verdict import Reason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mapproof.absint.state import State
    from mapproof.model.condition import Condition

UNKNOWN_CONTENT: Final = Cause(Reason.UNKNOWN_MEMORY, "it is read from the stack, and what stands there is not known")
"""Marks a word out of a frame that may be any address, one of the frame included."""

EVERY: Final = Base(BaseKind.FRAME, "*")
"""In a state's escaped bases: every frame, the word that left being made of more than one address."""

_MARKS: Final = frozenset({LOST_ADDRESS, UNKNOWN_CONTENT})


def may_be_frame(leaf: Leaf) -> bool:
    """Whether a word may be an address in some frame."""
    if isinstance(leaf, Pointer):
        return leaf.base.kind is BaseKind.FRAME
    return isinstance(leaf, Anything) and not _MARKS.isdisjoint(leaf.causes)


def frames_in(value: Value) -> frozenset[Base]:
    """The frames that a value may point into."""
    found: set[Base] = set()
    for leaf in value.leaves:
        if isinstance(leaf, Pointer) and leaf.base.kind is BaseKind.FRAME:
            found.add(leaf.base)
        elif may_be_frame(leaf):
            found.add(EVERY)
    return frozenset(found)


def is_escaped(state: State, base: Base) -> bool:
    """Whether code elsewhere may hold an address of the frame."""
    return base in state.escaped or EVERY in state.escaped


def unknown(size: int) -> Value:
    """What an absent cell holds."""
    return anything(size, causes=[UNKNOWN_CONTENT])


def read(state: State, base: Base, offset: int | str | None, size: int) -> Value:
    """The ``size`` bytes at an offset: a cell, a part of one, else unknown. Bytes are little-endian."""
    if not isinstance(offset, int):
        return unknown(size)
    kept = state.memory.get((base, (offset,)))
    if kept is not None and kept.size == size:
        return kept
    for (owner, path), value in state.memory.items():
        if owner == base and isinstance(path[0], int) and path[0] <= offset and offset + size <= path[0] + value.size:
            return _part(value, offset - path[0], size)
    return unknown(size)


def _part(value: Value, start: int, size: int) -> Value:
    """Some bytes of a wider word; of an address only that it may be one."""
    pairs: list[tuple[Leaf, Condition]] = []
    for leaf, condition in value:
        if isinstance(leaf, Number):
            pairs.append((Number(leaf.value >> 8 * start & (1 << 8 * size) - 1), condition))
        elif isinstance(leaf, Pointer):
            pairs.append((Anything(Bits(size), None, leaf.needs, frozenset({LOST_ADDRESS})), condition))
        else:
            pairs.append(
                (Anything(bits_of(leaf, value.size).piece(start, size), None, leaf.needs, leaf.causes), condition)
            )
    return collect(size, pairs)


def write(state: State, base: Base, offset: int | str | None, value: Value) -> None:
    """Store a word at an offset; at an offset that is not known, anything in the frame may have changed."""
    if not isinstance(offset, int):
        forget(state, lambda owner: owner == base)
        state.escaped |= frames_in(value) - {base}
        return
    end = offset + value.size
    for cell in [c for c, held in state.memory.items() if c[0] == base and _meets(c[1][0], held.size, offset, end)]:
        del state.memory[cell]
    state.memory[(base, (offset,))] = value


def _meets(start: int | str | None, size: int, low: int, high: int) -> bool:
    return not isinstance(start, int) or (start < high and low < start + size)


def forget(state: State, which: Callable[[Base], bool]) -> None:
    """Drop the cells of frames."""
    for cell in [c for c in state.memory if c[0].kind is BaseKind.FRAME and which(c[0])]:
        del state.memory[cell]


def forget_escaped(state: State) -> None:
    """Drop what code elsewhere, or a store through an unknown address, may have changed."""
    forget(state, lambda base: is_escaped(state, base))


def blur(state: State, leaf: Leaf, value: Value) -> None:
    """What a store through this leaf, if it is the one, may do to frames."""
    if isinstance(leaf, Pointer) and leaf.base.kind is BaseKind.FRAME:
        offset = leaf.path[0]
        end = offset + value.size if isinstance(offset, int) else 0
        for cell in [c for c, held in state.memory.items() if c[0] == leaf.base and (
            not isinstance(offset, int) or _meets(c[1][0], held.size, offset, end))]:  # fmt: skip
            del state.memory[cell]
    elif may_be_frame(leaf):
        forget(state, lambda _base: True)
    elif isinstance(leaf, Anything) or (isinstance(leaf, Pointer) and leaf.base.kind is BaseKind.UNKNOWN):
        forget_escaped(state)


def reachable(state: State, values: Iterable[Value]) -> frozenset[Base]:
    """Frames that code given these values can reach, through addresses held in frames too."""
    found: set[Base] = set()
    todo = [base for value in values for base in frames_in(value)]
    while todo:
        base = todo.pop()
        if base in found:
            continue
        found.add(base)
        for (owner, _path), value in state.memory.items():
            if owner == base or (base == EVERY and owner.kind is BaseKind.FRAME):
                todo.extend(frames_in(value))
    return frozenset(found)


def estranged(value: Value) -> Value:
    """A value in whose leaves no frame is named: an address of another activation of the same function."""
    if not any(isinstance(leaf, Pointer) and leaf.base.kind is BaseKind.FRAME for leaf in value.leaves):
        return value
    return collect(
        value.size,
        (
            (Anything(Bits(value.size), None, leaf.needs, frozenset({LOST_ADDRESS})), condition)
            if isinstance(leaf, Pointer) and leaf.base.kind is BaseKind.FRAME
            else (leaf, condition)
            for leaf, condition in value
        ),
    )
