"""Run one function of the IR over abstract values to a fixpoint, then once more to record what it does.

A classical worklist: states flow along feasible edges, meet where paths join, and are widened at loop heads.
"""

from __future__ import annotations

from dataclasses import replace
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Final, Protocol

from mapproof.absint.arithmetic import known as is_arithmetic
from mapproof.absint.constraint import counted
from mapproof.absint.domain import DOUBTED_SHARE, MACHINE_SHARE, MAX_TOTAL_WORK, MAX_WORK
from mapproof.absint.equality import narrowed
from mapproof.absint.event import Call, Context, Run, Store
from mapproof.absint.frame import frames_in
from mapproof.absint.graph import graph_of
from mapproof.absint.identity import GIVEN, identity
from mapproof.absint.memory import (
    UNASSIGNED,
    forget_shared,
    load,
    reachable_slots,
    remembering,
    store,
)
from mapproof.absint.state import State, merge, roots_in, without_dead_atoms
from mapproof.absint.transfer import apply
from mapproof.absint.values import (
    GIVEN_UP,
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
    Trace,
    Value,
    anything,
    bits_of,
    bounded,
    collect,
    join,
    number,
    pointer,
)
from mapproof.model.condition import FALSE, TRUE, Condition, Origin, equals, nonzero
from mapproof.model.ir import Const, Field, Opcode, Operation, Place, Symbol, SymbolKind, Unknown, Var
from mapproof.model.location import Address
from mapproof.model.verdict import Reason

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mapproof.absint.state import Cell
    from mapproof.model.ir import Edge, Function, Operand

WIDEN_AFTER: Final = 6
"""Visits of a loop head before its growing values are widened: enough for masks built bit by bit."""

WIDEN_HARD_AFTER: Final = 11
"""Visits of a loop head before the carry of a counter is no longer followed bit by bit."""

MAX_VISITS: Final = 60
"""Visits of one block before its whole state is given up; a bound on time that widening makes unlikely to matter."""

MAX_COUNTED: Final = 3
"""Unknown bits of a word that is taken for each of the numbers that it can be."""

_BASES: Final = {
    SymbolKind.FUNCTION: BaseKind.FUNCTION,
    SymbolKind.OBJECT: BaseKind.OBJECT,
    SymbolKind.STRING: BaseKind.STRING,
}
_IMAGE: Final = Base(BaseKind.IMAGE, "")


class Outcome(Protocol):
    """What a call did, as the environment answers it."""

    @property
    def result(self) -> Value:
        """What the call returns."""
        ...

    @property
    def escaped(self) -> frozenset[Base]:
        """Slots of this function whose addresses the callee kept where nobody follows them."""
        ...

    @property
    def touched(self) -> Value | None:
        """What slots that the callee could reach now hold; ``None`` when it changes nothing here."""
        ...

    @property
    def memory(self) -> dict[Cell, Value] | None:
        """The exact memory after the call, when the callee was run."""
        ...


class Environment(Protocol):
    """What lies outside the function that is run."""

    def cell(self, need: Need, size: int) -> Value | None:
        """The content of a cell outside, when it was asked for before; else ``None``: it stays a need."""
        ...

    def content(self, address: int, size: int, reader: str) -> Value | None:
        """What a numbered address holds for good; ``None`` if that is not known. ``reader`` is who asks."""
        ...

    def call(self, call: Call, state: State, run: Run) -> Outcome:
        """The effect of a call."""
        ...

    def remember(self, root: str, need: Need) -> None:
        """An identity stands for something that could be found out."""
        ...

    def allows(self, function: Function, work: int) -> bool:
        """Whether all runs of a function together may cost so much more; the work is taken as done."""
        ...


class _ExhaustedError(Exception):
    """A run costs more than it may."""


