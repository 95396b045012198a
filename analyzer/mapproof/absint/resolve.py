"""Find out what an answer depends on, and only that: rerun a function until its values of interest are settled.

``settle`` reruns one function in one context while something it depends on can still be found out; ``runs`` adds the
contexts in which callers enter it.
"""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Final

from mapproof.absint.cells import Cells
from mapproof.absint.environment import MAX_DEPTH, World
from mapproof.absint.event import Context
from mapproof.absint.frame import estranged
from mapproof.absint.identity import roots_of
from mapproof.absint.interpret import Interpreter
from mapproof.absint.overload import meant
from mapproof.absint.state import release
from mapproof.absint.target import Target, targets
from mapproof.absint.values import Anything, BaseKind, Cause, Need, NeedKind, Pointer, Value, anything, join
from mapproof.model.condition import Origin
from mapproof.model.ir import Opcode, Symbol
from mapproof.model.verdict import Assumption, Reason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from mapproof.absint.event import Call, Run
    from mapproof.model.callee import CalleeTable
    from mapproof.model.ir import Function, Program, References

    Focus = Callable[[Run], Iterable[Value]]

MAX_ROUNDS: Final = 16
"""Reruns of one function while needs are met; each round meets at least one."""

MAX_CONTEXTS: Final = 400
"""Contexts kept apart; beyond, arguments are joined."""


MAX_NEARBY: Final = 8
"""Callers that are looked at where they can but narrow what is known already."""

MAX_GUARD_WRITERS: Final = 4
"""Functions that may store to a cell of which only a condition depends; with more, both ways stay possible."""

MAX_GUARD_BLOCKS: Final = 120
"""Their size in blocks, together."""


MAX_RECURSIVE: Final = 16
"""Different arguments with which a function may call itself."""


_ENTERED: Final = frozenset({NeedKind.PARAMETER, NeedKind.POINTEE})
"""What only the contexts in which a function is entered can tell."""


