"""Loads and stores: what an address may name, and what a store may change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mapproof.absint import frame
from mapproof.absint.state import State, lookup
from mapproof.absint.values import (
    LOST_ADDRESS,
    Anything,
    Base,
    BaseKind,
    Cause,
    Leaf,
    Need,
    NeedKind,
    Number,
    Pointer,
    Value,
    anything,
    collect,
    join,
)
from mapproof.model.condition import TRUE, Condition
from mapproof.model.verdict import Reason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

UNASSIGNED = Cause(Reason.UNKNOWN_MEMORY, "it is read before anything is assigned to it")
UNKNOWN_ADDRESS = Cause(Reason.UNKNOWN_MEMORY, "it is read through an address that is not known")

_LIVING = frozenset({BaseKind.SLOT, BaseKind.OBJECT})
_NUMBERED = frozenset({BaseKind.FRAME, BaseKind.IMAGE})


def cell_need(target: Pointer) -> Need | None:
    """What to find out for the content of a cell outside the function: an object's cell, or a member of any object."""
    if target.base.kind is BaseKind.OBJECT:
        return Need(NeedKind.CELL, target.base.name, target.path)
    member = next((element for element in reversed(target.path) if isinstance(element, str)), None)
    if member is not None and target.base.kind in {BaseKind.UNKNOWN, BaseKind.REGION}:
        return Need(NeedKind.CELL, "", (member,))
    return None


def load(
    state: State,
    address: Value,
    size: int,
    outside: Callable[[Need, frozenset[Need]], Value],
    fixed: Callable[[int], Value | None] = lambda _address: None,
) -> Value:
    """The content of what ``address`` may name. ``outside`` answers for cells that are not in the state, ``fixed`` for
    numbered addresses."""
    pairs: list[tuple[Leaf, Condition]] = []
    for leaf, condition in address:
        if not (condition & state.path).satisfiable:
            continue
        content = _content(state, leaf, size, outside, fixed)
        pairs.extend((inner, c & condition) for inner, c in content)
    return collect(size, ((leaf, c) for leaf, c in pairs if c.satisfiable))


def _content(  # noqa: PLR0911  one answer per case
    state: State,
    leaf: Leaf,
    size: int,
    outside: Callable[[Need, frozenset[Need]], Value],
    fixed: Callable[[int], Value | None],
) -> Value:
    numbered = numbered_address(leaf)
    known = fixed(numbered) if numbered is not None else None
    if known is not None:
        return known
    if not isinstance(leaf, Pointer):
        needs = leaf.needs if isinstance(leaf, Anything) else ()
        causes = leaf.causes if isinstance(leaf, Anything) else ()
        return anything(size, needs=needs, causes=causes or [UNKNOWN_ADDRESS])
    if leaf.base.kind is BaseKind.SLOT:
        return _slot_content(state, leaf, size)
    if leaf.base.kind is BaseKind.FRAME:
        return frame.read(state, leaf.base, leaf.path[0], size)
    if None not in leaf.path:
        kept = lookup(state.memory, (leaf.base, leaf.path))
        if kept is not None and (leaf.base.kind is not BaseKind.UNKNOWN or leaf.base.name):
            return kept
    need = cell_need(leaf)
    if need is None:
        return anything(size, needs=leaf.needs, causes=[UNKNOWN_ADDRESS])
    content = outside(need, pointees(leaf))
    for cell, value in state.memory.items():
        if None in leaf.path and cell[0] == leaf.base and overlaps(cell[1], leaf.path):
            content = join(content, value)
    return content


def pointees(leaf: Pointer) -> frozenset[Need]:
    """The parameters that would tell which object an address of unknown origin is in."""
    if leaf.base.kind is not BaseKind.UNKNOWN:
        return frozenset()
    return frozenset(
        Need(NeedKind.POINTEE, need.symbol, (), need.index) for need in leaf.needs if need.kind is NeedKind.PARAMETER
    )


def numbered_address(leaf: Leaf) -> int | None:
    """The address that a word is, where addresses are numbers."""
    if isinstance(leaf, Number):
        return leaf.value
    if isinstance(leaf, Pointer) and leaf.base.kind is BaseKind.IMAGE and isinstance(leaf.path[0], int):
        return leaf.path[0]
    return None


def _slot_content(state: State, leaf: Pointer, size: int) -> Value:
    if None not in leaf.path:
        kept = lookup(state.memory, (leaf.base, leaf.path))
        if kept is None:
            return anything(size, causes=[UNASSIGNED if leaf.base not in state.escaped else UNKNOWN_ADDRESS])
        return kept
    matching = [v for (base, path), v in state.memory.items() if base == leaf.base and overlaps(path, leaf.path)]
    found = matching[0] if matching else anything(size, causes=[UNASSIGNED])
    for value in matching[1:]:
        found = join(found, value)
    return found


def overlaps(first: Iterable[int | str | None], second: Iterable[int | str | None]) -> bool:
    """Whether two paths may name the same cell, or one a part of the other."""
    return all(a == b or a is None or b is None for a, b in zip(first, second, strict=False))


def store(state: State, address: Value, value: Value) -> None:
    """Change the state as ``*address = value`` does: exactly where one cell is meant, else wherever it may be."""
    targets = [(leaf, condition) for leaf, condition in address if (condition & state.path).satisfiable]
    state.escaped |= _leaking(targets, value)
    if len(targets) == 1:
        leaf = targets[0][0]
        if isinstance(leaf, Pointer) and leaf.base.kind in _LIVING and None not in leaf.path:
            state.put((leaf.base, leaf.path), value)
            return
        if isinstance(leaf, Pointer) and leaf.base.kind is BaseKind.FRAME:
            frame.write(state, leaf.base, leaf.path[0], value)
            return
    for leaf, _condition in targets:
        frame.blur(state, leaf, value)
        if not (isinstance(leaf, Pointer) and leaf.base.kind in _NUMBERED):
            _blur(state, leaf, value)


