"""Several files as the dynamic linker joins them: calls that leave one file enter the other that exports the name.

Each file keeps its own program and its own numbering of addresses. Whoever asks on behalf of one file is handed the
functions of another with their addresses moved far out of the way, so that no address of one is taken for another's.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from mapproof.frontends.elf.importing import importing
from mapproof.frontends.elf.program import EXPORTED, NO_CALLER
from mapproof.model.ir import Block, Content, Function, Operation, Place, References, Symbol, SymbolKind
from mapproof.model.verdict import Assumption

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mapproof.frontends.elf.program import ElfProgram
    from mapproof.model.ir import Initializer, Operand

_APART: Final = {64: 48, 32: 28}
"""The files' addresses are told apart by the bits from this one on."""

MOST_JOINED: Final = 15
"""Files that are joined: as many as fit into the addresses of 32 bits."""

_OPEN_TO_OTHERS: Final = frozenset({EXPORTED, NO_CALLER})


class Family:
    """Files that are loaded together, at most :data:`MOST_JOINED`, all of one architecture. A name that two of them
    export is joined to neither."""

    def __init__(self, programs: Sequence[ElfProgram]) -> None:
        self.programs = tuple(programs)
        self.paths = {program.image.name: number for number, program in enumerate(self.programs)}
        found: dict[str, list[tuple[ElfProgram, int]]] = {}
        for program in self.programs:
            for name, address in program.linked.exports.items():
                found.setdefault(name, []).append((program, address))
        self.exports = {name: places[0] for name, places in found.items() if len(places) == 1}

    def names_at(self, program: ElfProgram, address: int) -> list[str]:
        """The names by which others may call a function; none where one of them is somebody else's too."""
        own = [name for name, value in program.linked.exports.items() if value == address]
        return own if all(name in self.exports for name in own) else []