class Resolver:
    """Runs functions of a program, finding out on demand what their values of interest depend on."""

    def __init__(self, program: Program, table: CalleeTable) -> None:
        self.program = program
        self.table = table
        self.cells = Cells(program, lambda: self.is_spent)
        self._world = World(program, table, self.cells)
        self._until = 0
        """What all runs may have cost when no more callers and cells are followed, which then stay unknown."""
        self.is_cut = False
        """Whether, since the owner last reset this, ways into a function were left out that are in scope."""
        self._entering: list[str] = []
        self._runs: dict[object, tuple[frozenset[Need], frozenset[Need], Run]] = {}

    @property
    def blind(self) -> list[Function]:
        """Functions with calls of which it is not known what they call, because some run cost too much."""
        large = [function for function in self._world.given_up.values() if _calls_through_values(function)]
        return [*large, *self._world.blind.values()]

    @property
    def spent(self) -> int:
        """What all runs, and what they made the frontend read, have cost so far, in operations."""
        return self._world.spent + self.program.effort

    def allow(self, work: int) -> None:
        """Let callers and cells be followed until that work, in operations, is done."""
        self._until = self.spent + work

    def unfollowed(self, function: Function) -> Run:
        """A run in which nothing is followed from one block to the next: each call is there."""
        return Interpreter(function, Context(), self._world).without_flow()

    def targets(self, call: Call) -> list[Target]:
        """What a call may call."""
        return list(targets(call, self.program, self.table))

    def settle(self, function: Function, context: Context, focus: Focus) -> Run:
        """Run until nothing more can be found out about the values in ``focus``."""
        run = self._run(function, context)
        for _round in range(MAX_ROUNDS):
            if not self._obtain(self._wanted(function, context, list(focus(run)))):
                break
            run = self._run(function, context)
        return run

    def _run(self, function: Function, context: Context, *, fresh: bool = True) -> Run:
        """Interpret, or find the run of an equal context made when no less was known (or, unless ``fresh``, made)."""
        key = (
            id(function),
            context.arguments,
            context.memory,
            context.path,
            context.chain,
            context.escaped,
            context.by_object,
        )
        kept = self._runs.get(key)
        if kept is not None and not (fresh and any(self._world.answers(need) for need in kept[0])):
            self.cells.read |= kept[1]
            run = copy(kept[2])
            run.context = context
            return run
        unanswered = self._world.listen()
        outer_read, self.cells.read = self.cells.read, set()
        self.cells.provisional = False
        interpreter = Interpreter(function, context, self._world)
        run = interpreter.run()
        if run.given_up:
            self._world.given_up[id(function)] = function
        if not self.cells.provisional:
            self._runs[key] = (frozenset(unanswered), frozenset(self.cells.read), run)
        self.cells.read |= outer_read
        return run

    def first(self, function: Function) -> Run:
        """The function entered in no particular way, with all that has been found out since."""
        return self._run(function, Context())

    def runs(
        self,
        function: Function,
        focus: Focus,
        *,
        fresh: bool = True,
        direct: bool = False,
        decided: Callable[[Run], bool] | None = None,
    ) -> Sequence[Run]:
        """Runs in every context that the values in ``focus`` depend on; one, if they depend on no parameter.

        Unless ``fresh``, a run made when less was known will do where there is nothing to find out. ``direct``: calls
        through tables and pointers are taken for a stranger's. Where ``decided`` says of a run that callers can't
        change the verdict, only what they show at once is taken from them.
        """
        if not fresh:
            run = self._run(function, Context(), fresh=False)
            if not self._is_worth_it(function, list(focus(run)), direct=direct):
                return [run]
        run = self.settle(function, Context(by_object=True), focus)
        needed = self.parameters(function, focus(run))
        if not needed:
            run = self.settle(function, Context(), focus)
            needed = self.parameters(function, focus(run))
        if not needed:
            return [run]
        if decided is not None and decided(run):
            run = self.settle(function, Context(), focus)
            if decided(run):
                return [self._run(function, context) for context in self._nearby(function, needed)] or [run]
        while True:
            found = self._entered(function, self.contexts(function, needed, direct=direct), focus)
            more = frozenset(index for run in found for index in self.parameters(function, focus(run))) - needed
            if not more:
                return found
            needed |= more

    def _entered(self, function: Function, contexts: Iterable[Context], focus: Focus) -> list[Run]:
        """A settled run for each context, until no more may be spent; then one in which any argument is possible."""
        found: list[Run] = []
        for context in contexts:
            if self.is_spent:
                return [*found, self._run(function, self._unfollowed_callers(function))]
            found.append(self.settle(function, context, focus))
        return found

    def _is_worth_it(self, function: Function, values: Sequence[Value], *, direct: bool) -> bool:
        """Whether something can be found out about the values: with ``direct``, not from a stranger's call."""
        if not values or not direct:
            return bool(values)
        if any(need.kind not in _ENTERED for value in values for need in value.needs()):
            return True
        return bool(self.parameters(function, values) and self.program.callers(function, direct=True).functions)

    def parameters(self, function: Function, values: Iterable[Value]) -> frozenset[int]:
        """The parameters of ``function`` that these values, or the conditions on them, depend on."""
        found = list(values)
        needs = {need for need in self._all_needs(found) if need.kind is NeedKind.PARAMETER}
        needs |= {need for value in found for need in value.needs() if need.kind is NeedKind.POINTEE}
        return frozenset(need.index for need in needs if need.symbol == function.symbol)

    def made_of(self, function: Function, values: Iterable[Value]) -> frozenset[int]:
        """The parameters of ``function`` that these values are computed from, whatever they depend on besides."""
        return frozenset(
            need.index
            for value in values
            for need in value.needs()
            if need.kind is NeedKind.PARAMETER and need.symbol == function.symbol
        )

    def _all_needs(self, values: Iterable[Value]) -> set[Need]:
        found: set[Need] = set()
        for value in values:
            found |= value.needs() | self._guarding(value)
        return found

    def _guarding(self, value: Value) -> set[Need]:
        """What the conditions on a value's leaves depend on."""
        found: set[Need] = set()
        for condition in value.leaves.values():
            for atom in condition.atoms():
                if atom.origin is Origin.RUN:
                    for root in roots_of(atom.symbol):
                        found |= self._world.needs_of(root)
        return found

    def _wanted(self, function: Function, context: Context, values: Sequence[Value]) -> list[Need]:
        """What to find out next: all that the values are made of, and the conditions on them where that is cheap."""
        made_of = {need for value in values for need in value.needs()}
        guarding = {need for value in values for need in self._guarding(value)} - made_of
        open_parameter = not context.arguments and any(
            need.kind in _ENTERED and need.symbol == function.symbol for need in made_of | guarding
        )

        def may_be(need: Need) -> bool:
            return need.kind not in _ENTERED and (not open_parameter or need.kind is NeedKind.CALL or bool(need.symbol))

        wanted = {need for need in made_of if may_be(need)}
        wanted |= {need for need in guarding if may_be(need) and not self.cells.is_known(need) and self._is_cheap(need)}
        return sorted(wanted, key=lambda need: (need.kind, need.symbol, str(need.path)))

    def _is_cheap(self, need: Need) -> bool:
        """Whether a condition is worth deciding: without it both ways stay possible, which is sound."""
        if need.kind is NeedKind.CALL:
            return True
        if need.kind is not NeedKind.CELL:
            return False
        member = next((element for element in reversed(need.path) if isinstance(element, str)), "")
        most = MAX_GUARD_WRITERS
        references = [self.program.writers(need.symbol, "", at_most=most)] if need.symbol else []
        references += [self.program.writers("", member, at_most=most)] if member else []
        if not all(found.complete for found in references):
            return False
        functions = [function for found in references for function in found.functions]
        size = sum(len(function.blocks) for function in functions)
        return len(functions) <= MAX_GUARD_WRITERS and size <= MAX_GUARD_BLOCKS

    @property
    def is_spent(self) -> bool:
        """Whether the work that was allowed is done."""
        return self.spent >= self._until

    def _obtain(self, needs: Sequence[Need]) -> bool:
        progress = False
        for need in needs:
            if self.is_spent:
                break
            if need.kind is NeedKind.CALL:
                progress |= self._world.inline(need.symbol)
            else:
                progress |= self.cells.solve(need, self.runs)
        return progress

    def contexts(self, function: Function, needed: frozenset[int], *, direct: bool = False) -> list[Context]:
        """How callers in scope enter the function, as far as the ``needed`` parameters go, and as strangers may."""
        if function.symbol in self._entering:
            return [self._cut(function, f"{function.name}() is called recursively through others")]
        if self.is_spent:
            return [self._unfollowed_callers(function)]
        if len(self._entering) >= MAX_DEPTH:
            return [self._cut(function, f"callers are more than {MAX_DEPTH} deep")]
        references = self.program.callers(function, direct=direct)
        self._entering.append(function.symbol)
        try:
            found: dict[Context, None] = {}
            for caller in references.functions:
                if self.is_spent:
                    return [self._unfollowed_callers(function)]
                if caller.symbol != function.symbol:
                    found.update(dict.fromkeys(self._from_caller(function, caller, needed)))
            contexts = self._with_recursion(function, list(found), references, needed)
        finally:
            self._entering.pop()
        if len(contexts) > MAX_CONTEXTS:
            contexts = [_merged(contexts)]
        assumed = frozenset({Assumption(references.assumption)}) if references.assumption else frozenset()
        contexts = [_assuming(context, assumed) for context in contexts]
        if not references.complete or not contexts:
            reason = Reason.PARAMETER if not references.reason.startswith("its address") else Reason.INDIRECT_CALLER
            contexts.append(self._open(function, reason, references.reason or "no caller is in scope"))
        return contexts

    def _nearby(self, function: Function, needed: frozenset[int]) -> list[Context]:
        """How callers enter the function, as far as each shows by itself; none where a few do not show all of it."""
        references = self.program.callers(function)
        callers = references.functions
        if not references.complete or references.by_value or not 0 < len(callers) <= MAX_NEARBY:
            return []
        if any(caller.incomplete or caller.symbol == function.symbol for caller in callers):
            return []
        contexts = [
            context
            for caller in callers
            for context in self._entered_by(function, caller, [self.first(caller)], needed)
        ]
        assumed = frozenset({Assumption(references.assumption)}) if references.assumption else frozenset()
        return list(dict.fromkeys(_assuming(context, assumed) for context in contexts))

    def _with_recursion(
        self, function: Function, contexts: list[Context], references: References, needed: frozenset[int]
    ) -> list[Context]:
        """The contexts in which the function enters itself, from these on, until no new one turns up."""
        if not any(caller.symbol == function.symbol for caller in references.functions):
            return contexts
        found = dict.fromkeys(contexts)
        seen = {context.arguments for context in contexts}
        queue = list(contexts)
        while queue:
            entered = queue.pop(0)
            for context in self._from_caller(function, function, needed, entered):
                if context.arguments in seen:
                    continue
                if len(seen) >= MAX_RECURSIVE:
                    detail = f"{function.name}() calls itself with ever new arguments"
                    return [*found, self._cut(function, detail)]
                seen.add(context.arguments)
                found[context] = None
                queue.append(context)
        return list(found)

    def _open(self, function: Function, reason: Reason, why: str) -> Context:
        """A stranger's call: any argument."""
        arguments = tuple(
            anything(
                parameter.size,
                causes=[
                    Cause(
                        reason,
                        f"{parameter.name!r} is parameter {index + 1} of {function.name}(); {why}",
                        f"give the callers of {function.name}()",
                    )
                ],
            )
            for index, parameter in enumerate(function.parameters)
        )
        return Context(arguments)

    def _unfollowed_callers(self, function: Function) -> Context:
        return self._cut(function, "following its callers costs more than it may")

    def _cut(self, function: Function, why: str) -> Context:
        """Any argument, because not all that callers in scope pass was followed."""
        self.is_cut = self.is_cut or not self.cells.is_solving
        return self._open(function, Reason.LIMIT, why)

    def _from_caller(
        self, function: Function, caller: Function, needed: frozenset[int], entered: Context | None = None
    ) -> Iterable[Context]:
        by_value = self.program.callers(function).by_value

        def passed(run: Run) -> list[Value]:
            found = [
                target.arguments[index]
                for _, target in self._calls_of(run, function)
                for index in needed
                if index < len(target.arguments)
            ]
            return found + [call.callee for call in run.calls if by_value and call.callee.needs()]

        runs = self.runs(caller, passed) if entered is None else [self.settle(caller, entered, passed)]
        yield from self._entered_by(function, caller, runs, needed)

    def _entered_by(
        self, function: Function, caller: Function, runs: Iterable[Run], needed: frozenset[int]
    ) -> Iterable[Context]:
        """How these runs of a caller enter the function."""
        for run in runs:
            for call, target in self._calls_of(run, function):
                if caller.symbol == function.symbol and _forwards(function, target, needed):
                    continue
                yield self._context(function, caller, run, call, target, needed)

    def _calls_of(self, run: Run, function: Function) -> list[tuple[Call, Target]]:
        symbols = {function.symbol, self.program.plain(function.symbol)}
        return [
            (call, target)
            for call in run.calls
            for target in self.targets(call)
            if target.symbol in symbols and self._is_meant(function, target)
        ]

    def _is_meant(self, function: Function, target: Target) -> bool:
        """Whether a call of this symbol may enter this function rather than an overload of it."""
        definitions = self.program.definitions(target.symbol)
        return function not in definitions or function in meant(definitions, len(target.arguments))

    def _context(
        self, function: Function, caller: Function, run: Run, call: Call, target: Target, needed: frozenset[int]
    ) -> Context:
        prefix_free = caller.symbol != function.symbol
        arguments: list[Value | None] = []
        for index, parameter in enumerate(function.parameters):
            if index not in needed and not _leads_to_slot(target, index):
                arguments.append(None)
            elif index >= len(target.arguments):
                cause = Cause(
                    Reason.MISSING_ARGUMENT, f"{caller.name}() calls {function.name}() without {parameter.name!r}"
                )
                arguments.append(anything(parameter.size, causes=[cause]))
            else:
                value = target.arguments[index]
                if not prefix_free:
                    value = estranged(release(value, lambda _root: True))
                arguments.append(value)
        reaches = any(isinstance(leaf, Pointer) for value in arguments if value is not None for leaf in value.leaves)
        return Context(
            tuple(arguments),
            call.memory if reaches else (),
            target.condition if prefix_free else target.condition.build_part(),
            (),
            ((caller, call.operation), *run.context.origins),
            run.context.assumptions,
            call.escaped if reaches else frozenset(),
        )


