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
    NeedKind,
    Number,
    Pointer,
    Value,
    anything,
    bits_of,
    collect,
)
from mapproof.model.condition import TRUE, Condition
from mapproof.model.verdict import Reason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from mapproof.absint.state import Cell, State

UNKNOWN_CONTENT: Final = Cause(Reason.UNKNOWN_MEMORY, "it is read from the stack, and what stands there is not known")
"""Marks a word out of a frame that may be any address, one of the frame included."""

NEVER_STORED: Final = Cause(Reason.UNKNOWN_MEMORY, "it is read from the stack before anything is stored there")

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


def unknown(size: int, state: State, base: Base) -> Value:
    """What an absent cell holds."""
    return anything(size, needs=state.owed.get(base, ()), causes=[UNKNOWN_CONTENT])


def owe(state: State, bases: Iterable[Base], instead: Value) -> None:
    """Note which calls could be followed to learn what frames hold after them."""
    needs = frozenset(need for need in instead.needs() if need.kind is NeedKind.CALL)
    frames = [base for base in bases if base.kind is BaseKind.FRAME]
    if needs and frames:
        state.owed = {**state.owed, **{base: state.owed.get(base, frozenset()) | needs for base in frames}}


def read(state: State, base: Base, offset: int | str | None, size: int) -> Value:
    """The ``size`` bytes at an offset: a cell, a part of one, several put together, else unknown. Bytes are
    little-endian."""
    if not isinstance(offset, int):
        return unknown(size, state, base)
    known = found(state.memory, base, offset, size)
    if known is not None:
        return known
    begun = state.memory.get((base, (offset,)))
    if begun is not None and begun.size < size:
        return _joined(read(state, base, offset + begun.size, size - begun.size), begun)
    return anything(size, causes=[NEVER_STORED]) if _is_fresh(state, base, offset, size) else unknown(size, state, base)


def _touch(state: State, base: Base, offset: int | str | None, size: int) -> None:
    old = state.touched.get(base, frozenset())
    groups = range(offset >> 2, (offset + size + 3) >> 2) if isinstance(offset, int) else (None,)
    if not old.issuperset(groups):
        state.touched = {**state.touched, base: old.union(groups)}


def _is_fresh(state: State, base: Base, offset: int, size: int) -> bool:
    """Whether nothing was stored there since the function was entered: no word of this activation stands there."""
    if offset >= 0 or is_escaped(state, base):
        return False
    touched = state.touched.get(base, frozenset())
    return None not in touched and touched.isdisjoint(range(offset >> 2, (offset + size + 3) >> 2))


def found(memory: Mapping[Cell, Value], base: Base, offset: int, size: int) -> Value | None:
    """The ``size`` bytes at an offset as far as cells say them; ``None`` if not in full."""
    kept = memory.get((base, (offset,)))
    if kept is None:
        for (owner, path), value in memory.items():
            if owner == base and isinstance(path[0], int) and path[0] <= offset < path[0] + value.size:
                inside = min(size, path[0] + value.size - offset)
                kept = _part(value, offset - path[0], inside)
                break
        else:
            return None
    if kept.size == size:
        return kept
    if kept.size > size:
        return _part(kept, 0, size)
    rest = found(memory, base, offset + kept.size, size - kept.size)
    return None if rest is None else _joined(rest, kept)


_MAX_PARTS: Final = 64
"""Combinations of the leaves of two neighbouring cells that are read as one word."""


def _joined(high: Value, low: Value) -> Value:
    """One word out of two: of addresses only that it may hold one."""
    size = high.size + low.size
    if len(high.leaves) * len(low.leaves) > _MAX_PARTS:
        return collect(size, [(_loose((*high.leaves, *low.leaves), size), TRUE)])
    pairs: list[tuple[Leaf, Condition]] = []
    for above, when in high:
        for below, if_ in low:
            both = when & if_
            if not both.satisfiable:
                continue
            if isinstance(above, Number) and isinstance(below, Number):
                needs, causes = above.needs | below.needs, above.causes | below.causes
                pairs.append((Number(above.value << 8 * low.size | below.value, None, needs, causes), both))
                continue
            loose = _loose((above, below), size)
            upper, lower = bits_of(above, high.size), bits_of(below, low.size)
            bits = Bits(size, upper.ones << 8 * low.size | lower.ones, upper.zeros << 8 * low.size | lower.zeros)
            pairs.append((Anything(bits, None, loose.needs, loose.causes), both))
    return collect(size, pairs)


def _loose(leaves: tuple[Leaf, ...], size: int) -> Anything:
    needs = frozenset(need for leaf in leaves for need in leaf.needs)
    causes = frozenset(cause for leaf in leaves if not isinstance(leaf, Pointer) for cause in leaf.causes)
    lost = frozenset({LOST_ADDRESS}) if any(isinstance(leaf, Pointer) for leaf in leaves) else frozenset()
    return Anything(Bits(size), None, needs, causes | lost)


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
    _touch(state, base, offset, value.size)
    if not isinstance(offset, int):
        forget(state, lambda owner: owner == base)
        state.escaped |= frames_in(value) - {base}
        return
    end = offset + value.size
    for cell in [c for c, held in state.memory.items() if c[0] == base and _meets(c[1][0], held.size, offset, end)]:
        old, start = state.memory.pop(cell), cell[1][0]
        if not isinstance(start, int):
            continue
        if start < offset:
            state.memory[cell] = _part(old, 0, offset - start)
        if end < start + old.size:
            state.memory[(base, (end,))] = _part(old, end - start, start + old.size - end)
    state.memory[(base, (offset,))] = value


def met(
    first: Mapping[Cell, Value], second: Mapping[Cell, Value], meet: Callable[[Value, Value], Value]
) -> dict[Cell, Value]:
    """The cells of frames that both memories say something of, however they divide them."""
    memory: dict[Cell, Value] = {}
    odd: list[tuple[Cell, int]] = []
    for cell, value in first.items():
        if cell[0].kind is not BaseKind.FRAME:
            continue
        other = second.get(cell)
        if other is not None and other.size == value.size:
            memory[cell] = meet(value, other)
        else:
            odd.append((cell, value.size))
    odd += [
        (cell, value.size) for cell, value in second.items() if cell[0].kind is BaseKind.FRAME and cell not in memory
    ]
    for (base, path), size in sorted(odd, key=lambda one: one[1]):
        offset = path[0]
        if not isinstance(offset, int) or any(
            taken[0] == base and _meets(taken[1][0], held.size, offset, offset + size) for taken, held in memory.items()
        ):
            continue
        here, there = found(first, base, offset, size), found(second, base, offset, size)
        if here is not None and there is not None:
            memory[(base, path)] = meet(here, there)
    return memory


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
        _touch(state, leaf.base, offset, value.size)
        end = offset + value.size if isinstance(offset, int) else 0
        for cell in [c for c, held in state.memory.items() if c[0] == leaf.base and (
            not isinstance(offset, int) or _meets(c[1][0], held.size, offset, end))]:  # fmt: skip
            del state.memory[cell]
    elif may_be_frame(leaf):
        for base in {cell[0] for cell in state.memory if cell[0].kind is BaseKind.FRAME} | set(state.touched):
            _touch(state, base, None, value.size)
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
