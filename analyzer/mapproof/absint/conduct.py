"""What the code around mapping calls was seen to do: how their results are tested, what becomes of the memory.

Nothing here enters a verdict. A word is kept only where every run agrees on what was seen, or where one counterexample
takes it back: what is said of a call must be right, and may be missing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from mapproof.absint.derivation import Derivation, after
from mapproof.absint.opened import Opened, opened_by
from mapproof.absint.project import Masks
from mapproof.absint.values import BaseKind, Number, Pointer, regions_in
from mapproof.model.callee import Role
from mapproof.model.condition import Origin, equals, nonzero
from mapproof.model.ir import Opcode, Var
from mapproof.model.location import Span
from mapproof.model.protection import EXEC, WRITE
from mapproof.model.site import Observation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from mapproof.absint.event import Call, Run
    from mapproof.absint.target import Target
    from mapproof.absint.values import Leaf, Value
    from mapproof.model.callee import CalleeSpec, CalleeTable
    from mapproof.model.condition import Condition
    from mapproof.model.ir import Function
    from mapproof.model.location import Location

_MOST_CALLS: Final = 100
"""Mapping calls of one function that are looked at beside each other; in one with more, each is taken for itself."""

_HARMLESS: Final = frozenset({Role.UNMAP, Role.PERSONALITY})
"""Calls that are given the address of memory and neither run nor keep it."""


@dataclass(slots=True)
class _Seen:
    """What was seen about one call, in all runs so far."""

    null: Location | None = None
    """Where the result is compared with a null pointer."""
    tested: bool = False
    """The result may be compared with something else."""
    escapes: bool = False
    """The memory may be run, or its address kept."""
    used: bool = False
    """The memory is read or written."""
    fallbacks: set[Location | None] = field(default_factory=set)
    """The calls that this one stands in for after they failed; ``None`` where it is none's."""
    opened: set[Opened | None] = field(default_factory=set)
    followed: dict[str, Location] = field(default_factory=dict)
    """For a change whose result nobody reads: where the memory is written (``write``) or run (``jump``) after it."""
    over_function: bool = False