def _leads_to_slot(target: Target, index: int) -> bool:
    """Whether an argument is the address of a caller's local: what one stores through may be what another reads."""
    given = target.arguments[index] if index < len(target.arguments) else None
    return given is not None and any(
        isinstance(leaf, Pointer) and leaf.base.kind is BaseKind.SLOT for leaf in given.leaves
    )


def _calls_through_values(function: Function) -> bool:
    return any(
        operation.opcode is Opcode.CALL and not isinstance(operation.inputs[0], Symbol)
        for block in function.blocks
        for operation in block.operations
    )


def _forwards(function: Function, target: Target, needed: frozenset[int]) -> bool:
    """A recursive call that hands the needed parameters on as they are."""
    for index in needed:
        if index >= len(target.arguments):
            return False
        for leaf in target.arguments[index].leaves:
            same = isinstance(leaf, Anything) and leaf.needs == {Need(NeedKind.PARAMETER, function.symbol, (), index)}
            if not same or not isinstance(leaf, Anything) or leaf.identity is None or len(leaf.identity.roots) != 1:
                return False
            if leaf.identity.text not in leaf.identity.roots:
                return False
    return True


def _assuming(context: Context, assumed: frozenset[Assumption]) -> Context:
    return Context(
        context.arguments,
        context.memory,
        context.path,
        context.chain,
        context.origins,
        context.assumptions | assumed,
        context.escaped,
    )


def _merged(contexts: Sequence[Context]) -> Context:
    """One context that covers all: too many to keep apart."""
    arguments: list[Value | None] = list(contexts[0].arguments)
    for context in contexts[1:]:
        for index, value in enumerate(context.arguments):
            mine = arguments[index]
            arguments[index] = None if mine is None or value is None else join(_loose(mine), _loose(value))
    assumed = frozenset(assumption for context in contexts for assumption in context.assumptions)
    return Context(tuple(arguments), assumptions=assumed)


def _loose(value: Value) -> Value:
    return release(value, lambda _root: True)
