"""What is known at one point of a function: variables, memory, and the condition under which the point is reached."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeVar

from mapproof.absint import frame
from mapproof.absint.identity import roots_of
from mapproof.absint.values import (
    Anything,
    Base,
    BaseKind,
    Leaf,
    Pointer,
    Value,
    bounded,
    collapse,
    collect,
    join_under,
    widen,
)
from mapproof.model.condition import TRUE, Atom, Condition, Origin

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mapproof.absint.values import Need
    from mapproof.model.ir import Var

_T = TypeVar("_T")

Path = tuple[int | str | None, ...]
Cell = tuple[Base, Path]


@dataclass(slots=True)
class State:
    """Mutable while a block is run; copied at edges.

    ``memory`` holds the cells that were stored to or read since nothing unknown could have changed them; a cell that is
    absent has the content it had on entry. ``escaped`` are slots whose address left the function. ``roots`` are the
    identities that some leaf or guard here may mention.
    """

    variables: dict[Var, Value] = field(default_factory=dict)
    memory: dict[Cell, Value] = field(default_factory=dict)
    escaped: frozenset[Base] = frozenset()
    path: Condition = TRUE
    roots: frozenset[str] = frozenset()
    depth: dict[Base, int] = field(default_factory=dict)
    """For each base, the longest path of a cell that was stored."""
    touched: dict[Base, frozenset[int | None]] = field(default_factory=dict)
    """For each frame the groups of four bytes that were ever stored to, ``None`` among them where it is not known
    which. Must not be changed in place."""
    owed: dict[Base, frozenset[Need]] = field(default_factory=dict)
    """For a frame, the calls that could be followed to learn what they left there. Must not be changed in place."""

    def copy(self) -> State:
        """An independent state; values are shared, being immutable."""
        return self.at(self.path, dict(self.variables))

    def at(self, path: Condition, variables: dict[Var, Value]) -> State:
        """The same memory with other variables, where ``path`` holds."""
        return State(variables, dict(self.memory), self.escaped, path, self.roots, self.depth, self.touched, self.owed)

    def put(self, cell: Cell, value: Value) -> None:
        """Set one cell, and forget what was known of its parts."""
        base, path = cell
        deepest = self.depth.get(base, 0)
        if deepest > len(path):
            for other in [
                c for c in self.memory if c[0] == base and len(c[1]) > len(path) and c[1][: len(path)] == path
            ]:
                del self.memory[other]
        elif deepest < len(path):
            self.depth = {**self.depth, base: len(path)}
        self.memory[cell] = value

    def forget(self, dead: Callable[[str], bool]) -> None:
        """End the life of identities by root: atoms about them are projected away, leaves lose the name."""
        gone = frozenset(root for root in self.roots if dead(root))
        if not gone:
            return

        def mentions(atom: Atom) -> bool:
            return not gone.isdisjoint(roots_of(atom.symbol))

        self.roots -= gone
        self.path = self.path.forget(mentions)
        self.variables = {var: _release(value, gone, mentions) for var, value in self.variables.items()}
        self.memory = {cell: _release(value, gone, mentions) for cell, value in self.memory.items()}


def release(value: Value, dead: Callable[[str], bool]) -> Value:
    """The value where identities with a dead root are unknown."""
    gone = frozenset(root for leaf, condition in value for root in _roots(leaf, condition) if dead(root))
    if not gone:
        return value
    return _release(value, gone, lambda atom: not gone.isdisjoint(roots_of(atom.symbol)))


def roots_in(value: Value) -> frozenset[str]:
    """Every root that a value's leaves or guards depend on."""
    return frozenset(root for leaf, condition in value for root in _roots(leaf, condition))


def _roots(leaf: Leaf, condition: Condition) -> frozenset[str]:
    found: frozenset[str] = frozenset()
    if isinstance(leaf, Anything) and leaf.identity is not None:
        found |= leaf.identity.roots
    if isinstance(leaf, Pointer) and leaf.base.kind is BaseKind.UNKNOWN:
        found |= roots_of(leaf.base.name)
    for atom in condition.atoms():
        found |= roots_of(atom.symbol)
    return found


def _release(value: Value, gone: frozenset[str], mentions: Callable[[Atom], bool]) -> Value:
    if all(gone.isdisjoint(_roots(leaf, condition)) for leaf, condition in value):
        return value
    return collect(value.size, ((_anonymous(leaf, gone), condition.forget(mentions)) for leaf, condition in value))


