"""From a program to its sites: every call of a mapping primitive, and of each wrapper that hands a protection on."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from mapproof.absint.argue import evidence_of
from mapproof.absint.conduct import Conduct
from mapproof.absint.domain import PLACING_WORK, SURVEY_WORK
from mapproof.absint.doubt import doubts_of_argument
from mapproof.absint.moved import inherit
from mapproof.absint.placement import identity_of, is_kept, is_placed
from mapproof.absint.project import Masks, describe, flags_of, openness_of, protections_of
from mapproof.absint.resolve import Resolver
from mapproof.absint.target import ANY_CALL, function_named
from mapproof.absint.values import Anything, BaseKind, Cause, NeedKind, Number, Pointer, anything
from mapproof.errors import gap_of
from mapproof.model.callee import Encoding, Role
from mapproof.model.condition import FALSE, TRUE
from mapproof.model.fingerprint import site_id
from mapproof.model.location import Address, Span, sort_key
from mapproof.model.protection import ALL, Prot, ProtSet
from mapproof.model.site import KEPT, PLACED, Callee, Coverage, MapFlags, Maybe, Observation, Openness, Sharing, Site
from mapproof.model.verdict import Assumption, Reason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from mapproof.absint.event import Call, Run
    from mapproof.absint.target import Target
    from mapproof.absint.values import Leaf, Need, Value
    from mapproof.model.callee import CalleeSpec, CalleeTable
    from mapproof.model.condition import Condition
    from mapproof.model.ir import Function, Operation, Program
    from mapproof.model.location import Location

_REPORTED = frozenset({Role.MAP, Role.PROTECT, Role.REMAP, Role.PERSONALITY, Role.SYSCALL})
_NO_REGION = frozenset({BaseKind.SLOT, BaseKind.OBJECT, BaseKind.FUNCTION, BaseKind.FRAME, BaseKind.IMAGE})
CALLER_WORK = 600_000
"""What it may cost to find out what the callers of one function, and the stores to what it reads, show of its calls."""

LEAST_WORK = 5_000
"""That little."""

_NO_ENCODING = Encoding("none")


@dataclass(slots=True)
class _Draft:
    """What is collected about one site over all contexts."""

    function: Function
    operation: Operation
    spec: CalleeSpec
    via: tuple[str, ...]
    masks: Masks = field(default_factory=Masks)
    flags: Masks = field(default_factory=Masks)
    missing: set[int] = field(default_factory=set)
    regions: set[str] = field(default_factory=set)
    own: bool = False
    """The call of the primitive itself, where it is written: not a wrapper's, nor a macro's definition."""
    width: int = 0
    """How many arguments the primitive is given; a system call's number is none."""
    touched: set[str] | None = field(default_factory=set)
    kept: bool = True
    """Whether an address that may be any is at least one that was kept in memory: no argument, no result of a call."""
    descriptors: set[str] = field(default_factory=set)
    objects: set[str] = field(default_factory=set)
    """The identities of the object argument; the empty one where it has none."""
    placed: bool = False
    """A mapping call that may put its memory over, or beside, memory that is there."""
    presence: Condition = FALSE
    assumptions: set[Assumption] = field(default_factory=set)
    doubts: set[Openness] = field(default_factory=set)
    chosen: bool = False
    """Whether the call is of one function among several, some of which may hand on what they are given."""
    defined: Location | None = None
    """Where the call stands in a macro's definition, for the site that is there."""

    @property
    def location(self) -> Location:
        """Where the site is."""
        return self.operation.location if self.defined is None else self.defined

    @property
    def key(self) -> tuple[str, tuple[str, int, int], str]:
        """Which site this is about. An address is one site, whichever of the functions that share its code holds it."""
        shared = self.defined is not None or isinstance(self.location, Address)
        owner = "" if shared else self.function.symbol
        return (owner, sort_key(self.location), self.spec.name)


def survey(
    program: Program,
    table: CalleeTable,
    tick: Callable[[str], None] | None = None,
    gaps: list[Coverage] | None = None,
    work: int = SURVEY_WORK,
) -> list[Site]:
    """All sites of a program, in the order of their places. ``tick`` hears each function's name as it is begun.

    Functions in which something could not be followed are added to ``gaps``. An error in one of them costs no more than
    that; without ``gaps`` it is raised. ``work`` bounds what is followed: what is cut stays open, and says so.
    """
    return _Survey(program, table, gaps, work).sites(tick)