class Conduct:
    """Takes in one run after another, and answers for calls by their labels."""

    def __init__(self, table: CalleeTable, targets: Callable[[Call], Sequence[Target]]) -> None:
        self._table = table
        self._targets = targets
        self._seen: dict[str, _Seen] = {}
        self._dropped: dict[int, tuple[Function, frozenset[int]]] = {}
        self._derived: dict[int, tuple[Function, Derivation]] = {}

    def watch(self, run: Run) -> None:
        """Take in what one run shows. A run in which nothing was followed takes back all that it may contradict."""
        called = [(call, target) for call in run.calls for target in self._targets(call)]
        own = [(call, target, target.spec) for call, target in called if target.spec is not None]
        by_label = {call.label: call for call in run.calls}
        few = len(own) <= _MOST_CALLS
        for call, target, spec in own:
            if spec.role not in {Role.MAP, Role.PROTECT}:
                continue
            seen = self._of(call.label)
            if run.given_up:
                seen.tested = seen.escapes = True
                seen.fallbacks.add(None)
                seen.opened.add(None)
                continue
            seen.fallbacks.add(self._stands_in_for(call, target, spec, own) if few else None)
            if spec.role is Role.MAP:
                seen.opened.add(opened_by(target, by_label, self._table))
                seen.over_function |= _is_function(target, spec)
            elif few and id(call.operation) in self._unread(run.function):
                self._follow(seen, call, target, spec, run)
        if run.given_up:
            return
        self._tests(run)
        self._uses(run, called)

    def observed(self, label: str, protections: Iterable[int], spec: CalleeSpec) -> Iterator[Observation]:
        """What can be said of a call that asks for one of these protections."""
        seen = self._seen.get(label)
        rights = list(protections)
        if seen is None or not rights:
            return
        if seen.null is not None and not seen.tested and spec.platform in {"posix", "linux"}:
            yield Observation("null-compared", f"its result is compared with a null pointer at {_spot(seen.null)}")
        if spec.role is Role.MAP and seen.used and not seen.escapes and any(right & EXEC for right in rights):
            yield Observation("data-only", "its memory is read or written here, and never run or handed on")
        only = next(iter(seen.fallbacks)) if len(seen.fallbacks) == 1 else None
        if only is not None and any(right & WRITE and right & EXEC for right in rights):
            yield Observation("fallback", f"it is reached when the call at {_spot(only)} has failed")
        if seen.over_function:
            yield Observation("over-code", "its address is that of a function")
        opened = next(iter(seen.opened)) if len(seen.opened) == 1 else None
        if opened is not None:
            yield from opened.observed()
        for word, right, fact, verb in (
            ("write", WRITE, "unchecked-write", "written"),
            ("jump", EXEC, "unchecked-jump", "run"),
        ):
            if word in seen.followed and all(one & right for one in rights):
                where = _spot(seen.followed[word])
                yield Observation(fact, f"nothing reads its result, and the memory is {verb} at {where}")

    def _of(self, label: str) -> _Seen:
        return self._seen.setdefault(label.rpartition(" > ")[2], _Seen())

    def _tests(self, run: Run) -> None:
        """Comparisons of results: with a null pointer alone, where the word is surely a mapping's result, or not."""
        for test in run.tests:
            for one, other in (test.values, test.values[::-1]) if len(test.values) == 2 else ():
                exact = {
                    leaf.base.name
                    for leaf in one.leaves
                    if isinstance(leaf, Pointer) and leaf.base.kind is BaseKind.REGION and not leaf.path
                }
                result = bool(exact) and other.is_zero and _is_result(one)
                equality = test.operation.opcode in {Opcode.INT_EQUAL, Opcode.INT_NOTEQUAL}
                for region in regions_in(one):
                    if result and equality:
                        self._of(region).null = test.operation.location
                    else:
                        self._of(region).tested = True

    def _uses(self, run: Run, called: Sequence[tuple[Call, Target]]) -> None:
        """Where the address of mapped memory goes."""
        for region in run.blurred:
            self._of(region).escapes = True
        if run.result is not None:
            self._escape(run.result)
        keeping: dict[str, set[str]] = {}
        for address in run.loads:
            self._use(address)
        for store in run.stores:
            if _is_own_slot(store.address):
                for leaf in store.address.leaves:
                    keeping.setdefault(_base(leaf), set()).update(regions_in(store.value))
            else:
                self._escape(store.value)
            self._use(store.address)
            if store.operation.opcode is Opcode.CALLOTHER:
                self._escape(store.address)
        for call, target in called:
            self._escape(call.callee)
            self._handed(call, target, run, keeping)

    def _handed(self, call: Call, target: Target, run: Run, keeping: Mapping[str, set[str]]) -> None:
        """What a call is given: code in scope may test it, code that is not known may run or keep it."""
        known = target.external.rpartition("::")[2]
        returned = known in self._table.pointers.inside and id(call.operation) not in self._unread(run.function)
        if target.spec is not None:
            keeps = target.spec.role not in _HARMLESS
        else:
            keeps = known not in self._table.pointers.stores or returned
        for value in target.arguments:
            if target.spec is None:
                self._use(value)
            if keeps:
                self._escape(value)
                for region in {region for leaf in value.leaves for region in keeping.get(_base(leaf), ())}:
                    self._of(region).escapes = self._of(region).tested = True
            for region in regions_in(value) if target.symbol else ():
                self._of(region).tested = True

    def _use(self, address: Value) -> None:
        """The memory at an address is read or written. Looking up a method that only ends it is no use of it."""
        for leaf in address.leaves:
            ends = isinstance(leaf, Pointer) and leaf.path[-1:] == ("close",)
            if isinstance(leaf, Pointer) and leaf.base.kind is BaseKind.REGION and not ends:
                self._of(leaf.base.name).used = True

    def _escape(self, value: Value) -> None:
        for region in regions_in(value):
            self._of(region).escapes = True

    def _stands_in_for(
        self, call: Call, target: Target, spec: CalleeSpec, own: Sequence[tuple[Call, Target, CalleeSpec]]
    ) -> Location | None:
        """The call that asked for less, and whose failure is how this one, which may ask for w and x, is reached."""
        if not self._asks_for_both(target, spec):
            return None
        for other, asked, row in own:
            if other is call or row.role not in {Role.MAP, Role.PROTECT} or not target.condition.satisfiable:
                continue
            if self._asks_for_both(asked, row) or not target.condition.excludes(~_failed(other.label, row)):
                continue
            return other.operation.location
        return None

    def _asks_for_both(self, target: Target, spec: CalleeSpec) -> bool:
        """Whether a call may ask for w and x at once."""
        encoding = self._table.encodings.get(spec.encoding)
        if encoding is None or spec.protection is None or spec.protection >= len(target.arguments):
            return True
        masks = Masks()
        masks.add(target.arguments[spec.protection], target.condition)
        if masks.finite is None:
            return True
        return any(right.writable and right.executable for mask in masks.numbers for right in encoding.decode(mask))

    def _unread(self, function: Function) -> frozenset[int]:
        """The calls (by identity) of a function whose results nothing reads."""
        known = self._dropped.get(id(function))
        if known is None or known[0] is not function:
            known = self._dropped[id(function)] = (function, frozenset(_unread(function)))
        return known[1]

    def _follow(self, seen: _Seen, call: Call, target: Target, spec: CalleeSpec, run: Run) -> None:
        """Where the memory that a call changes is written or run after it."""
        if spec.address is None or spec.address >= len(target.arguments):
            return
        derived = self._derivation(run.function)
        shift = len(call.operation.inputs) - len(target.arguments)
        changed = derived.of(call.operation.inputs[spec.address + shift], target.arguments[spec.address])
        later = after(run.function, call.operation)
        for store in run.stores:
            if id(store.operation) in later and derived.of(store.operation.inputs[0], store.address) & changed:
                seen.followed.setdefault("write", store.operation.location)
        for other in run.calls:
            if id(other.operation) not in later:
                continue
            if derived.of(other.operation.inputs[0], other.callee) & changed:
                seen.followed.setdefault("jump", other.operation.location)
            for one in self._targets(other):
                moved = len(other.operation.inputs) - len(one.arguments)
                for index in self._table.pointers.stores.get(one.external.rpartition("::")[2], ()):
                    if index < len(one.arguments) and (
                        derived.of(other.operation.inputs[index + moved], one.arguments[index]) & changed
                    ):
                        seen.followed.setdefault("write", other.operation.location)

    def _derivation(self, function: Function) -> Derivation:
        known = self._derived.get(id(function))
        if known is None or known[0] is not function:
            known = self._derived[id(function)] = (function, Derivation(function))
        return known[1]