class Interpreter:
    """One function in one context."""

    def __init__(self, function: Function, context: Context, environment: Environment) -> None:
        self._function = function
        self._environment = environment
        self._prefix = "".join(f"{link} > " for link in context.chain)
        self._run = Run(function, context)
        self._recording = False
        self._given_up = False
        self.work = 0
        """What the run cost, in operations."""
        self._budget = budget_of(function, MAX_WORK)
        self._graph = graph_of(function)
        self._build = (context.path & function.presence).build_part()
        """The builds in which this run takes place. Inside, conditions say only what these leave open."""

    def run(self) -> Run:
        """Reach the fixpoint, then record calls, stores and results in block order."""
        try:
            if not self._environment.allows(self._function, 0):
                raise _ExhaustedError  # noqa: TRY301  the one way out
            states = self._fixpoint()
        except _ExhaustedError:
            self.work += MAX_TOTAL_WORK  # no later run shall try as long again
            return self.without_flow()
        finally:
            self._environment.allows(self._function, self.work)
        self._recording = True
        for index in self._graph.order:
            if index in states:
                for _ in self._flow(index, states[index].copy()):
                    pass
        return self._run

    def without_flow(self) -> Run:
        """Record every operation with what its own block says: values that come from elsewhere are unknown."""
        self._recording = self._given_up = self._run.given_up = True
        path = self._run.context.path & self._function.presence
        for index in self._graph.order:
            state = State(path=path)
            for operation, label in self._labelled(index):
                self._step(operation, label, state)
                state.memory.clear()
        self._run.memory = {}
        return self._run

    def _labelled(self, index: int) -> Iterator[tuple[Operation, str]]:
        """The operations of a block, each with its name in this activation."""
        labels = self._graph.labels[index]
        if self._prefix:
            labels = [self._prefix + label for label in labels]
        return zip(self._function.blocks[index].operations, labels, strict=True)

    def _spend(self, state: State) -> None:
        """Count one operation, or one way out of a block; large states and conditions make it cost more."""
        self.work += 1 + (len(state.variables) + len(state.memory) + len(state.roots) >> 5) + (state.path.size >> 4)
        if self.work > self._budget:
            raise _ExhaustedError

    def _fixpoint(self) -> dict[int, State]:
        """The state on entry of each block that is reached."""
        states: dict[int, State] = {0: self._entry()}
        visits: dict[int, int] = {}
        order, rank = self._graph.order, self._graph.rank
        queue, pending = [0], {0}

        def ask(block: int) -> None:
            if block not in pending:
                pending.add(block)
                heappush(queue, rank[block])

        while queue:
            index = order[heappop(queue)]
            pending.remove(index)
            visits[index] = visits.get(index, 0) + 1
            for target, arriving in self._flow(index, states[index].copy()):
                old = states.get(target)
                if old is None:
                    states[target] = arriving
                    ask(target)
                    continue
                count = visits.get(target, 0)
                widening = target in self._graph.heads and count >= WIDEN_AFTER
                if count >= MAX_VISITS:
                    _give_up(old, arriving)
                met = merge(old, arriving, widening=widening or count >= MAX_VISITS, hard=count >= WIDEN_HARD_AFTER)
                if met is not None:
                    states[target] = met
                    ask(target)
        return states

    def _entry(self) -> State:
        context = self._run.context
        state = State(path=(context.path & self._function.presence).given(self._build), escaped=context.escaped)
        for cell, value in context.memory:
            state.memory[cell] = value
            state.depth[cell[0]] = max(state.depth.get(cell[0], 0), len(cell[1]))
            if cell[0].kind is BaseKind.FRAME:
                state.escaped |= {cell[0]}
        for index, parameter in enumerate(self._function.parameters):
            given = context.arguments[index] if index < len(context.arguments) else None
            if given is None:
                root = f"{self._prefix}{parameter.name}@{self._function.symbol}"
                need = Need(NeedKind.PARAMETER, self._function.symbol, (), index)
                self._environment.remember(root, need)
                given = anything(parameter.size, identity=identity(root), needs=[need])
                state.roots |= {root}
            root = f"{self._prefix}{parameter.name}@{self._function.symbol}{GIVEN}"
            state.variables[parameter] = self._distinguish(
                _identified(_resize(given, parameter.size), root), root, state
            )
        state.roots |= frozenset(root for value in state.variables.values() for root in roots_in(value))
        return state

    def _flow(self, index: int, state: State) -> list[tuple[int, State]]:
        """Run a block; the states that leave it, by target."""
        block = self._function.blocks[index]
        for operation, label in self._labelled(index):
            if not self._recording:
                self._spend(state)
            self._step(operation, label, state)
        if not block.edges:
            self._leave(state)
            return []
        leaving: list[tuple[int, State]] = []
        for edge in block.edges:
            if not self._recording:
                self._spend(state)
            path = state.path & edge.presence.given(self._build) if edge.presence is not TRUE else state.path
            if edge.test is not None and path.satisfiable:
                path = self._taken(edge, state, path)
            if path.satisfiable:
                live = self._graph.live[edge.target]
                variables = {var: value for var, value in state.variables.items() if var in live}
                if (pair := self._graph.compared[index].get(edge.test)) is not None:
                    variables |= narrowed(pair, [self._read(o, state) for o in pair[:2]], live, holds=edge.nonzero)
                path = without_dead_atoms(path, variables, state.memory)
                leaving.append((edge.target, state.at(bounded(path), variables)))
        return leaving

    def _taken(self, edge: Edge, state: State, path: Condition) -> Condition:
        """The path condition on an edge: what must hold of the tested value."""
        holds = FALSE
        value = self._read(edge.test, state) if edge.test is not None else number(1, 1)
        for leaf, condition in value:
            decided = _nonzero(leaf, value.size)
            holds |= condition & (decided if edge.nonzero else ~decided) if decided is not None else condition
        return path & holds

    def _leave(self, state: State) -> None:
        if not self._recording:
            return
        if self._run.path is TRUE and self._run.result is None:
            self._run.path = state.path
        self._run.escaped |= state.escaped
        self._run.memory = state.memory if not self._run.memory else _join_memory(self._run.memory, state.memory)

    def _step(self, operation: Operation, label: str, state: State) -> None:
        if label in state.roots:
            state.forget(lambda root: root == label)
        opcode = operation.opcode
        if opcode is Opcode.CALL:
            self._call(operation, label, state)
        elif opcode is Opcode.STORE:
            address, value = (self._read(operand, state) for operand in operation.inputs[:2])
            if self._recording:
                self._run.stores.append(Store(operation, address, value, state.path & self._build))
            store(state, address, value)
        elif opcode is Opcode.RETURN:
            self._return(operation, state)
        elif operation.output is not None:
            result = self._evaluate(operation, label, state)
            state.variables[operation.output] = result
        elif opcode is Opcode.CALLOTHER:
            self._disturb(operation, state)

    def _disturb(self, operation: Operation, state: State) -> None:
        """An effect that nothing is known of: all that its operands lead to may change."""
        values = [self._read(operand, state) for operand in operation.inputs if not isinstance(operand, Field)]
        unknown = anything(
            8, causes=[Cause(Reason.UNKNOWN_MEMORY, "an operation whose effect is not modelled changes it")]
        )
        forget_shared(state, reachable_slots(state, values), unknown)
        for address in values:
            if self._recording:
                self._run.stores.append(Store(operation, address, unknown, state.path))
            store(state, address, unknown)

    def _evaluate(self, operation: Operation, label: str, state: State) -> Value:  # noqa: PLR0911  one answer per case
        assert operation.output is not None  # noqa: S101  _step asks only for operations with an output
        size = operation.output.size
        match operation.opcode:
            case Opcode.LOAD:
                return self._load(operation, label, state)
            case Opcode.PTRSUB:
                return self._member(operation, state)
            case Opcode.CALLOTHER:
                cause = Cause(Reason.UNKNOWN_CALL, "an operation whose effect is not modelled computes it")
                read = [self._read(operand, state) for operand in operation.inputs if not isinstance(operand, Field)]
                lost = [LOST_ADDRESS] if any(frames_in(value) for value in read) else []
                return self._fresh(size, label, state, causes=[cause, *lost])
            case opcode if is_arithmetic(opcode):
                inputs = operation.inputs
                if opcode is Opcode.COPY and isinstance(inputs[0], Unknown):
                    return self._fresh(size, label, state, causes=[_unknown_cause(inputs[0])])
                values = [self._read(operand, state) for operand in inputs]
                same = len(inputs) == 2 and inputs[0] == inputs[1] and isinstance(inputs[0], Var)
                if opcode is Opcode.COPY:
                    return self._watched(operation, values, _resize(values[0], size))
                made = self._counted(apply(operation, values, state.path, same=same), label, state)
                return self._watched(operation, values, made)
            case _:
                return anything(size, causes=[Cause(Reason.UNKNOWN_CALL, f"{operation.opcode} is not modelled")])

    def _watched(self, operation: Operation, values: Sequence[Value], result: Value) -> Value:
        if self._recording:
            self._run.watch(operation, values, result)
        return result

    def _fresh(
        self, size: int, label: str, state: State, *, needs: Sequence[Need] = (), causes: Sequence[Cause] = ()
    ) -> Value:
        """An unknown word with an identity of its own."""
        state.roots |= {label}
        for need in needs:
            if need.kind is not NeedKind.POINTEE:
                self._environment.remember(label, need)
        return anything(size, identity=identity(label), needs=needs, causes=causes)

    def _load(self, operation: Operation, label: str, state: State) -> Value:
        assert operation.output is not None  # noqa: S101  a LOAD has an output
        size = operation.output.size
        address = self._read(operation.inputs[0], state)
        if self._given_up:
            return anything(size, causes=[GIVEN_UP])
        if self._recording:
            self._run.loads.append(address)

        def outside(need: Need, pointee: frozenset[Need]) -> Value:
            unentered = pointee if self._run.context.by_object else frozenset[Need]()
            found = self._environment.cell(need, size) if not unentered else None
            if found is not None:
                return found.map_conditions(lambda condition: condition.given(self._build))
            fresh = self._fresh(size, label, state, needs=[need, *sorted(unentered, key=str)])
            targets = [leaf for leaf in address.leaves if isinstance(leaf, Pointer)]
            if len(targets) == 1 and len(address.leaves) == 1 and None not in targets[0].path and targets[0].base.name:
                state.put((targets[0].base, targets[0].path), fresh)
            return fresh

        loaded = load(
            state, address, size, outside, lambda at: self._environment.content(at, size, self._function.symbol)
        )
        content = remembering(_resize(self._named(loaded, label, state), size), address)
        return self._distinguish(content, label, state)

    def _named(self, value: Value, label: str, state: State) -> Value:
        """A word nothing is known of gets a name where it is read: it is one word from there on."""
        if len(value.leaves) != 1:
            return value
        leaf = next(iter(value.leaves))
        if not isinstance(leaf, Anything) or leaf.identity is not None:
            return value
        state.roots |= {label}
        return Value(value.size, {Anything(leaf.bits, identity(label), leaf.needs, leaf.causes): value.leaves[leaf]})

    def _counted(self, value: Value, label: str, state: State) -> Value:
        """A word of which few bits are unknown is each number that it can be, so that what it is stays one choice."""
        pairs: list[tuple[Leaf, Condition]] = []
        changed = False
        for leaf, condition in value:
            unknown = leaf.bits.unknown.bit_count() if isinstance(leaf, Anything) else 0
            if not isinstance(leaf, Anything) or not 0 < unknown <= MAX_COUNTED or unknown == 8 * value.size:
                pairs.append((leaf, condition))
                continue
            changed = True
            known = leaf.identity
            if known is None:
                known = identity(f"{label} of {leaf.bits.ones:#x} {leaf.bits.zeros:#x}", [label])
                state.roots |= {label}
            pairs.extend((number_, condition & only) for number_, only in counted(leaf, known, value.size))
        return collect(value.size, ((leaf, c) for leaf, c in pairs if c.satisfiable)) if changed else value

    def _distinguish(self, value: Value, label: str, state: State) -> Value:
        """Name the choice among several leaves, so that later tests of the word stay consistent."""
        if len(value.leaves) < 2:
            return value
        conditions = list(value.leaves.values())
        if all(a.excludes(b) for i, a in enumerate(conditions) for b in conditions[i + 1 :]):
            return value
        symbol = f"which {label}"
        identity(symbol, [label])
        state.roots |= {label}
        return Value(
            value.size,
            {leaf: c & equals(symbol, i, Origin.RUN) for i, (leaf, c) in enumerate(value.leaves.items())},
        )

    def _member(self, operation: Operation, state: State) -> Value:
        assert operation.output is not None  # noqa: S101  PTRSUB has an output
        element = operation.inputs[1]
        step: int | str = element.name if isinstance(element, Field) else 0
        pairs: list[tuple[Leaf, Condition]] = []
        for leaf, condition in self._read(operation.inputs[0], state):
            if isinstance(leaf, Pointer):
                pairs.append((Pointer(leaf.base, (*leaf.path, step), leaf.needs), condition))
            elif isinstance(element, Field):
                name = leaf.identity.text if isinstance(leaf, Anything) and leaf.identity is not None else ""
                needs = leaf.needs if isinstance(leaf, Anything) else frozenset()
                pairs.append((Pointer(Base(BaseKind.UNKNOWN, name), (step,), needs), condition))
            else:
                pairs.append((leaf, condition))
        return collect(operation.output.size, pairs)

    def _call(self, operation: Operation, label: str, state: State) -> None:
        callee, *arguments = (self._read(operand, state) for operand in operation.inputs)
        call = Call(operation, label, callee, tuple(arguments), state.path, _visible(state, arguments), state.escaped)
        if self._given_up:
            self._run.calls.append(call)
            if operation.output is not None:
                state.variables[operation.output] = anything(operation.output.size, causes=[GIVEN_UP])
            return
        outcome = self._environment.call(call, state, self._run)
        handed = _handed(arguments, operation)
        if self._recording:
            self._run.calls.append(replace(call, path=call.path & self._build))
        if outcome.memory is not None:
            state.memory = outcome.memory
            state.escaped |= outcome.escaped
            state.escaped |= {base for base in reachable_slots(state, handed) if base.kind is BaseKind.FRAME}
            for base, path in outcome.memory:
                if state.depth.get(base, 0) < len(path):
                    state.depth = {**state.depth, base: len(path)}
        elif outcome.touched is not None:
            forget_shared(state, reachable_slots(state, handed), outcome.touched)
        state.roots |= roots_in(outcome.result)
        if operation.output is not None:
            result = _resize(outcome.result, operation.output.size)
            state.variables[operation.output] = self._distinguish(result, label, state)

    def _return(self, operation: Operation, state: State) -> None:
        if not self._recording or not operation.inputs:
            return
        value = self._read(operation.inputs[0], state)
        value = value.map_conditions(lambda condition: condition & state.path)
        value = Value(value.size, {leaf: c for leaf, c in value if c.satisfiable})
        self._run.result = value if self._run.result is None else join(self._run.result, value)

    def _read(self, operand: Operand, state: State) -> Value:  # noqa: PLR0911  one answer per case
        match operand:
            case Var():
                value = state.variables.get(operand)
                unknown = GIVEN_UP if self._given_up else UNASSIGNED
                return value if value is not None else anything(operand.size, causes=[unknown])
            case Const():
                return number(operand.value, operand.size, Trace(None, (), operand.value, operand.name))
            case Symbol(SymbolKind.SLOT | SymbolKind.FRAME) if self._given_up:
                return anything(8, causes=[GIVEN_UP])
            case Symbol(SymbolKind.SLOT, name):
                return pointer(Base(BaseKind.SLOT, f"{self._prefix}{self._function.symbol}:{name}"))
            case Symbol(SymbolKind.FRAME, name):
                base = Base(BaseKind.FRAME, f"{self._prefix}{self._function.symbol}:{name}")
                return Value(8, {Pointer(base, (0,)): TRUE})
            case Place(address, size):
                return Value(size, {Pointer(_IMAGE, (address,)): TRUE})
            case Symbol(kind, name):
                return pointer(Base(_BASES[kind], name))
            case Unknown():
                return anything(operand.size, causes=[_unknown_cause(operand)])
            case Field():
                message = "a member's name is no value"
                raise TypeError(message)