def _anonymous(leaf: Leaf, gone: frozenset[str]) -> Leaf:
    if isinstance(leaf, Anything) and leaf.identity is not None and not gone.isdisjoint(leaf.identity.roots):
        return Anything(leaf.bits, None, leaf.needs, leaf.causes)
    if (
        isinstance(leaf, Pointer)
        and leaf.base.kind is BaseKind.UNKNOWN
        and not gone.isdisjoint(roots_of(leaf.base.name))
    ):
        return Pointer(Base(BaseKind.UNKNOWN, ""), leaf.path, leaf.needs)
    return leaf


SMALL: Final = 12
"""Diagram size up to which a path condition is kept whole."""


def without_dead_atoms(path: Condition, variables: Mapping[Var, Value], memory: Mapping[Cell, Value]) -> Condition:
    """The path condition without what it says of words that nothing can speak of again.

    An atom is about words; when no value that is left is one of them, is made of them or is guarded by them, no later
    test can meet the atom, and projecting it away loses nothing but, where ways meet, that values came by one of them:
    small conditions are kept for that.
    """
    if path.size <= SMALL:
        return path
    atoms = [atom for atom in path.atoms() if atom.origin is Origin.RUN]
    if not atoms:
        return path
    living: set[str] = set()
    for held in (variables, memory):
        for value in held.values():
            living |= roots_in(value)
    dead = frozenset(atom for atom in atoms if not roots_of(atom.symbol) <= living)
    return path.forget(dead.__contains__) if dead else path


def merge(old: State, new: State, *, widening: bool, hard: bool = False) -> State | None:
    """The state where ``new`` arrives beside ``old``; ``None`` when that adds nothing.

    A variable or slot that is present on one side only was never assigned on the other path, where reading it is
    undefined. Any other cell has its unknown entry content there, so it is dropped.
    """
    path = bounded(old.path | new.path)

    def meet(value: Value, arriving: Value | None) -> Value:
        if arriving is None or arriving == value:
            return value
        joined = _meet_point(value, old.path, arriving, new.path, path)
        return widen(value, joined, hard=hard) if widening and joined != value else joined

    variables = {var: meet(value, new.variables.get(var)) for var, value in old.variables.items()}
    variables.update((var, value) for var, value in new.variables.items() if var not in variables)
    memory: dict[Cell, Value] = {}
    if any(cell[0].kind is BaseKind.FRAME for cell in old.memory):
        memory = frame.met(old.memory, new.memory, meet)
    for cell in {**old.memory, **new.memory}:
        if cell[0].kind is BaseKind.FRAME:
            continue
        before, after = lookup(old.memory, cell), lookup(new.memory, cell)
        if before is not None and after is not None:
            memory[cell] = meet(before, after)
        elif cell[0].kind is BaseKind.SLOT:
            present = before if before is not None else after
            if present is not None:
                memory[cell] = present
    escaped = old.escaped | new.escaped
    extra = old.owed == new.owed and old.touched == new.touched
    if path is old.path and escaped == old.escaped and extra and variables == old.variables and memory == old.memory:
        return None
    depth = old.depth if old.depth is new.depth else _deeper(old.depth, new.depth)
    touched, owed = _either(old.touched, new.touched), _either(old.owed, new.owed)
    return State(variables, memory, escaped, path, old.roots | new.roots, depth, touched, owed)


def _either(first: dict[Base, frozenset[_T]], second: dict[Base, frozenset[_T]]) -> dict[Base, frozenset[_T]]:
    if first is second or first == second:
        return first
    return {base: first.get(base, frozenset()) | second.get(base, frozenset()) for base in {**first, **second}}


def _deeper(first: dict[Base, int], second: dict[Base, int]) -> dict[Base, int]:
    return {base: max(first.get(base, 0), second.get(base, 0)) for base in {**first, **second}}


def lookup(memory: Mapping[Cell, Value], cell: Cell) -> Value | None:
    """A cell's content: as stored, or as part of the nearest enclosing object that was stored whole.

    Of a whole object only all-zero content says what its parts are; from anything else they are unknown.
    """
    found = memory.get(cell)
    if found is not None:
        return found
    base, path = cell
    for length in range(len(path) - 1, -1, -1):
        whole = memory.get((base, path[:length]))
        if whole is not None:
            if whole.is_zero:
                return whole
            return collect(whole.size, [(collapse(whole.leaves, whole.size).unknown(), TRUE)])
    return None


def _meet_point(old: Value, old_path: Condition, new: Value, new_path: Condition, path: Condition) -> Value:
    """Join under the paths, each guard no stronger than the meeting point itself needs."""
    if old == new:
        return old
    joined = join_under(old, old_path, new, new_path)
    if path is TRUE:
        return joined
    return joined.map_conditions(lambda condition: TRUE if path.implies(condition) else condition)
