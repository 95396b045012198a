"""The world around one function: calls answered by running, summarising or not knowing the callee; cells by solving.

Nothing is found out before it is needed. A first run leaves parameters, outside cells and results of calls unknown,
each marked with a :class:`Need`; ``resolve.py`` looks which needs the answer depends on and asks for just those.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from mapproof.absint import frame
from mapproof.absint.domain import MAX_FOLLOWED, MAX_TOTAL_WORK, MAX_WORK
from mapproof.absint.doubt import cause_of
from mapproof.absint.event import Context
from mapproof.absint.identity import identity
from mapproof.absint.interpret import Interpreter, budget_of
from mapproof.absint.memory import numbered_address, store
from mapproof.absint.overload import meant
from mapproof.absint.state import release
from mapproof.absint.target import UNKNOWN_SYMBOL, Target, targets
from mapproof.absint.values import (
    GIVEN_UP,
    Anything,
    Base,
    BaseKind,
    Cause,
    Need,
    NeedKind,
    Number,
    Pointer,
    Value,
    anything,
    collect,
    join,
    nothing,
    number,
)
from mapproof.model.callee import Role
from mapproof.model.condition import TRUE, Origin, nonzero
from mapproof.model.ir import Const, Place, Symbol, SymbolKind
from mapproof.model.verdict import Assumption, Reason

if TYPE_CHECKING:
    from mapproof.absint.cells import Cells
    from mapproof.absint.event import Call, Run
    from mapproof.absint.state import Cell, State
    from mapproof.absint.values import Leaf
    from mapproof.model.callee import CalleeSpec, CalleeTable
    from mapproof.model.condition import Condition
    from mapproof.model.ir import Function, Program

MAX_DEPTH: Final = 6
"""Calls that one argument or result is followed through."""

_FAILURE: Final = {"posix": (1 << 64) - 1}
"""What a mapping function returns when it fails; 0 where not listed."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What a call did: see :class:`mapproof.absint.interpret.Outcome`."""

    result: Value
    touched: Value | None = None
    memory: dict[Cell, Value] | None = None
    escaped: frozenset[Base] = frozenset()