def _leaking(targets: list[tuple[Leaf, Condition]], value: Value) -> frozenset[Base]:
    """Slots whose address is stored where other code can read it."""
    if all(isinstance(leaf, Pointer) and leaf.base.kind is BaseKind.SLOT for leaf, _ in targets):
        return frozenset()
    inside = {leaf.base for leaf, _ in targets if isinstance(leaf, Pointer) and leaf.base.kind is BaseKind.FRAME}
    return slots_in(value) | (
        frame.frames_in(value) - inside if len(inside) == len(targets) else frame.frames_in(value)
    )


def slots_in(value: Value) -> frozenset[Base]:
    """The slots that a value may point into."""
    return frozenset(
        leaf.base for leaf in value.leaves if isinstance(leaf, Pointer) and leaf.base.kind is BaseKind.SLOT
    )


def _blur(state: State, leaf: Leaf, value: Value) -> None:
    """A store that may or may not hit each cell it could name."""
    if isinstance(leaf, Number):
        return
    if isinstance(leaf, Pointer) and leaf.base.kind in _LIVING:
        _blur_object(state, leaf, value)
        return
    member = None
    if isinstance(leaf, Pointer):
        if leaf.base.kind in {BaseKind.STRING, BaseKind.FUNCTION}:
            return
        need = cell_need(leaf)
        member = need.path[0] if need is not None else None
        if member is None and leaf.base.kind is BaseKind.REGION:
            return
    lost = isinstance(leaf, Anything) and LOST_ADDRESS in leaf.causes
    for cell in list(state.memory):
        base, path = cell
        if base.kind is BaseKind.FRAME:
            continue
        private = base.kind is BaseKind.SLOT and base not in state.escaped
        if (private and not lost) or (member is not None and member not in path):
            continue
        state.memory[cell] = join(state.memory[cell], value) if member is not None else clobbered(state.memory[cell])
    if isinstance(leaf, Pointer) and leaf.base.name and None not in leaf.path:
        state.put((leaf.base, leaf.path), value)


def _blur_object(state: State, leaf: Pointer, value: Value) -> None:
    hit = False
    for cell in list(state.memory):
        if cell[0] == leaf.base and overlaps(cell[1], leaf.path):
            state.memory[cell] = join(state.memory[cell], value)
            hit = hit or cell[1] == leaf.path
    if not hit and (leaf.base.kind is BaseKind.SLOT or None not in leaf.path):
        old = lookup(state.memory, (leaf.base, leaf.path)) if None not in leaf.path else None
        if old is not None or leaf.base.kind is BaseKind.SLOT:
            state.put((leaf.base, leaf.path), join(old, value) if old is not None else value)


def clobbered(value: Value) -> Value:
    """A cell that something unknown may have stored to."""
    return anything(
        value.size, causes=[Cause(Reason.UNKNOWN_MEMORY, "a store through an unknown address may change it")]
    )


def forget_shared(state: State, reachable: frozenset[Base], instead: Value) -> None:
    """After code that cannot be seen: cells outside are what they are at entry to any function, and the slots it may
    reach hold ``instead``."""
    state.escaped |= reachable
    frame.forget_escaped(state)
    frame.owe(state, state.escaped, instead)
    for cell in list(state.memory):
        base, _path = cell
        if base.kind is BaseKind.FRAME:
            continue
        if base.kind is not BaseKind.SLOT:
            del state.memory[cell]
        elif base in state.escaped:
            state.memory[cell] = Value(
                state.memory[cell].size, {_sized(leaf, state.memory[cell].size): TRUE for leaf in instead.leaves}
            )
    for base in reachable:
        if base.kind is BaseKind.SLOT and (base, ()) not in state.memory:
            state.put((base, ()), instead)


def _sized(leaf: Leaf, size: int) -> Leaf:
    """A wholly unknown leaf at another width."""
    if isinstance(leaf, Anything):
        return anything(size, needs=leaf.needs, causes=leaf.causes).leaves.__iter__().__next__()
    return leaf


def reachable_slots(state: State, values: Iterable[Value]) -> frozenset[Base]:
    """Slots and frames that code given these values can reach, through pointers held in slots and frames too."""
    values = list(values)
    found: set[Base] = set(frame.reachable(state, values))
    todo = [base for (owner, _), value in state.memory.items() if owner in found for base in slots_in(value)]
    todo += [base for value in values for base in slots_in(value)]
    while todo:
        base = todo.pop()
        if base in found:
            continue
        found.add(base)
        for (owner, _path), value in state.memory.items():
            if owner == base:
                todo.extend(slots_in(value))
    return frozenset(found)


def remembering(content: Value, address: Value) -> Value:
    """Functions that were loaded remember what kind of place they were kept in."""
    if not any(isinstance(leaf, Pointer) and leaf.base.kind is BaseKind.FUNCTION for leaf in content.leaves):
        return content
    if any(numbered_address(leaf) is not None for leaf in address.leaves):
        return content
    kinds = {_place(leaf) for leaf in address.leaves if isinstance(leaf, Pointer)}
    place = kinds.pop() if len(kinds) == 1 else "pointer"
    pairs = (
        (Pointer(leaf.base, leaf.path, leaf.needs, (place, *leaf.via)), condition)
        if isinstance(leaf, Pointer) and leaf.base.kind is BaseKind.FUNCTION
        else (leaf, condition)
        for leaf, condition in content
    )
    return Value(content.size, dict(pairs))


def _place(address: Pointer) -> str:
    if any(not isinstance(element, str) for element in address.path):
        return "table"
    return "field" if address.path else "pointer"
