"""What one run of a function was seen to do: its calls, its stores, what it returned."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mapproof.absint.arithmetic import COMPARISONS
from mapproof.absint.values import regions_in
from mapproof.model.condition import TRUE, Condition

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mapproof.absint.state import Cell
    from mapproof.absint.values import Base, Value
    from mapproof.model.ir import Function, Operation
    from mapproof.model.verdict import Assumption


@dataclass(frozen=True, slots=True)
class Call:
    """A CALL that was reached. ``callee`` is the value called, ``arguments`` what it was passed, ``path`` when,
    ``memory`` what the slots held that the callee can reach. ``label`` names the operation and the activation."""

    operation: Operation
    label: str
    callee: Value
    arguments: tuple[Value, ...]
    path: Condition
    memory: tuple[tuple[Cell, Value], ...] = ()
    escaped: frozenset[Base] = frozenset()
    """Slots that may be changed through addresses which nobody follows."""


@dataclass(frozen=True, slots=True)
class Store:
    """A STORE that was reached: the address's value, what was stored, when."""

    operation: Operation
    address: Value
    value: Value
    path: Condition


@dataclass(frozen=True, slots=True)
class Test:
    """A comparison that was reached of a mapping's address with something."""

    operation: Operation
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Context:
    """How a function is entered. ``arguments`` by position, ``None`` where nothing is assumed; ``memory`` holds cells
    of callers that an argument may reach; ``origins`` are the calls that led here, innermost first."""

    arguments: tuple[Value | None, ...] = ()
    memory: tuple[tuple[Cell, Value], ...] = ()
    path: Condition = TRUE
    chain: tuple[str, ...] = ()
    origins: tuple[tuple[Function, Operation], ...] = ()
    assumptions: frozenset[Assumption] = frozenset()
    escaped: frozenset[Base] = frozenset()
    """Slots of callers that may be changed through addresses which nobody follows."""
    by_object: bool = False
    """What a pointer parameter leads to is left open, to be asked of the objects that callers pass."""


@dataclass(slots=True)
class Run:
    """The outcome of one function in one context. ``result`` has no leaves when the function never returns.

    ``given_up``: the run cost too much, so that nothing was followed from one block to the next. All calls, stores and
    results are there, with what their own block says of them; ``memory`` is empty, and says nothing. ``escaped``: the
    slots, callers' too, whose addresses are kept where nobody follows them.

    ``tests`` are comparisons of addresses of mapped memory, ``blurred`` the regions (by name) whose address went into
    an operation that does not give an address, ``loads`` the addresses that were read through.
    """

    function: Function
    context: Context
    calls: list[Call] = field(default_factory=list)
    stores: list[Store] = field(default_factory=list)
    result: Value | None = None
    memory: dict[Cell, Value] = field(default_factory=dict)
    path: Condition = TRUE
    escaped: frozenset[Base] = frozenset()
    given_up: bool = False
    tests: list[Test] = field(default_factory=list)
    blurred: set[str] = field(default_factory=set)
    loads: list[Value] = field(default_factory=list)

    def watch(self, operation: Operation, values: Sequence[Value], result: Value) -> None:
        """Record what an operation asks of, or loses about, the address of mapped memory."""
        before = {region for value in values for region in regions_in(value)}
        if before and operation.opcode in COMPARISONS:
            self.tests.append(Test(operation, tuple(values)))
        elif before:
            self.blurred |= before - regions_in(result)