class JoinedProgram:
    """A :class:`mapproof.model.ir.Program`: one file of a family, with the others behind the names that it imports."""

    zeroed = True
    """See :class:`mapproof.model.ir.Program`."""

    def __init__(self, own: ElfProgram, family: Family) -> None:
        self._own = own
        self._family = family
        self._bit = _APART[own.image.layout.bits]
        self._linked: dict[int, tuple[Function, Function]] = {}
        """By identity: a function as its file has it (kept, so that the identity stays its own), and as it is seen."""
        self._callers: dict[str, References] = {}

    # -- whose is it ---------------------------------------------------------------------------------------------------

    def _program(self, symbol: str) -> ElfProgram | None:
        """The file that a function's symbol is of; ``None`` for a name outside of all."""
        path, separator, _number = symbol.rpartition("@0x")
        number = self._family.paths.get(path) if separator else None
        return None if number is None else self._family.programs[number]

    def _shift(self, program: ElfProgram) -> int:
        return 0 if program is self._own else (self._family.paths[program.image.name] + 1) << self._bit

    def _home(self, address: int) -> tuple[ElfProgram, int] | None:
        """The file of an address, and the address as that file numbers it; ``None`` where it may be that of two."""
        number = address >> self._bit
        if 1 <= number <= len(self._family.programs):
            program = self._family.programs[number - 1]
            if program is not self._own:
                return program, address - (number << self._bit)
        fixed = [program for program in self._family.programs if program is not self._own and _is_fixed(program)]
        holding = [program for program in fixed if _holds(program, address)]
        if not holding:
            return self._own, address
        return None if len(holding) > 1 or _holds(self._own, address) else (holding[0], address)

    # -- as seen from the file that asks -------------------------------------------------------------------------------

    def _seen(self, function: Function, program: ElfProgram) -> Function:
        known = self._linked.get(id(function))
        if known is None:
            blocks = tuple(self._block(block, program) for block in function.blocks)
            known = self._linked[id(function)] = (function, replace(function, blocks=blocks))
        return known[1]

    def _block(self, block: Block, program: ElfProgram) -> Block:
        operations = tuple(self._operation(operation, program) for operation in block.operations)
        return Block(operations, block.edges, block.origins)

    def _operation(self, operation: Operation, program: ElfProgram) -> Operation:
        inputs = tuple(self._operand(operand, program) for operand in operation.inputs)
        return operation if inputs == operation.inputs else replace(operation, inputs=inputs)

    def _operand(self, operand: Operand, program: ElfProgram) -> Operand:
        if isinstance(operand, Place):
            return Place(operand.address + self._shift(program), operand.size)
        if isinstance(operand, Symbol) and operand.kind is SymbolKind.FUNCTION:
            found = self._family.exports.get(operand.name)
            if found is not None and found[0] is not program:
                return Symbol(SymbolKind.FUNCTION, found[0].symbol_of(found[1]))
        return operand

    @property
    def effort(self) -> int:
        """See :class:`mapproof.model.ir.Program`: that of all files, which share it."""
        return sum(program.effort for program in self._family.programs)

    # -- the program ---------------------------------------------------------------------------------------------------

    def candidates(self) -> Sequence[Function]:
        """See :class:`mapproof.model.ir.Program`: those of the file itself."""
        return tuple(self._seen(function, self._own) for function in self._own.candidates())

    def definitions(self, symbol: str) -> Sequence[Function]:
        """See :class:`mapproof.model.ir.Program`."""
        program = self._program(symbol)
        return () if program is None else tuple(self._seen(found, program) for found in program.definitions(symbol))

    def defines(self, symbol: str) -> bool:
        """See :class:`mapproof.model.ir.Program`."""
        return self._program(symbol) is not None

    def plain(self, symbol: str) -> str:
        """See :class:`mapproof.model.ir.Program`."""
        program = self._program(symbol)
        return symbol if program is None else program.plain(symbol)

    def callers(self, function: Function, *, direct: bool = False) -> References:
        """See :class:`mapproof.model.ir.Program`. Where other files of the family call an exported function, these are
        taken to be all that do."""
        if function.symbol not in self._callers:
            program = self._program(function.symbol)
            self._callers[function.symbol] = (
                self._own.callers(function, direct=direct) if program is None else self._calling(function, program)
            )
        return self._callers[function.symbol]

    def _calling(self, function: Function, program: ElfProgram) -> References:
        near = program.callers(function)
        functions = [self._seen(caller, program) for caller in near.functions]
        address = program.address_of(function.symbol)
        names = [] if address is None else self._family.names_at(program, address)
        reason = "" if near.complete else near.reason
        beyond = 0
        for other in self._family.programs:
            for name in names if other is not program else ():
                far = importing(other, name)
                functions += [self._seen(caller, other) for caller in far.functions]
                beyond += len(far.functions)
                if not far.complete:
                    reason = far.reason if reason in {"", *_OPEN_TO_OTHERS} else reason
        if not beyond:
            return replace(near, functions=tuple(functions))
        if reason in {"", *_OPEN_TO_OTHERS}:
            return References(tuple(functions), assumption=Assumption.CLOSED_WORLD)
        return References(tuple(functions), complete=False, reason=reason)

    def users(self, names: frozenset[str], *, at_most: int) -> Sequence[Function]:
        """See :class:`mapproof.model.ir.Program`: those of the file itself."""
        return [self._seen(function, self._own) for function in self._own.users(names, at_most=at_most)]

    def initializers(self, symbol: str) -> Sequence[Initializer]:
        """See :class:`mapproof.model.ir.Program`."""
        return self._own.initializers(symbol)

    def writers(self, symbol: str, member: str, *, at_most: int | None = None) -> References:
        """See :class:`mapproof.model.ir.Program`."""
        return self._own.writers(symbol, member, at_most=at_most)

    def carries(self, symbol: str, member: str) -> bool:
        """See :class:`mapproof.model.ir.Program`."""
        return self._own.carries(symbol, member)

    # -- memory --------------------------------------------------------------------------------------------------------

    def content(self, address: int, size: int, reader: str = "") -> Content | None:
        """See :class:`mapproof.model.ir.Program`."""
        home = self._home(address)
        if home is None:
            return None
        content = home[0].content(home[1], size, reader)
        return None if content is None else replace(content, operand=self._operand(content.operand, home[0]))

    def function_at(self, address: int) -> Symbol | None:
        """See :class:`mapproof.model.ir.Program`."""
        home = self._home(address)
        symbol = None if home is None else home[0].function_at(home[1])
        seen = None if home is None or symbol is None else self._operand(symbol, home[0])
        return seen if isinstance(seen, Symbol) else None

    def text_at(self, address: int) -> str | None:
        """See :class:`mapproof.model.ir.Program`."""
        home = self._home(address)
        return None if home is None else home[0].text_at(home[1])


def _is_fixed(program: ElfProgram) -> bool:
    """Whether the file's addresses are numbers that its code holds as such."""
    return not program.image.position_independent and not program.image.is_object


def _holds(program: ElfProgram, address: int) -> bool:
    return program.image.memory.extent_at(address) is not None