def budget_of(function: Function, limit: int) -> int:
    """The part of a limit that a function may use up."""
    if not isinstance(function.location, Address):
        return limit
    return limit // (DOUBTED_SHARE if function.incomplete else MACHINE_SHARE)


def _handed(arguments: Sequence[Value], operation: Operation) -> list[Value]:
    """What a callee is given. Of words that are arguments only if the callee takes so many, those that surely are
    addresses: where it is not known what was stored, nothing was stored for the callee."""
    spare = operation.call.spare if operation.call is not None else 0
    certain = len(arguments) - spare
    surely = [
        value
        for value in arguments[certain:]
        if any(isinstance(leaf, Pointer) and leaf.base.kind is BaseKind.FRAME for leaf in value.leaves)
    ]
    return [*arguments[:certain], *surely]


def _visible(state: State, arguments: Sequence[Value]) -> tuple[tuple[Cell, Value], ...]:
    """The content of slots that the callee can reach."""
    reachable = reachable_slots(state, arguments)
    return tuple((cell, value) for cell, value in state.memory.items() if cell[0] in reachable) if reachable else ()


def _unknown_cause(operand: Unknown) -> Cause:
    reason, _, detail = operand.reason.partition(":")
    try:
        return Cause(Reason(reason), detail.strip() or "it is not known")
    except ValueError:
        return Cause(Reason.UNKNOWN_NAME, operand.reason)