class World:
    """Answers the interpreter's questions, from what was asked for so far."""

    def __init__(self, program: Program, table: CalleeTable, cells: Cells) -> None:
        self._program = program
        self._table = table
        self._cells = cells
        self._inlined: set[str] = set()
        self._needs: dict[str, set[Need]] = {}
        self._unanswered: set[Need] = set()
        self._work: dict[int, tuple[Function, int]] = {}
        self.spent = 0
        """What all runs of all functions have cost so far, in operations."""
        self._followed: dict[str, int] = {}
        """What the runs of all that a function calls have cost so far."""
        self.given_up: dict[int, Function] = {}
        """Functions of which some run cost too much."""
        self.blind: dict[int, Function] = {}
        """Functions that call through a value which a run that cost too much left unknown."""

    def allows(self, function: Function, work: int) -> bool:
        """See :class:`mapproof.absint.interpret.Environment`."""
        total = self._work.get(id(function), (function, 0))[1] + work
        self._work[id(function)] = (function, total)
        self.spent += min(work, MAX_WORK)
        return total <= budget_of(function, MAX_TOTAL_WORK)

    def cell(self, need: Need, size: int) -> Value | None:
        """See :class:`mapproof.absint.interpret.Environment`."""
        found = self._cells.known(need, size)
        if found is None:
            self._unanswered.add(need)
        return found

    def content(self, address: int, size: int, reader: str) -> Value | None:
        """See :class:`mapproof.absint.interpret.Environment`."""
        content = self._program.content(address, size, reader)
        if content is None:
            return None
        if content.assumption:
            self._cells.take_for_granted(address, Assumption(content.assumption))
        match content.operand:
            case Const(value, width):
                return number(value, width)
            case Place(place, width):
                return Value(width, {Pointer(Base(BaseKind.IMAGE, ""), (place,)): TRUE})
            case Symbol(SymbolKind.FUNCTION, name):
                return Value(
                    size, {Pointer(Base(BaseKind.FUNCTION, name), via=(content.via,) if content.via else ()): TRUE}
                )
            case _:
                return None

    def listen(self) -> set[Need]:
        """From now on, collect what is asked for and not known."""
        self._unanswered = set()
        return self._unanswered

    def answers(self, need: Need) -> bool:
        """Whether asking again would tell more than before."""
        return need.symbol in self._inlined if need.kind is NeedKind.CALL else self._cells.is_known(need)

    def remember(self, root: str, need: Need) -> None:
        """See :class:`mapproof.absint.interpret.Environment`."""
        self._needs.setdefault(root, set()).add(need)

    def needs_of(self, root: str) -> frozenset[Need]:
        """What could be found out about an identity."""
        return frozenset(self._needs.get(root, ()))

    def inline(self, label: str) -> bool:
        """Ask for a call's result; false if that was asked for before."""
        if label in self._inlined:
            return False
        self._inlined.add(label)
        return True

    def call(self, call: Call, state: State, run: Run) -> Effect:
        """See :class:`mapproof.absint.interpret.Environment`."""
        if any(isinstance(leaf, Anything) and GIVEN_UP in leaf.causes for leaf in call.callee.leaves):
            self.blind[id(run.function)] = run.function
        found = targets(call, self._program, self._table)
        effects = [(target, self._one(call, target, state, run)) for target in found]
        if len(effects) == 1:
            return effects[0][1]
        return _either(effects)

    def _one(self, call: Call, target: Target, state: State, run: Run) -> Effect:
        if target.symbol:
            return self._inside(call, target, state, run)
        if target.spec is not None:
            return self._primitive(call, target, target.spec, state)
        if target.external:
            detail = f"it is what {target.external}() returns, whose body is not in scope"
            unknown = anything(8, causes=[Cause(Reason.UNKNOWN_CALL, detail, f"give the source of {target.external}")])
            return Effect(_named(unknown, call.label), unknown)
        needs = target.leaf.needs if isinstance(target.leaf, Anything | Pointer) else frozenset()
        unknown = anything(8, needs=needs, causes=[Cause(Reason.UNKNOWN_CALL, "the function called is not known")])
        return Effect(unknown, unknown)

    def _inside(self, call: Call, target: Target, state: State, run: Run) -> Effect:
        bare = call.label.rpartition(" > ")[2]
        chain = run.context.chain
        if bare not in self._inlined:
            need = Need(NeedKind.CALL, bare)
            self.remember(call.label, need)
            self._unanswered.add(need)
            unknown = anything(8, identity=identity(call.label), needs=[need])
            return Effect(unknown, anything(8, needs=[need]))
        name = self._program.plain(target.symbol)
        recursive = target.symbol == run.function.symbol or any(link.startswith(f"{target.symbol}#") for link in chain)
        if len(chain) >= MAX_DEPTH or recursive:
            detail = f"{name}() is called {'recursively' if recursive else f'more than {MAX_DEPTH} deep'}"
            unknown = anything(8, causes=[Cause(Reason.LIMIT, detail)])
            return Effect(_named(unknown, call.label), unknown)
        outermost = chain[0].rpartition("#")[0] if chain else run.function.symbol
        if self._followed.get(outermost, 0) > MAX_FOLLOWED:
            unknown = anything(8, causes=[Cause(Reason.LIMIT, f"{name}() calls more than is followed")])
            return Effect(_named(unknown, call.label), unknown)
        shared, own = _shared(state, target.arguments)
        effects: list[tuple[Target, Effect]] = []
        for function in meant(self._program.definitions(target.symbol), len(target.arguments)):
            when = target.condition & function.presence
            if when.satisfiable:
                effect = self._through(
                    function, Context(target.arguments, shared, when, (*chain, bare), escaped=state.escaped)
                )
                if effect.memory is not None:
                    effect.memory.update(own)
                effects.append((replace(target, condition=when), effect))
        return effects[0][1] if len(effects) == 1 else _either(effects)

    def _through(self, function: Function, context: Context) -> Effect:
        """Run the callee in the caller's memory; what it leaves behind, without its own slots and identities."""
        interpreter = Interpreter(function, context, self)
        inner = interpreter.run()
        outermost = context.chain[0].rpartition("#")[0]
        self._followed[outermost] = self._followed.get(outermost, 0) + interpreter.work
        if inner.given_up:
            self.given_up[id(function)] = function
            unknown = anything(8, causes=[GIVEN_UP])
            return Effect(unknown, unknown)
        prefix = "".join(f"{link} > " for link in context.chain)

        def dead(root: str) -> bool:
            return root.startswith(prefix)

        result = inner.result if inner.result is not None else anything(8, causes=[_NO_RESULT])
        memory = {
            cell: release(value, dead)
            for cell, value in inner.memory.items()
            if not (cell[0].kind in {BaseKind.SLOT, BaseKind.FRAME} and cell[0].name.startswith(prefix))
        }
        cause = cause_of(function) or _replaced(function)
        if cause is None:
            escaped = frozenset(base for base in inner.escaped if not base.name.startswith(prefix))
            return Effect(release(result, dead), None, memory, escaped)
        return Effect(join(release(result, dead), anything(result.size, causes=[cause])), anything(8, causes=[cause]))

    def _primitive(self, call: Call, target: Target, spec: CalleeSpec, state: State) -> Effect:
        if spec.role is Role.RESOLVE and spec.argument is not None and spec.argument < len(target.arguments):
            return Effect(self._resolved(target.arguments[spec.argument]))
        self._fill_outputs(target, spec, state)
        if spec.role in {Role.MAP, Role.REMAP}:
            region = self._region(call, target, spec)
            if spec.result == "pointer" and spec.address is not None and spec.address < len(target.arguments):
                store(state, target.arguments[spec.address], region)
                return Effect(_status(call.label))
            return Effect(region)
        return Effect(_status(call.label))

    def _fill_outputs(self, target: Target, spec: CalleeSpec, state: State) -> None:
        """What Windows and Mach calls write through their other pointers: the old protection, a size, a handle."""
        if spec.platform not in {"win32", "mach"}:
            return
        detail = f"{spec.name}() writes it"
        written = anything(8, causes=[Cause(Reason.UNKNOWN_CALL, detail, "give the value that is meant")])
        for index, value in enumerate(target.arguments):
            pointed = {leaf for leaf in value.leaves if isinstance(leaf, Pointer) and leaf.base.kind in _WRITABLE}
            if index not in {spec.address, spec.object} and pointed:
                store(state, value, written)

    def _resolved(self, name: Value) -> Value:
        """The function that a name stands for, when the name is a literal string."""
        found: list[tuple[Leaf, Condition]] = []
        for leaf, condition in name:
            text = self._text(leaf)
            if text is not None:
                found.append((Pointer(Base(BaseKind.FUNCTION, text), via=("dlsym",)), condition))
            else:
                unknown = anything(8, causes=[UNKNOWN_SYMBOL])
                found.extend((inner, condition) for inner in unknown.leaves)
        return collect(8, found) if found else number(0, 8)

    def _text(self, leaf: Leaf) -> str | None:
        if isinstance(leaf, Pointer) and leaf.base.kind is BaseKind.STRING:
            return leaf.base.name
        address = numbered_address(leaf)
        return None if address is None else self._program.text_at(address)

    def _region(self, call: Call, target: Target, spec: CalleeSpec) -> Value:
        """The new region's address, or what the function returns when it fails."""
        fails = f"{call.label} fails"
        identity(fails, [call.label])
        failed = nonzero(fails, Origin.RUN)
        bare = call.label.rpartition(" > ")[2]
        leaves: dict[Leaf, Condition] = {Pointer(Base(BaseKind.REGION, bare)): ~failed}
        if spec.role is Role.REMAP and spec.address is not None and spec.address < len(target.arguments):
            for leaf in target.arguments[spec.address].leaves:
                if isinstance(leaf, Pointer | Anything):
                    leaves[leaf if isinstance(leaf, Pointer) else leaf.unknown()] = ~failed
        leaves[Number(_FAILURE.get(spec.platform, 0))] = failed
        return collect(8, leaves.items())