def _failed(label: str, spec: CalleeSpec) -> Condition:
    """That a call did not do what it was asked for."""
    if spec.role is Role.MAP:
        return nonzero(f"{label} fails", Origin.RUN)
    zero = equals(label, 0, Origin.RUN)
    return zero if spec.platform == "win32" else ~zero


def _is_function(target: Target, spec: CalleeSpec) -> bool:
    if spec.address is None or spec.address >= len(target.arguments):
        return False
    leaves = target.arguments[spec.address].leaves
    return bool(leaves) and all(isinstance(leaf, Pointer) and leaf.base.kind is BaseKind.FUNCTION for leaf in leaves)


def _is_result(value: Value) -> bool:
    """Whether a word is what some mapping call returned and nothing else: an address, or that it failed."""
    return all(
        (isinstance(leaf, Pointer) and leaf.base.kind is BaseKind.REGION)
        or (isinstance(leaf, Number) and leaf.value == (1 << 64) - 1)
        for leaf in value.leaves
    )


def _base(leaf: Leaf) -> str:
    return leaf.base.name if isinstance(leaf, Pointer) else ""


def _is_own_slot(address: Value) -> bool:
    return bool(address.leaves) and all(
        isinstance(leaf, Pointer) and leaf.base.kind is BaseKind.SLOT for leaf in address.leaves
    )


def _unread(function: Function) -> Iterator[int]:
    read: set[Var] = set()
    for block in function.blocks:
        for operation in block.operations:
            read.update(operand for operand in operation.inputs if isinstance(operand, Var))
        read.update(edge.test for edge in block.edges if isinstance(edge.test, Var))
    for block in function.blocks:
        for operation in block.operations:
            if operation.opcode is Opcode.CALL and (operation.output is None or operation.output not in read):
                yield id(operation)


def _spot(location: Location) -> str:
    return f"line {location.line}" if isinstance(location, Span) else str(location)
