"""An ELF file as a program of the IR: functions are lifted and lowered when they are asked for."""

from __future__ import annotations

from functools import cached_property, partial
from typing import TYPE_CHECKING, Final

from mapproof.errors import gap_of
from mapproof.frontends.elf.apart import ENTERING, is_apart
from mapproof.frontends.elf.discover import (
    callers_of,
    expect_around,
    functions_that_call,
    mapping_references,
    traps,
)
from mapproof.frontends.elf.entrance import Entrances
from mapproof.frontends.elf.escape import escapes
from mapproof.frontends.elf.idiom import RETURNING_TWICE
from mapproof.frontends.elf.importing import CALLED, KEPT, MAX_CALLERS, begun, covered
from mapproof.frontends.elf.interest import left_behind, passing, returned
from mapproof.frontends.elf.lift import Body, Lifter, Window, falls_through
from mapproof.frontends.elf.linked import Linked
from mapproof.frontends.elf.lower import lower
from mapproof.frontends.elf.offset import Offsets
from mapproof.frontends.elf.reference import Kind, unpack
from mapproof.frontends.elf.referring import Referring
from mapproof.frontends.elf.register import Registers
from mapproof.frontends.elf.relevant import with_relevant_tests
from mapproof.frontends.elf.slice import Interest, Weight, sliced
from mapproof.frontends.elf.slot import in_loader_table, in_mips_got, mapping_slots
from mapproof.frontends.elf.spared import Spared, spared_by
from mapproof.frontends.elf.standin import stand_ins
from mapproof.frontends.elf.surroundings import NO_EFFECT, Effect, Machine, architecture
from mapproof.frontends.elf.tablebase import with_table_address
from mapproof.frontends.elf.trap import as_call, leaves_code, may_be
from mapproof.frontends.elf.unfollowed import unfollowed
from mapproof.model.callee import Role
from mapproof.model.ir import (
    CallSyntax,
    Const,
    Content,
    Function,
    Initializer,
    Opcode,
    Operation,
    Place,
    References,
    Symbol,
    SymbolKind,
)
from mapproof.model.site import Coverage
from mapproof.model.verdict import Assumption

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mapproof.frontends.elf.discover import MappingReference, Trap
    from mapproof.frontends.elf.function import Bounds
    from mapproof.frontends.elf.image import ElfImage
    from mapproof.model.callee import CalleeTable
    from mapproof.model.ir import Operand


_SEARCHED: Final = frozenset({Role.MAP, Role.PROTECT, Role.REMAP, Role.OBJECT, Role.PERSONALITY, Role.SYSCALL})
_READING: Final = frozenset({Kind.CALL_SLOT, Kind.JUMP_SLOT, Kind.LOAD, Kind.NEAR, Kind.ADDRESS})

_DECIDING: Final = (0, 3, 4)
"""Inputs of a call that decide it, if it turns out to be one of ``mmap``'s kind: the callee, protection and flags."""

MAX_FILLING: Final = 24
"""Blocks of a function of which not only what it returns is told exactly, but what it stores too."""

_AROUND: Final = 1 << 12
"""How far from an address of interest code may step through a table towards it."""

EXPORTED: Final = "it is exported: other files may call it"
NO_CALLER: Final = "no caller is in scope"
"""Reasons that a file which does call it takes away."""