_WRITABLE: Final = frozenset({BaseKind.SLOT, BaseKind.OBJECT, BaseKind.FRAME, BaseKind.UNKNOWN})
"""What a pointer that a call writes through may lead to."""


def _shared(state: State, arguments: tuple[Value, ...]) -> tuple[tuple[tuple[Cell, Value], ...], dict[Cell, Value]]:
    """The memory that a callee may change, and the cells of frames that it cannot reach."""
    reachable = frame.reachable(state, arguments)
    own = {
        cell: value
        for cell, value in state.memory.items()
        if cell[0].kind is BaseKind.FRAME
        and not (frame.is_escaped(state, cell[0]) or cell[0] in reachable or frame.EVERY in reachable)
    }
    return tuple(item for item in state.memory.items() if item[0] not in own), own


_NO_RESULT: Final = Cause(Reason.UNKNOWN_CALL, "the function called returns no value")


def _replaced(function: Function) -> Cause | None:
    """Why a call may enter another function than the one in scope."""
    if not function.replaceable:
        return None
    detail = f"{function.name}() is weak: a definition out of scope may take its place"
    return Cause(Reason.UNKNOWN_CALL, detail, f"give the definition of {function.name}() that is linked")


def _named(value: Value, label: str) -> Value:
    """An unknown result, with the call as its identity."""
    leaf = next(iter(value.leaves))
    assert isinstance(leaf, Anything)  # noqa: S101  built just above by anything()
    return anything(value.size, identity=identity(label), needs=leaf.needs, causes=leaf.causes)


def _status(label: str) -> Value:
    """A result that only says whether the call worked."""
    return anything(8, identity=identity(label), causes=[Cause(Reason.UNKNOWN_CALL, "it is a status")])


def _either(effects: list[tuple[Target, Effect]]) -> Effect:
    """Several possible callees: results under their conditions, effects of all. With none the call cannot be reached:
    its callee is null, or exists in no build that has the call."""
    if not effects:
        return Effect(nothing(8))
    pairs = [(leaf, c & target.condition) for target, effect in effects for leaf, c in effect.result]
    result = collect(8, ((leaf, c) for leaf, c in pairs if c.satisfiable))
    touched: Value | None = None
    for _target, effect in effects:
        if effect.touched is not None:
            touched = effect.touched if touched is None else join(touched, effect.touched)
        if effect.memory is not None:
            lost = anything(8, causes=[Cause(Reason.UNKNOWN_MEMORY, "one of several functions called may change it")])
            touched = lost if touched is None else join(touched, lost)
    return Effect(result, touched)