class _Survey:
    def __init__(self, program: Program, table: CalleeTable, gaps: list[Coverage] | None, work: int) -> None:
        self._program = program
        self._table = table
        self._gaps = gaps
        self._resolver = Resolver(program, table)
        self._conduct = Conduct(table, self._resolver.targets)
        self._drafts: dict[object, _Draft] = {}
        self._wrapped: set[object] = set()
        self._left, self._most = work, min(CALLER_WORK, work // 3)
        self._cut = False
        """Whether ways to some call were not followed, so that calls on these ways are no sites."""
        self._placing = False
        """Whether it is asked where protections are changed: verdicts need that only where something may add x."""
        self._handing: dict[tuple[int, int, frozenset[int]], frozenset[int]] = {}

    def sites(self, tick: Callable[[str], None] | None) -> list[Site]:
        """Visit every candidate, a second time where addresses matter, then describe the drafts."""
        self._visit_all(tick)
        known = dict(self._drafts)
        if any(self._moves(draft) for draft in known.values()):
            self._placing = True
            self._drafts.clear()
            if any(self._may_execute(draft) for draft in known.values()):
                self._wrapped.clear()
                self._visit_all(tick)
            else:
                self._left = PLACING_WORK
                before, self._cut = self._cut, False
                self._visit_all(None)
                self._drafts = {key: self._placed(draft, self._drafts.get(key)) for key, draft in known.items()}
                self._cut = before
        for function in self._resolver.blind:
            detail = f"what {function.name}() calls through pointers depends on code that is too large to be followed"
            self._miss(function, "limit", detail)
        return self._describe()

    def _moves(self, draft: _Draft) -> bool:
        """Whether it matters at which address a call is made."""
        return draft.spec.role in {Role.PROTECT, Role.SYSCALL} or draft.placed

    def _placed(self, draft: _Draft, later: _Draft | None) -> _Draft:
        """What is known of a call, with what was found out later about where it is made."""
        if self._moves(draft):
            unseen = later is None or (self._cut and (draft.chosen or later.chosen))
            draft.touched = None if later is None or unseen else later.touched
        return draft

    def _may_execute(self, draft: _Draft) -> bool:
        """Whether a call may give memory x, as far as is known."""
        spec = draft.spec
        if spec.role is Role.SYSCALL or draft.doubts or draft.missing:
            return True
        if spec.fixed is not None:
            return ProtSet.of([spec.fixed]).may_execute
        if spec.protection is None:
            return False
        projection = protections_of(draft.masks, self._table.encodings.get(spec.encoding, _NO_ENCODING))
        return projection.protections.may_execute or bool(projection.open_because) or not projection.protections

    def _visit_all(self, tick: Callable[[str], None] | None) -> None:
        """Visit every candidate and every function that is handed a primitive's address."""
        queue = list(self._program.candidates())
        seen: dict[int, bool] = {}
        callbacks: set[str] = set()
        while queue:
            callback = (function := queue.pop(0)).symbol in callbacks
            if id(function) in seen and (seen[id(function)] or not callback):
                continue
            seen[id(function)] = callback
            if tick is not None:
                tick(function.name)
            for extra in self._surviving(function, callback=callback):
                callbacks.add(extra.symbol)
                queue.append(extra)

    def _miss(self, function: Function, kind: str, detail: str) -> None:
        location = function.location
        if self._gaps is not None:
            line = location.line if isinstance(location, Span) else None
            self._gaps.append(Coverage(location.path, kind, detail, line))

    def _surviving(self, function: Function, *, callback: bool) -> list[Function]:
        """Visit a function; after an error, its calls are still sites, of which little is known."""
        before = self._resolver.spent
        self._resolver.allow(max(min(self._left, self._most), LEAST_WORK))
        try:
            return self._visit(function, callback=callback)
        except Exception as error:
            if self._gaps is None:
                raise
            self._miss(function, *gap_of(error, f"{function.name}()"))
        finally:
            self._left -= self._resolver.spent - before
        with suppress(Exception):
            self._collect_all(function, self._resolver.unfollowed(function), frozenset(), None)
        return []

    def _visit(self, function: Function, *, callback: bool) -> list[Function]:
        """Collect the sites in one function; the functions in scope to which it hands a primitive's address."""

        def focus(run: Run) -> list[Value]:
            return [value for call in run.calls for value in self._focus(run, call, callback=callback)]

        self._resolver.cells.read.clear()
        self._resolver.is_cut = False
        runs = self._resolver.runs(function, focus, decided=None if callback else self._is_decided)
        self._cut = self._cut or self._resolver.is_cut
        if (self._resolver.is_cut or self._resolver.is_spent) and any(self._calls_unknown(run) for run in runs):
            detail = f"what {function.name}() calls through pointers was not found out: that costs more than it may"
            self._miss(function, "limit", detail)
        read = frozenset(self._resolver.cells.read)
        exploratory = self._resolver.first(function)
        hands_on = self._hands_on(function, exploratory)
        handed: list[Function] = []
        for run in runs:
            handed += self._collect_all(function, run, read, hands_on if not callback else None)
        return handed

    def _collect_all(
        self, function: Function, run: Run, read: frozenset[Need], hands_on: frozenset[int] | None
    ) -> list[Function]:
        handed: list[Function] = []
        self._conduct.watch(run)
        for call in run.calls:
            for target in self._resolver.targets(call):
                if target.spec is not None and target.spec.role in _REPORTED | {Role.OBJECT}:
                    self._collect(function, run, call, target, read, hands_on)
                elif target.symbol and self._hands_primitive(target.arguments):
                    handed.extend(self._program.definitions(target.symbol))
                elif target.spec is None and not target.symbol and self._gives_away(call, target):
                    self._collect(function, run, call, replace(target, spec=ANY_CALL), read, None)
        return handed

    def _focus(self, run: Run, call: Call, *, callback: bool) -> Iterable[Value]:
        """What must be known of a call: what it calls, if that may be a primitive, and the deciding arguments."""
        if callback or self._may_be_primitive(run, call.callee):
            yield call.callee
        for target in self._resolver.targets(call):
            spec = target.spec
            if callback and target.symbol:
                yield from target.arguments
            if spec is None or spec.role not in _REPORTED | {Role.OBJECT}:
                continue
            wanted = [spec.protection, spec.flags]
            if spec.role in {Role.SYSCALL, Role.PERSONALITY}:
                wanted.append(spec.argument)
            for index in wanted:
                if index is not None and index < len(target.arguments):
                    yield target.arguments[index]
            moves = spec.role is Role.PROTECT or is_placed(spec, target)
            if spec.role is not Role.REMAP and not (moves and self._placing):
                continue
            if spec.address is not None and spec.address < len(target.arguments):
                yield target.arguments[spec.address].without(NeedKind.POINTEE)

    def _is_decided(self, run: Run) -> bool:
        """Whether no call in a run may add x, whoever calls the function; where addresses matter, they are open."""
        if self._placing or run.given_up:
            return False
        for call in run.calls:
            if self._may_be_primitive(run, call.callee):
                return False
            for target in self._resolver.targets(call):
                draft = _Draft(run.function, call.operation, target.spec or ANY_CALL, ())
                if target.spec is None or target.spec.role not in _REPORTED | {Role.OBJECT}:
                    if self._hands_primitive(target.arguments) or self._gives_away(call, target):
                        return False
                    continue
                if target.spec.role in {Role.PERSONALITY, Role.REMAP}:
                    return False
                if target.spec.protection is not None and target.spec.protection < len(target.arguments):
                    draft.masks.add(target.arguments[target.spec.protection], target.condition)
                if self._may_execute(draft):
                    return False
        return True

    def _calls_unknown(self, run: Run) -> bool:
        """Whether more work would have told what a call calls."""
        return any(
            self._may_be_primitive(run, call.callee) or any(_is_limited(leaf) for leaf in call.callee.leaves)
            for call in run.calls
        )

    def _may_be_primitive(self, run: Run, callee: Value) -> bool:
        """Whether what is called is not known, and comes from where a primitive's address may be kept."""
        return any(self._suspicious(run, leaf.needs) for leaf in callee.leaves if isinstance(leaf, Anything))

    def _suspicious(self, run: Run, needs: Iterable[Need]) -> bool:
        for need in needs:
            if need.kind is NeedKind.CALL:
                called = [call for call in run.calls if call.label.rpartition(" > ")[2] == need.symbol]
                symbols = [target.symbol for call in called for target in self._resolver.targets(call)]
                if any(self._program.carries(symbol, "") for symbol in symbols if symbol):
                    return True
                continue
            member = next((e for e in reversed(need.path) if isinstance(e, str)), "")
            if self._program.carries(need.symbol, member):
                return True
        return False

    def _gives_away(self, call: Call, target: Target) -> bool:
        """Whether code out of scope gets the address of a primitive that gives memory a protection, as an argument or
        in memory of the caller's that it can reach."""
        if target.symbol or target.spec is not None:
            return False
        kept = [value for _, value in call.memory]
        return self._hands_primitive([*target.arguments, *kept], changing=True)

    def _hands_primitive(self, values: Iterable[Value], *, changing: bool = False) -> bool:
        """Whether the address of a primitive is among values; ``changing``: of one that gives memory a protection."""
        for value in values:
            for leaf in value.leaves:
                name = function_named(leaf, self._program)
                if name is not None and not changing and self._program.carries(name, ""):
                    return True
                spec = self._table.callees.get(name) if name is not None else None
                if name is None or spec is None or self._program.defines(name):
                    continue
                if not changing or spec.role in {Role.MAP, Role.PROTECT, Role.REMAP}:
                    return True
        return False

    def _hands_on(self, function: Function, run: Run) -> frozenset[int]:
        """The parameters that a primitive's protection is made of in this function: not those that only choose one."""
        return self._resolver.made_of(
            function,
            [
                target.arguments[target.spec.protection]
                for call in run.calls
                for target in self._resolver.targets(call)
                if target.spec is not None
                and target.spec.protection is not None
                and target.spec.protection < len(target.arguments)
            ],
        )

    def _collect(
        self,
        function: Function,
        run: Run,
        call: Call,
        target: Target,
        read: frozenset[Need],
        hands_on: frozenset[int] | None,
    ) -> None:
        """Note a primitive's call, and each call of a wrapper that led to it.

        ``hands_on``: the parameters through which the protection arrives; ``None`` where the primitive itself does.
        """
        assert target.spec is not None  # noqa: S101  the caller picked targets that have one
        draft = _Draft(function, call.operation, target.spec, self._via(call, target))
        syntax = call.operation.call
        if syntax is None or syntax.defined != call.operation.location:
            self._add(draft, run, call, target, read)
        if syntax is not None and syntax.defined is not None:
            defined = _Draft(function, call.operation, target.spec, target.via, defined=syntax.defined)
            self._wrapped.add(defined.key)
            self._add(defined, run, call, target, read)
        for depth, (caller, operation) in enumerate(run.context.origins):
            if hands_on is not None and not hands_on:
                return
            outer = _Draft(caller, operation, target.spec, ("wrapper",) * (depth + 1) + draft.via)
            self._wrapped.add(outer.key)
            kept = self._add(outer, run, call, target, read)
            if self._resolver.is_cut:
                kept.masks.add(_not_followed(f"not every way from here to {function.name}() was followed"), TRUE)
            if hands_on is not None:
                hands_on = self._handed_further(caller, operation, hands_on)

    def _handed_further(self, caller: Function, operation: Operation, indexes: frozenset[int]) -> frozenset[int]:
        """The caller's own parameters that it hands on in a call, as these arguments."""
        key = (id(caller), id(operation), indexes)
        if key not in self._handing:
            passed = [
                target.arguments[index]
                for call in self._resolver.first(caller).calls
                if call.operation is operation
                for target in self._resolver.targets(call)
                for index in indexes
                if index < len(target.arguments)
            ]
            self._handing[key] = self._resolver.made_of(caller, passed)
        return self._handing[key]

    def _via(self, call: Call, target: Target) -> tuple[str, ...]:
        syntax = call.operation.call.via if call.operation.call is not None else ()
        return (*syntax, *target.via)

    def _add(self, fresh: _Draft, run: Run, call: Call, target: Target, read: frozenset[Need]) -> _Draft:
        spec = fresh.spec
        draft = self._drafts.setdefault(fresh.key, fresh)
        condition = target.condition
        draft.presence |= condition.build_part()
        draft.doubts |= _doubts(run, call, target)
        draft.chosen = draft.chosen or len(self._resolver.targets(call)) > 1
        draft.regions.add(call.label.rpartition(" > ")[2])
        own = fresh.function is run.function and fresh.defined is None and fresh.operation is call.operation
        draft.own = draft.own or own
        draft.width = len(target.arguments)
        draft.assumptions |= run.context.assumptions | self._resolver.cells.assumptions(read)
        mask_argument = spec.protection if spec.role is not Role.PERSONALITY else spec.argument
        for index, masks in ((mask_argument, draft.masks), (spec.flags, draft.flags)):
            if index is None:
                continue
            if index < len(target.arguments):
                masks.add(target.arguments[index], condition)
            else:
                draft.missing.add(index)
        if spec.role in {Role.PROTECT, Role.REMAP} and spec.address is not None:
            self._touch(draft, _address(run, call, target, spec.address))
        elif is_placed(spec, target) and spec.address is not None:
            draft.placed = True
            self._touch(draft, _address(run, call, target, spec.address))
        if spec.object is not None and spec.object < len(target.arguments):
            draft.descriptors |= {describe(leaf) for leaf in target.arguments[spec.object].leaves}
            draft.objects.add(identity_of(target.arguments[spec.object]) if own else "")
        return draft

    def _touch(self, draft: _Draft, address: Value | None) -> None:
        """Which regions the address may belong to: ``None`` once it may be any."""
        for leaf in address.leaves if address is not None else [None]:
            if isinstance(leaf, Pointer) and leaf.base.kind is BaseKind.REGION:
                if draft.touched is not None:
                    draft.touched.add(leaf.base.name)
            elif (isinstance(leaf, Pointer) and leaf.base.kind in _NO_REGION) or (
                isinstance(leaf, Number) and leaf.value in {0, (1 << 64) - 1}
            ):
                continue
            else:
                draft.touched = None
                draft.kept = draft.kept and is_kept(leaf)

    def _describe(self) -> list[Site]:
        for draft in self._drafts.values():
            if self._cut and draft.chosen:
                draft.masks.add(_not_followed("not every function that may be called here was followed"), TRUE)
        drafts = sorted(self._drafts.values(), key=lambda draft: (sort_key(draft.location), draft.spec.name))
        names: dict[str, str] = {}
        ids: list[str] = []
        counts: dict[tuple[str, str, str], int] = {}
        for draft in drafts:
            place = (draft.location.path, draft.function.name if draft.defined is None else "", draft.spec.name)
            counts[place] = counts.get(place, 0) + 1
            ids.append(site_id(*place, counts[place]))
            if draft.spec.role in {Role.MAP, Role.REMAP} and draft.key not in self._wrapped:
                for label in draft.regions:
                    names.setdefault(label, ids[-1])
        sites = [self._site(draft, site_id, names) for draft, site_id in zip(drafts, ids, strict=True)]
        return inherit(sites)

    def _site(self, draft: _Draft, site_id: str, names: dict[str, str]) -> Site:
        spec, operation = draft.spec, draft.operation
        encoding = self._table.encodings.get(spec.encoding, _NO_ENCODING)
        protections = ProtSet()
        conditions: tuple[tuple[Prot, Condition], ...] = ()
        open_because: list[Openness] = []
        if spec.protection is not None:
            projection = protections_of(draft.masks, encoding)
            protections, conditions = projection.protections, projection.conditions
            open_because.extend(projection.open_because)
            if spec.protection in draft.missing:
                protections = ALL
                detail = f"{spec.name}() takes {spec.protection + 1} arguments or more here"
                open_because.append(Openness(Reason.MISSING_ARGUMENT, detail, "write the argument out"))
        elif spec.fixed is not None:
            protections = ProtSet.of([spec.fixed])
        elif spec.role is Role.SYSCALL:
            protections = ALL
            open_because.append(Openness(Reason.LIMIT, _which(draft), "name the call"))
        if spec.fixed is None:
            open_because.extend(sorted(draft.doubts, key=lambda openness: openness.detail))
        if spec.role is Role.PERSONALITY:
            for leaf in draft.masks.partial:
                open_because.extend(openness_of(leaf))
        made = {names[label] for label in draft.regions if label in names}
        region = made.pop() if len(made) == 1 else None  # a wrapper of several mappings may make any of them
        touches = None if draft.touched is None else tuple(sorted({names[n] for n in draft.touched if n in names}))
        if draft.touched is not None and any(name not in names for name in draft.touched):
            touches = None
        syntax = operation.call
        location = draft.location
        return Site(
            id=site_id,
            artifact=location.path,
            sha256="",
            language="",
            location=location,
            function=draft.function.name if draft.defined is None else None,
            callee=Callee(_written(draft), spec.primitive or spec.name, _short(draft.via)),
            role=Role.PROTECT if spec.role is Role.SYSCALL else spec.role,
            platform=spec.platform,
            protections=protections,
            presence=draft.presence,
            conditions=conditions,
            masks=draft.masks.finite if draft.masks.numbers or draft.masks.partial else None,
            map_flags=self._flags(draft),
            open_because=tuple(dict.fromkeys(open_because)),
            descriptor=tuple(sorted(draft.descriptors)) or None,
            touches=touches if spec.role in {Role.PROTECT, Role.REMAP} or draft.placed else None,
            region=region if spec.role in {Role.MAP, Role.REMAP} else None,
            assumptions=tuple(sorted(self._assumed(draft))),
            arguments=syntax.arguments if syntax is not None else (),
            facts=_facts(draft),
            object=next(iter(draft.objects)) if len(draft.objects) == 1 else "",
            within=draft.function.location if draft.defined is None else None,
            evidence=evidence_of(_written(draft), location, spec, draft.masks, encoding)
            if isinstance(location, Span)
            else (),
            observed=tuple(self._observed(draft, protections)) if not open_because else (),
        )

    def _observed(self, draft: _Draft, protections: ProtSet) -> Iterator[Observation]:
        """What the code around a call was seen to do, where the call is written."""
        if not draft.own:
            return
        syntax, mask = draft.operation.call, draft.spec.protection
        shift = len(draft.operation.inputs) - 1 - draft.width if draft.width else 0
        numbers = syntax.numeric if syntax is not None else frozenset[int]()
        if mask is not None and mask + shift in numbers and any(draft.masks.numbers):
            written = " or ".join(f"{number:#x}" for number in sorted(draft.masks.numbers))
            yield Observation("numeric-mask", written)
        if len(draft.regions) == 1:
            label = next(iter(draft.regions))
            yield from self._conduct.observed(label, (right.bits for right in protections), draft.spec)

    def _assumed(self, draft: _Draft) -> set[Assumption]:
        one_system = {Assumption.ONE_SYSTEM} if draft.masks.of_two_systems or draft.flags.of_two_systems else set()
        return {*draft.assumptions, Assumption.EXTERNAL_SYMBOL, *one_system}

    def _flags(self, draft: _Draft) -> MapFlags | None:
        if draft.spec.role not in {Role.MAP, Role.REMAP}:
            return None
        if draft.spec.flags is None or draft.spec.platform != "posix" or draft.spec.protection is None:
            if draft.spec.shared is None:
                return None
            sharing = Sharing.SHARED if draft.spec.shared else Sharing.PRIVATE
            anonymous = Maybe.ALWAYS if draft.spec.object is None else Maybe.NEVER
            return MapFlags(None, (sharing,), anonymous)
        if draft.spec.flags == draft.spec.protection:
            return MapFlags(None, (Sharing.SHARED,), Maybe.NEVER)
        return flags_of(draft.flags, known=draft.spec.flags not in draft.missing)


def _facts(draft: _Draft) -> frozenset[str]:
    found = {PLACED} if draft.placed else set()
    if draft.touched is None and draft.kept and isinstance(draft.location, Address):
        found.add(KEPT)
    return frozenset(found)


def _not_followed(detail: str) -> Value:
    return anything(4, causes=[Cause(Reason.LIMIT, detail)])


def _is_limited(leaf: Leaf) -> bool:
    return isinstance(leaf, Anything) and any(cause.reason is Reason.LIMIT for cause in leaf.causes)


def _which(draft: _Draft) -> str:
    if draft.spec is ANY_CALL:
        return "which function this calls is not known; it may be one that adds x"
    return "the system call's number is not known"


def _written(draft: _Draft) -> str:
    """The callee as the source spells it at the site's place."""
    if draft.defined is not None or draft.operation.call is None:
        return draft.spec.name
    return draft.operation.call.written


def _address(run: Run, call: Call, target: Target, index: int) -> Value | None:
    """The address that a call is given; ``None`` where it is missing or in doubt."""
    if index >= len(target.arguments) or doubts_of_argument(run, call, target, index):
        return None
    return target.arguments[index]


def _doubts(run: Run, call: Call, target: Target) -> set[Openness]:
    """Why the mask of a call is in doubt: its function, or one that leads to it, was not understood in full."""
    if target.spec is None:
        return set()
    mask = target.spec.protection if target.spec.role is not Role.PERSONALITY else target.spec.argument
    return doubts_of_argument(run, call, target, mask)


def _short(via: Sequence[str]) -> tuple[str, ...]:
    """Each kind of link once, in order."""
    return tuple(dict.fromkeys(via))
