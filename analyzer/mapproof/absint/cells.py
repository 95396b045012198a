"""The content of memory outside a function: what initializers put there and every store in scope may put there.

One cell is one unknown of a local solver in the manner of the top-down solver (Charlier and Van Hentenryck, 1992):
solving a cell may ask for others, a cell that depends on itself is iterated until it is stable, and what was computed
from an unstable cell is computed again.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Protocol

from mapproof.absint.doubt import doubts
from mapproof.absint.memory import overlaps
from mapproof.absint.state import release
from mapproof.absint.values import (
    GIVEN_UP,
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
    collapse,
    collect,
    join,
    nothing,
)
from mapproof.model.condition import FALSE, TRUE, Condition
from mapproof.model.ir import defined_once
from mapproof.model.verdict import Assumption, Reason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from mapproof.absint.event import Run, Store
    from mapproof.model.ir import Function, Initializer, Program, References

MAX_WRITERS: Final = 24
"""Functions whose stores are followed for one cell."""

MAX_NESTING: Final = 12
"""Cells that one cell's content is followed through."""

MAX_ITERATIONS: Final = 8
"""Rounds for a cell that depends on itself, before it is given up."""


class Runner(Protocol):
    """Runs a function in every context that matters for some values of its run."""

    def __call__(
        self,
        function: Function,
        focus: Callable[[Run], Iterable[Value]],
        *,
        fresh: bool = True,
        direct: bool = False,
    ) -> Sequence[Run]:
        """The runs, one per context. Unless ``fresh``, one made when less was known will do if ``focus`` is empty.
        With ``direct`` the contexts are those of calls by name, and that of a stranger's call."""
        ...


@dataclass(slots=True)
class _Frame:
    """A cell being solved: its approximation, and the cells solved meanwhile that must not outlive it."""

    need: Need
    value: Value
    depends_on: set[Need] = field(default_factory=set)
    provisional: set[Need] = field(default_factory=set)