class ElfProgram:
    """A :class:`mapproof.model.ir.Program` over one ELF file.

    ``table`` must have the system call numbers of the file's own architecture (:func:`architecture`). ``gaps`` lists
    what could not be read so far.
    """

    zeroed = True
    """See :class:`mapproof.model.ir.Program`."""

    def __init__(self, image: ElfImage, table: CalleeTable) -> None:
        self._image = image
        self._table = table
        self._names = sorted(name for name, spec in table.callees.items() if spec.role in _SEARCHED)
        self._resolvers = sorted(name for name, spec in table.callees.items() if spec.role is Role.RESOLVE)
        self._linked = Linked(image)
        self._offsets = Offsets(image)
        self._arch = architecture(image)
        self._lifter: Lifter | None = None
        self._machine: Machine | None = None
        self._entrances: Entrances | None = None
        self._spared: Spared | None = None
        self._bodies: dict[int, Body | None] = {}
        self._functions: dict[int, Function | None] = {}
        self._views: dict[tuple[str, str], Function] = {}
        self._callers: dict[str, References] = {}
        self._candidates: tuple[Function, ...] | None = None
        self._tables: dict[int, str] = {}
        self._reading: list[tuple[str, int, int, str]] = []
        """Instructions that read a cell with a mapping function's address: function, address, cell, name."""
        self.gaps: list[Coverage] = []

    def close(self) -> None:
        """End the lifter's process."""
        if self._lifter is not None:
            self._lifter.close()

    @property
    def effort(self) -> int:
        """See :class:`mapproof.model.ir.Program`."""
        return 0 if self._entrances is None else self._entrances.effort

    # -- among other files ---------------------------------------------------------------------------------------------

    @property
    def image(self) -> ElfImage:
        """The file."""
        return self._image

    @property
    def linked(self) -> Linked:
        """What the linker and the loader make of it."""
        return self._linked

    def symbol_of(self, address: int) -> str:
        """The symbol of the function at an address."""
        return self._symbol(self._whole(address))

    # -- names ---------------------------------------------------------------------------------------------------------

    def _symbol(self, address: int) -> str:
        return f"{self._image.name}@{address:#x}"

    def address_of(self, symbol: str) -> int | None:
        """The address in a symbol of this file; ``None`` for another one."""
        path, separator, number = symbol.rpartition("@0x")
        return int(number, 16) if separator and path == self._image.name else None

    def plain(self, symbol: str) -> str:
        """See :class:`mapproof.model.ir.Program`."""
        address = self.address_of(symbol)
        return symbol if address is None else self._linked.name_of(address)

    def called(self, address: int) -> tuple[Symbol, CallSyntax]:
        """See :class:`mapproof.frontends.elf.surroundings.Target`."""
        address = self._whole(self._linked.code_address(address & (1 << self._image.layout.bits) - 1))
        external = self._linked.external_at(address)
        if external is not None:
            name, via = external
            return Symbol(SymbolKind.FUNCTION, name), CallSyntax(name, (via,))
        return Symbol(SymbolKind.FUNCTION, self._symbol(address)), CallSyntax(self._linked.name_of(address))

    def effect(self, address: int) -> Effect:
        """See :class:`mapproof.frontends.elf.surroundings.Target`."""
        found = NO_EFFECT if self._spared is None else self._spared.effect(self._linked.code_address(address))
        return found._replace(twice=found.twice or self.called(address)[1].written in RETURNING_TWICE)

    def effect_through(self, cell: int | None) -> Effect:
        """See :class:`mapproof.frontends.elf.surroundings.Target`."""
        name = None if cell is None else self._linked.imported(cell)
        return Effect(twice=self._linked.keeps(RETURNING_TWICE) if name is None else name in RETURNING_TWICE)

    def _whole(self, address: int) -> int:
        """The start of the function of which an address is the second entry, for calls from the same file."""
        local = None if self._image.machine is None else self._image.machine.local_entry
        bounds = None if local is None else self._image.function_bounds(address)
        if local is None or bounds is None or bounds.start == address or local(self._image, bounds.start) != address:
            return address
        return bounds.start

    def function_at(self, address: int) -> Symbol | None:
        """See :class:`mapproof.model.ir.Program`."""
        return self.called(address)[0] if self._linked.is_function(address) else None

    def content(self, address: int, size: int, reader: str = "") -> Content | None:
        """See :class:`mapproof.model.ir.Program`."""
        return self._linked.content(address, size, self._symbol, reader)

    def text_at(self, address: int) -> str | None:
        """See :class:`mapproof.model.ir.Program`."""
        text = self._image.memory.text_at(address) if self._image.is_readonly(address) else None
        return None if text is None else text.decode("utf-8", "replace")

    # -- functions -----------------------------------------------------------------------------------------------------

    def definitions(self, symbol: str) -> Sequence[Function]:
        """See :class:`mapproof.model.ir.Program`."""
        address = self.address_of(symbol)
        function = None if address is None else self.function(address)
        return () if function is None else (self._result(function),)

    def defines(self, symbol: str) -> bool:
        """See :class:`mapproof.model.ir.Program`."""
        return self.address_of(symbol) is not None

    def function(self, address: int) -> Function | None:
        """The function that starts at an address, lowered."""
        if address not in self._functions:
            body = self.body(address)
            try:
                self._functions[address] = (
                    None if body is None or self._machine is None else self._lowered(body, self._machine)
                )
            except Exception as error:  # noqa: BLE001  whatever it is costs one function, whose calls stay sites
                kind, detail = gap_of(error, f"{self._linked.name_of(address)}()")
                self._gap(address, kind, detail)
                self._functions[address] = self._bodies[address] = None
        return self._functions[address]

    def _result(self, function: Function) -> Function:
        """A function as one that runs it sees it: what it returns, and what it does to memory."""
        found = self._views.get((function.symbol, "result"))
        if found is None:
            small = len(function.blocks) <= MAX_FILLING
            interest = left_behind if small else returned
            found = self._views[(function.symbol, "result")] = with_relevant_tests(function, interest)
        return found

    def _candidate(self, function: Function, references: Sequence[MappingReference]) -> Function:
        handed = {item.end for item in references if item.kind not in CALLED or item.name in self._resolvers}
        slots = {item.end for item in references if item.kind in CALLED}
        return self.focused(
            function,
            "candidate",
            lambda operation, cell: self._deciding(
                operation, cell, through=bool(handed) or getattr(operation.location, "return_address", None) in slots
            ),
            handed,
        )

    def focused(self, function: Function, key: str, interest: Interest, traced: set[int]) -> Function:
        """What some operands of a function depend on."""
        found = self._views.get((function.symbol, key))
        if found is None:
            found = self._views[(function.symbol, key)] = sliced(function, interest, traced, self._is_opaque)
        return found

    def _is_opaque(self, symbol: str) -> bool:
        """Whether a call of a function says nothing of its result, whatever it is given."""
        return not self.defines(symbol) and symbol not in self._table.callees

    def _deciding(self, operation: Operation, cell: Operand | None, *, through: bool) -> dict[int, Weight]:
        """What must be known of a call that may map memory; ``through``: computed callees are such calls too, unless
        the ``cell`` that holds the callee is known to hold something else."""
        if operation.opcode is not Opcode.CALL:
            return {}
        callee = operation.inputs[0]
        callee = callee if isinstance(callee, Symbol) else self._held(cell) or callee
        if not isinstance(callee, Symbol):
            if not through:
                return {}
            others = dict.fromkeys(range(2, len(operation.inputs)), Weight.VALUE)
            return {1: Weight.NEAR, **others, **dict.fromkeys(_DECIDING, Weight.DECIDING)}
        spec = self._table.callees.get(callee.name)
        if spec is None:
            named = self._table.files.arguments(callee.name)
            return {index + 1: Weight.DECIDING for index in named if index + 1 < len(operation.inputs)}
        if spec.role is Role.SYSCALL:
            return dict.fromkeys(range(len(operation.inputs)), Weight.DECIDING)
        moved = Weight.VALUE if spec.role is Role.MAP else Weight.NEAR
        weights = [
            (spec.protection, Weight.DECIDING),
            (spec.flags, Weight.DECIDING),
            (spec.argument, Weight.DECIDING),
            (spec.address, moved),
            (spec.object, Weight.NEAR),
        ]
        count = len(operation.inputs) - 1
        found = {index + 1: weight for index, weight in weights if index is not None and index < count}
        return {0: Weight.VALUE, **found}

    def _lowered(self, body: Body, machine: Machine) -> Function:
        address = body.entry
        exported = self._linked.is_exported(address)
        function = lower(body, machine, self._symbol(address), self._linked.name_of(address), exported=exported)
        return with_table_address(function, self._image)

    def body(self, address: int) -> Body | None:
        """The instructions of the function that starts at an address, as far as they were reached."""
        if address not in self._bodies:
            self._start()
            self._bodies[address] = None if self._entrances is None else self._entrances.body(address)
        return self._bodies[address]

    def _start(self) -> None:
        convention = self._arch.convention if self._arch is not None else None
        if self._lifter is not None or convention is None:
            return
        linked = self._linked
        self._lifter = Lifter(self._image, convention, lambda address: (linked.external_at(address) or (None,))[0])
        self._lifter.start()
        if self._lifter.registers:
            self._entrances = Entrances(self._image, self._lifter, Window.of(self._image))
            self._spared = spared_by(
                self._entrances, self._linked, self._image, Registers(self._lifter.registers), convention
            )
            finder = None if self._image.machine is None else self._image.machine.global_pointer
            self._machine = Machine(
                self._image.name,
                self._image.layout.word,
                Window.of(self._image),
                Registers(self._lifter.registers),
                convention,
                self,
                {trap.address: trap.mnemonic for trap in self._traps},
                None if finder is None else finder(self._image),
            )

    @cached_property
    def _traps(self) -> tuple[Trap, ...]:
        return traps(self._image)

    def candidates(self) -> Sequence[Function]:
        """See :class:`mapproof.model.ir.Program`."""
        if self._candidates is None:
            self._candidates = tuple(self._search())
        return self._candidates

    def _search(self) -> Iterable[Function]:
        self._tables = {
            cell: name
            for cell, name in mapping_slots(self._image, self._names).items()
            if not self._linked.in_got(cell)
        }
        looked_up = self._resolvers if self._linked.spells(self._names, self._resolvers) else ()
        names = [*self._names, *looked_up]
        stand_ins(self, self._table, [trap.address for trap in self._mapping_traps()])
        self._functions.clear()
        everything = mapping_references(self._image, names, self._linked.standing)
        for reference in everything:
            cell = reference.address
            if reference.kind == Kind.DATA and not (
                self._linked.in_got(cell) or in_loader_table(self._image, cell) or in_mips_got(self._image, cell)
            ):
                self._tables.setdefault(cell, reference.name)
        references = [r for r in everything if r.kind != Kind.DATA and r.via != "stub"]
        references = [
            reference
            for reference in references
            if reference.kind in CALLED or not self._image.is_data_section(reference.address)
        ]
        entries, trapping = self._placed(references)
        for entry in sorted({*entries, *trapping}):
            if entry not in entries and not self._traps_in(entry, trapping[entry]):
                continue
            yield from self._visited(entry, entries.get(entry, []), trapping.get(entry, []))

    def _placed(
        self, references: Sequence[MappingReference]
    ) -> tuple[dict[int, list[MappingReference]], dict[int, list[Trap]]]:
        """References and system calls by the functions that they stand in."""
        entries: dict[int, list[MappingReference]] = {}
        trapping: dict[int, list[Trap]] = {}
        expect_around(self._image, [reference.address for reference in references])
        for reference in references:
            bounds = self._image.function_bounds(reference.address)
            if bounds is None:
                self._gap(reference.address, "lost", f"{reference.name} is referred to where no function was found")
                continue
            for home in self.homes(bounds.start):
                entries.setdefault(home, []).append(reference)
        for trap in self._mapping_traps():
            bounds = self._image.function_bounds(trap.address)
            for home in () if bounds is None else self.homes(bounds.start):
                if home not in self._linked.standing:
                    trapping.setdefault(home, []).append(trap)
        return entries, trapping

    def users(self, names: frozenset[str], *, at_most: int) -> Sequence[Function]:
        """See :class:`mapproof.model.ir.Program`."""
        entries = functions_that_call(self._image, names)
        functions = (self.function(entry) for entry in entries) if len(entries) <= at_most else ()
        interest = partial(self._deciding, through=False)
        return [self.focused(one, "users", interest, set()) for one in functions if one is not None]

    def _visited(self, entry: int, references: list[MappingReference], trapping: list[Trap]) -> Iterable[Function]:
        """A function in which one of these stands, and what of it could not be followed."""
        function, body = self.function(entry), self.body(entry)
        if function is None:
            yield from (self._unfollowed(as_call(trap)) for trap in trapping)
        else:
            references = self._true(function, begun(body, references))
            seen = [one for one in references if body is not None and covered(body, one.address)]
            if seen or body is None or any(leaves_code(body, trap) for trap in trapping):
                yield self._candidate(function, seen)
        yield from self._missed(entry, references)

    def _true(self, function: Function, references: list[MappingReference]) -> list[MappingReference]:
        """Those of a function's references that stand when its values are followed."""
        if all(reference.kind in CALLED for reference in references):
            return references
        targets = [reference.target for reference in references]
        around = range(min(targets) - _AROUND, max(targets) + _AROUND)
        referring = Referring(function, self.content, self._image.layout.word, around)
        sure = {one for one in references if one.kind == Kind.LOAD and in_mips_got(self._image, one.target)}
        self._reading += [
            (function.symbol, reference.address, reference.target, reference.name)
            for reference in references
            if reference.kind in {Kind.LOAD, Kind.NEAR}
            and reference.via in {"table", "got"}
            and (reference in sure or referring.refers(reference.end, reference.target, surely=True))
        ]
        return [one for one in references if one.kind in CALLED or one in sure or referring.refers(one.end, one.target)]

    def homes(self, start: int) -> tuple[int, ...]:
        """Where the functions start that what starts at an address belongs to."""
        self._start()
        return (start,) if self._entrances is None else self._entrances.homes(start) or (start,)

    def _traps_in(self, entry: int, traps: Sequence[Trap]) -> bool:
        """Whether one of these system calls is one: where instructions vary in length it may be bytes of another."""
        self._start()
        bounds = self._image.function_bounds(entry)
        if self._lifter is not None and bounds is not None and bounds.start == entry:
            starts = self._lifter.starts(bounds.start, bounds.end)
            if starts is not None:
                return any(trap.address in starts for trap in traps)
        body = self.body(entry)
        return body is None or any(leaves_code(body, trap) for trap in traps)

    def _mapping_traps(self) -> list[Trap]:
        """System call instructions that may be about mappings: all but those that plainly have another number."""
        numbers = frozenset(self._table.syscalls)
        return [
            trap
            for trap in self._traps
            if may_be(self._image, trap.address, numbers) and not self._image.is_outside_code(trap.address)
        ]

    def _missed(self, entry: int, references: Sequence[MappingReference]) -> Iterable[Function]:
        """A call of a mapping function in code that was not reached stands as a call of which nothing is known."""
        body = self.body(entry)
        for reference in {reference.address: reference for reference in references}.values():
            if body is not None and covered(body, reference.address):
                self._doubt(entry, reference)
                continue
            if reference.kind in CALLED:
                yield self._unfollowed(reference)
            elif reference.kind not in {Kind.NEAR, Kind.SHORT}:
                self._gap(reference.address, "lost", f"code around a use of {reference.name} could not be followed")

    def _doubt(self, entry: int, reference: MappingReference) -> None:
        """An address that is taken, not called: calls of it may stand anywhere."""
        function = self.function(entry)
        if reference.kind not in {Kind.LOAD, Kind.ADDRESS} or function is None:
            return
        if escapes(function, reference.end, reference.target):
            detail = f"the address of {reference.name} goes where it is not followed; calls through it are not seen"
            self._gap(reference.address, "lost", detail)

    def doubts(self) -> list[Coverage]:
        """Cells that hold a mapping function's address and that nothing was seen to read: something else calls them."""
        asked = {cell for _reader, cell in self._linked.asked}
        unread = [
            Coverage(self._image.name, "lost", f"{cell:#x}: the cell holds {name}, and no call through it was found")
            for cell, name in sorted(self._tables.items())
            if cell not in asked
        ]
        return unread + [
            Coverage(self._image.name, "lost", f"{address:#x}: what is read here, {name}, was not followed to a call")
            for symbol, address, cell, name in self._reading
            if (symbol, cell) not in self._linked.asked
        ]

    def _unfollowed(self, reference: MappingReference) -> Function:
        read = self._arch is not None and self._arch.convention is not None
        why = "the code before the call could not be followed" if read else "no lifter reads code of this processor"
        return unfollowed(self._image, reference, self._linked.name_of(reference.address), why)

    def _gap(self, address: int, kind: str, detail: str) -> None:
        self.gaps.append(Coverage(self._image.name, kind, f"{address:#x}: {detail}"))

    def callers(self, function: Function, *, direct: bool = False) -> References:  # noqa: ARG002  all are found as fast
        """See :class:`mapproof.model.ir.Program`."""
        if function.symbol not in self._callers:
            address = self.address_of(function.symbol)
            self._callers[function.symbol] = (
                References((), complete=False, reason="nothing is known of it")
                if address is None
                else self._calling(address)
            )
        return self._callers[function.symbol]

    def _calling(self, address: int) -> References:  # noqa: C901, PLR0912  one branch per case
        bounds = self._image.function_bounds(address)
        if bounds is None or bounds.start != address:
            return References((), complete=False, reason="control may enter it in the middle")
        found: dict[int, Function] = {}
        symbol = self._symbol(address)
        why = ""
        called = False
        for reference in unpack(callers_of(self._image, address)):
            home = self._image.function_bounds(reference.address)
            body = None if home is None else self.body(home.start)
            if reference.kind == Kind.DATA:
                why = why or KEPT
                found |= self._through(reference.address, symbol)
                continue
            if home is None or body is None or not covered(body, reference.address):
                if reference.kind != Kind.SHORT:
                    why = why or "a call of it stands in code that could not be followed"
                continue
            if reference.address not in body.instructions:
                continue
            called |= reference.kind in {Kind.CALL, Kind.JUMP, Kind.BRANCH}
            caller = self.function(home.start)
            if reference.kind not in ENTERING and (caller is None or escapes(caller, reference.end, reference.target)):
                why = why or KEPT
                continue
            if caller is not None:
                found[home.start] = self.focused(
                    caller, symbol, lambda operation, _cell: passing(operation, symbol), set()
                )
            if len(found) > MAX_CALLERS:
                return References((), complete=False, reason=f"more than {MAX_CALLERS} functions call it")
        why = self._falling(bounds, symbol, found) or why
        if not why and self._offsets.to(address):
            why = "a table may lead to it by a distance"
        functions = tuple(found[start] for start in sorted(found))
        if not bounds.certain and not (called and is_apart(self._image, bounds, self.body)):
            why = why or "it is not certain where it starts"
        if self._linked.is_exported(address) and self._image.position_independent and self._image.interpreter is None:
            why = why or EXPORTED
        if why:
            return References(functions, complete=False, reason=why)
        if not functions:
            return References((), complete=False, reason=NO_CALLER)
        return References(functions, assumption=Assumption.CLOSED_WORLD if self._linked.is_exported(address) else "")

    def _through(self, cell: int, symbol: str) -> dict[int, Function]:
        """Functions that call one through a cell that holds its address."""
        found: dict[int, Function] = {}
        for reference in unpack(callers_of(self._image, cell)):
            home = self._image.function_bounds(reference.address)
            caller = None if home is None or reference.kind not in _READING else self.function(home.start)
            if home is not None and caller is not None:
                found[home.start] = self.focused(
                    caller, symbol, lambda one, at: passing(one, symbol, self._held(at)), set()
                )
        return found

    def _held(self, cell: Operand | None) -> Operand | None:
        """What a cell is known to hold."""
        if not isinstance(cell, Place | Const):
            return None
        content = self.content(cell.address if isinstance(cell, Place) else cell.value, cell.size)
        return None if content is None else content.operand

    def _falling(self, bounds: Bounds, symbol: str, found: dict[int, Function]) -> str:
        """Add the function before to those that call one, where control goes on from its end; in words, why that is
        not known."""
        image, start = self._image, bounds.start
        code = next((code for code in image.memory.code_ranges() if code.vaddr < start < code.end), None)
        if code is None or image.machine is None or not image.machine.falls_into(image, code, start):
            return ""
        before = image.function_bounds(start - 1)
        for home in () if before is None else self.homes(before.start):
            body, function = self.body(home), self.function(home)
            if body is None or function is None or self._machine is None:
                return "" if bounds.certain else "control may come to it from the code before"
            if start in body.instructions and home != start:
                return "control comes to it from the code before"
            last = next((one for one in body.instructions.values() if one.end == start), None)
            if start in body.leaving:
                found[home] = self.focused(function, symbol, lambda operation, _cell: passing(operation, symbol), set())
            elif not bounds.certain and last is not None and falls_through(last, self._machine.window):
                return "control may come to it from the code before"
        return ""

    # -- memory --------------------------------------------------------------------------------------------------------

    def initializers(self, symbol: str) -> Sequence[Initializer]:  # noqa: ARG002  machine code has no named objects
        """See :class:`mapproof.model.ir.Program`."""
        return ()

    def writers(
        self,
        symbol: str,  # noqa: ARG002  machine code has no named objects
        member: str,  # noqa: ARG002  nor named members
        *,
        at_most: int | None = None,  # noqa: ARG002  so that there is nothing to count
    ) -> References:
        """See :class:`mapproof.model.ir.Program`."""
        return References((), complete=False, reason="stores of machine code are not told apart by object")

    def carries(self, symbol: str, member: str) -> bool:  # noqa: ARG002  machine code has no named objects
        """See :class:`mapproof.model.ir.Program`."""
        return False