def _nonzero(leaf: Leaf, size: int) -> Condition | None:  # noqa: ARG001  the callers' shape
    """When a tested leaf is not zero; ``None`` when both are possible at any time."""
    if isinstance(leaf, Number):
        return TRUE if leaf.value else FALSE
    if isinstance(leaf, Pointer):
        return TRUE if leaf.base.kind in {BaseKind.SLOT, BaseKind.OBJECT, BaseKind.STRING} else None
    if leaf.bits.ones:
        return TRUE
    return nonzero(leaf.identity.text, Origin.RUN) if leaf.identity is not None else None


def _identified(value: Value, root: str) -> Value:
    """An unknown word that enters the function gets an identity: it stays the same while the function runs."""
    nameless = [leaf for leaf in value.leaves if isinstance(leaf, Anything) and leaf.identity is None]
    if len(nameless) != 1:
        return value
    leaf = nameless[0]
    named = Anything(leaf.bits, identity(root), leaf.needs, leaf.causes)
    return Value(value.size, {named if known is leaf else known: condition for known, condition in value})


def _resize(value: Value, size: int) -> Value:
    """The value at another width: a frontend that mixes widths loses no soundness, only bits."""
    if value.size == size:
        return value
    mask = (1 << 8 * size) - 1
    pairs: list[tuple[Leaf, Condition]] = []
    for leaf, condition in value:
        if isinstance(leaf, Number):
            word = leaf.value & mask
            pairs.append((Number(word, leaf.trace if word == leaf.value else None), condition))
        elif isinstance(leaf, Anything):
            known = bits_of(leaf, value.size)
            bits = known.zero_extend(size) if size > value.size else known.piece(0, size)
            if size > value.size:
                bits = type(bits)(size, known.ones, known.zeros)
            pairs.append((Anything(bits, None, leaf.needs, leaf.causes), condition))
        else:
            pairs.append((leaf, condition))
    return collect(size, pairs)


def _give_up(old: State, arriving: State) -> None:
    """Beyond the bound: whatever differs is unknown from here on."""
    for state in (old, arriving):
        state.path = TRUE
    cause = Cause(Reason.LIMIT, "a loop changes it more often than is followed")
    for var in old.variables:
        if arriving.variables.get(var, old.variables[var]) != old.variables[var]:
            arriving.variables[var] = anything(var.size, causes=[cause])


def _join_memory(first: dict[Cell, Value], second: dict[Cell, Value]) -> dict[Cell, Value]:
    return {
        cell: join(value, second[cell])
        for cell, value in first.items()
        if cell in second and (value.size == second[cell].size or cell[0].kind is not BaseKind.FRAME)
    }