class Cells:
    """Solved cells, and the solving of more."""

    def __init__(self, program: Program, is_spent: Callable[[], bool] = lambda: False) -> None:
        """``is_spent`` says whether no more may be spent on what functions store."""
        self._program = program
        self._is_spent = is_spent
        self._solved: dict[Need, Value] = {}
        self._assumed: dict[Need, frozenset[Assumption]] = {}
        self._stack: list[_Frame] = []
        self._unsettled: set[Need] = set()
        self.provisional = False
        """Whether an answer since the owner last reset this may still change."""
        self.read: set[Need] = set()
        """Cells read since the owner last cleared it: what a result may rest on."""

    @property
    def is_solving(self) -> bool:
        """Whether a cell's content is being found out."""
        return bool(self._stack)

    def is_known(self, need: Need) -> bool:
        """Whether the cell was solved, or is being solved."""
        return need in self._solved or any(frame.need == need for frame in self._stack)

    def known(self, need: Need, size: int) -> Value | None:
        """The cell's content if it was solved or is being solved, else ``None``."""
        for depth, frame in enumerate(self._stack):
            if frame.need == need:
                for inner in self._stack[depth + 1 :]:
                    inner.depends_on.add(need)
                self.provisional = True
                return _sized(frame.value, size)
        found = self._solved.get(need)
        if found is None:
            return None
        self.provisional = self.provisional or need in self._unsettled
        self.read.add(need)
        return _sized(found, size)

    def assumptions(self, needs: Iterable[Need]) -> frozenset[Assumption]:
        """What the contents of these cells rest on."""
        return frozenset(assumption for need in needs for assumption in self._assumed.get(need, ()))

    def take_for_granted(self, address: int, assumption: Assumption) -> None:
        """A numbered cell was read that is taken to be constant."""
        need = Need(NeedKind.CELL, "", (address,))
        self._assumed[need] = frozenset({assumption})
        self.read.add(need)

    def solve(self, need: Need, runner: Runner) -> bool:
        """Find out a cell's content; false when it is known, or under way, already."""
        if need in self._solved or any(frame.need == need for frame in self._stack):
            return False
        if len(self._stack) >= MAX_NESTING:
            self._solved[need] = _limit("it depends on more memory than is followed")
            if self._stack:
                self._stack[-1].provisional.add(need)
            return True
        frame = _Frame(need, nothing(8))
        self._stack.append(frame)
        try:
            for iteration in range(MAX_ITERATIONS):
                self._discard(frame)
                content = join(frame.value, self._content(need, runner))
                if content == frame.value:
                    break
                frame.value = content if iteration < MAX_ITERATIONS // 2 else _unguarded(frame.value, content)
            else:
                frame.value = _limit("it depends on itself in a way that does not settle")
        finally:
            self._stack.pop()
        if not frame.value.leaves:
            frame.value = anything(
                8, causes=[Cause(Reason.UNKNOWN_MEMORY, "nothing that is known is ever stored to it")]
            )
        self._settle(frame)
        return True

    def _settle(self, frame: _Frame) -> None:
        self._solved[frame.need] = frame.value
        outer = frame.depends_on & {below.need for below in self._stack}
        if outer and self._stack:
            owner = next(below for below in self._stack if below.need in outer)
            owner.provisional |= frame.provisional | {frame.need}
            self._unsettled |= frame.provisional | {frame.need}
        else:
            self._unsettled -= frame.provisional | {frame.need}

    def _discard(self, frame: _Frame) -> None:
        for need in frame.provisional:
            self._solved.pop(need, None)
            self._unsettled.discard(need)
        frame.provisional.clear()

    def _content(self, need: Need, runner: Runner) -> Value:
        member = next((element for element in reversed(need.path) if isinstance(element, str)), "")
        pairs: list[tuple[Leaf, Condition]] = []
        assumed: set[Assumption] = set()
        constant = is_table = False
        if need.symbol:
            initial, constant, is_table = self._initial(need, runner)
            pairs.extend(initial)
        elif self._program.zeroed:
            pairs.append((Number(0), TRUE))
        before = len(pairs)
        if not constant:
            for references in self._writers(need, member):
                pairs.extend(self._stored(need, member, references, runner, assumed, is_table=is_table))
        if not need.symbol and len(pairs) == before:
            detail = f"nothing in scope stores to the member {member!r}"
            pairs.extend(
                anything(8, causes=[Cause(Reason.UNKNOWN_MEMORY, detail, f"give the code that sets {member!r}")])
            )
        if need.symbol:
            possible = defined_once(self._program.initializers(need.symbol))
            pairs = [(leaf, c & possible) for leaf, c in pairs]
            pairs = [(leaf, c) for leaf, c in pairs if c.satisfiable]
        self._assumed[need] = frozenset(assumed)
        return collect(8, pairs)

    def _writers(self, need: Need, member: str) -> list[References]:
        found = [self._program.writers(need.symbol, "")] if need.symbol else []
        if member:
            found.append(self._program.writers("", member))
        return found

    def _initial(self, need: Need, runner: Runner) -> tuple[list[tuple[Leaf, Condition]], bool, bool]:
        """What initializers put into a cell; whether it stays so; and whether the object is a table of functions."""
        initializers = self._program.initializers(need.symbol)
        if not initializers:
            cause = Cause(Reason.UNKNOWN_NAME, f"{_plain(need.symbol)} is defined out of scope")
            return list(anything(8, causes=[cause])), True, False
        is_table = False
        column = replace(need, path=tuple([element if isinstance(element, str) else None for element in need.path]))
        pairs: list[tuple[Leaf, Condition]] = []
        for initializer in initializers:
            only = initializer.function.presence & ~_others(initializer, initializers)
            if not only.satisfiable:
                continue
            pairs.extend(doubts(initializer.function))
            runs = runner(initializer.function, lambda run: list(_held(run, need)))
            for run in runs:
                is_table = is_table or any(
                    _is_function(leaf) for value in _in_column(run, column) for leaf in value.leaves
                )
                for value in _held(run, need):
                    pairs.extend(_outside(value, only))
        return pairs, all(initializer.constant for initializer in initializers), is_table

    def _stored(  # noqa: C901  one branch for each way that something gets there
        self,
        need: Need,
        member: str,
        references: References,
        runner: Runner,
        assumed: set[Assumption],
        *,
        is_table: bool,
    ) -> list[tuple[Leaf, Condition]]:
        pairs: list[tuple[Leaf, Condition]] = []
        if len(references.functions) > MAX_WRITERS:
            return list(_limit(f"more than {MAX_WRITERS} functions store to {member or _plain(need.symbol)}"))

        def followed(run: Run) -> list[Value]:
            hits = [stored for stored in run.stores if _hits(stored, need, member)]
            plain = [stored.value.without(NeedKind.POINTEE) for stored in hits]
            if not is_table:
                return plain
            return [v.without(NeedKind.CELL) if _is_anywhere(s) else v for v, s in zip(plain, hits, strict=True)]

        for function in references.functions:
            if self._is_spent():
                pairs.extend(_limit(f"not all that store to {member or _plain(need.symbol)} were followed"))
                break
            pairs.extend(doubts(function))
            for run in runner(function, followed, fresh=not is_table, direct=is_table):
                for stored in run.stores:
                    if _hits(stored, need, member):
                        pairs.extend(_outside(stored.value, stored.path))
        if references.clears:
            pairs.append((Number(0), TRUE))
        if not references.complete and not is_table:
            pairs.extend(anything(8, causes=[Cause(Reason.UNKNOWN_MEMORY, references.reason)]))
        if references.assumption:
            assumed.add(Assumption(references.assumption))
        if is_table:
            assumed.add(Assumption.TABLE_CONSTANT)
            pairs = [(leaf, condition) for leaf, condition in pairs if not isinstance(leaf, Anything)]
        if is_table and not references.complete:
            pairs.extend(anything(8, causes=[Cause(Reason.UNKNOWN_MEMORY, references.reason)]))
        return pairs


def _others(initializer: Initializer, initializers: Sequence[Initializer]) -> Condition:
    """When another definition takes this one's place. No build has two that say what the object holds, and one that
    says nothing gives way to one that does."""
    others = FALSE
    for other in initializers:
        if other is not initializer and other.function.presence is not initializer.function.presence:
            others |= other.function.presence if any(block.operations for block in other.function.blocks) else FALSE
    return others


def _unguarded(old: Value, new: Value) -> Value:
    """The new value, with conditions that still change given up."""
    return Value(new.size, {leaf: c if old.leaves.get(leaf) is c else TRUE for leaf, c in new})


def _held(run: Run, need: Need) -> Iterable[Value]:
    """What an initializer leaves in a cell; all that it does not store is zero."""
    if run.given_up:
        yield anything(8, causes=[GIVEN_UP])
        return
    exact = False
    for (base, path), value in run.memory.items():
        if base.kind is BaseKind.OBJECT and base.name == need.symbol and overlaps(path, need.path):
            if len(path) == len(need.path):
                exact = exact or path == need.path
                yield value
            else:
                yield value if value.is_zero else Value(8, {collapse(value.leaves, value.size).unknown(): TRUE})
    if not exact:
        yield Value(8, {Number(0): TRUE})
    yield from _somewhere(run, need)


def _in_column(run: Run, column: Need) -> Iterable[Value]:
    """What an initializer stores to a member of any element."""
    for (base, path), value in run.memory.items():
        if base.kind is BaseKind.OBJECT and base.name == column.symbol and overlaps(path, column.path):
            yield value
    yield from _somewhere(run, column)


def _somewhere(run: Run, need: Need) -> Iterable[Value]:
    """What an initializer stores to an element nobody knows which, and to addresses nobody knows at all: no cell of its
    memory holds that."""
    base = Base(BaseKind.OBJECT, need.symbol)
    for stored in run.stores:
        for leaf in stored.address.leaves:
            if isinstance(leaf, Pointer):
                reached = leaf.base == base and None in leaf.path and overlaps(leaf.path, need.path)
            else:
                reached = isinstance(leaf, Anything)
            if reached:
                yield stored.value


def _is_function(leaf: Leaf) -> bool:
    return isinstance(leaf, Pointer) and leaf.base.kind is BaseKind.FUNCTION


def _hits(stored: Store, need: Need, member: str) -> bool:
    """Whether a store may change the cell."""
    for leaf in stored.address.leaves:
        if isinstance(leaf, Anything) and GIVEN_UP in leaf.causes:
            return True
        if not isinstance(leaf, Pointer) or not (stored.address.leaves[leaf] & stored.path).satisfiable:
            continue
        if need.symbol and leaf.base.kind is BaseKind.OBJECT and leaf.base.name != need.symbol:
            continue
        if leaf.base.kind is BaseKind.OBJECT and leaf.base.name == need.symbol:
            if overlaps(leaf.path, need.path):
                return True
        elif need.symbol and leaf.base.kind is BaseKind.SLOT:
            continue
        elif member and member in leaf.path:
            return True
    return False


def _is_anywhere(stored: Store) -> bool:
    """Whether a store goes to an element that is not known. In a table of functions that is code which exchanges or
    restores entries by name: that what it takes from the table is put back is assumed."""
    return any(isinstance(leaf, Pointer) and None in leaf.path for leaf in stored.address.leaves)


def _outside(value: Value, path: Condition) -> list[tuple[Leaf, Condition]]:
    """A value as others see it: of the conditions only the build's part, of the words no identity."""
    loose = release(value, lambda _root: True)
    pairs = [(leaf, (condition & path).build_part()) for leaf, condition in loose if (condition & path).satisfiable]
    return [
        (Anything(leaf.bits, None, leaf.needs, leaf.causes) if isinstance(leaf, Anything) else leaf, condition)
        for leaf, condition in pairs
    ]


def _limit(detail: str) -> Value:
    return anything(8, causes=[Cause(Reason.LIMIT, detail)])


def _plain(symbol: str) -> str:
    return symbol.rpartition("::")[2]


def _sized(value: Value, size: int) -> Value:
    """A cell is kept 8 bytes wide; a narrower load keeps the low bytes of numbers (cells are loaded as stored)."""
    if value.size == size:
        return value
    mask = (1 << 8 * size) - 1
    pairs: list[tuple[Leaf, Condition]] = []
    for leaf, condition in value:
        if isinstance(leaf, Number):
            word = leaf.value & mask
            pairs.append((Number(word, leaf.trace if word == leaf.value else None), condition))
        elif isinstance(leaf, Anything):
            bits = leaf.bits.piece(0, size) if size <= leaf.bits.size else type(leaf.bits)(size)
            pairs.append((Anything(bits, None, leaf.needs, leaf.causes), condition))
        else:
            pairs.append((leaf, condition))
    return collect(size, pairs)
