"""Who in a file calls another file's function: through linkage stubs, cells, or a register loaded from one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from mapproof.frontends.elf.discover import mapping_references
from mapproof.frontends.elf.escape import escapes
from mapproof.frontends.elf.reference import Kind
from mapproof.frontends.elf.slice import Weight
from mapproof.frontends.elf.slot import in_loader_table, in_mips_got, mapping_slots
from mapproof.model.ir import Const, Opcode, Place, References, Symbol

if TYPE_CHECKING:
    from mapproof.frontends.elf.discover import MappingReference
    from mapproof.frontends.elf.image import ElfImage
    from mapproof.frontends.elf.lift import Body
    from mapproof.frontends.elf.linked import Linked
    from mapproof.frontends.elf.slice import Interest
    from mapproof.model.ir import Content, Function, Operand, Operation

CALLED: Final = frozenset({Kind.CALL, Kind.JUMP, Kind.BRANCH, Kind.CALL_SLOT, Kind.JUMP_SLOT})
"""Kinds of reference that are a call of the target and nothing else."""

KEPT: Final = "its address is kept where others may read it"

MAX_CALLERS: Final = 60
"""Functions that may call one; one called from more is not followed."""


class Reading(Protocol):
    """What is asked of the file's program."""

    @property
    def image(self) -> ElfImage:
        """The file."""
        ...

    @property
    def linked(self) -> Linked:
        """What the linker and the loader make of it."""
        ...

    def homes(self, start: int) -> tuple[int, ...]:
        """Where the functions start that what starts at an address belongs to."""
        ...

    def body(self, address: int) -> Body | None:
        """The instructions of the function that starts at an address."""
        ...

    def function(self, address: int) -> Function | None:
        """The same, lowered."""
        ...

    def focused(self, function: Function, key: str, interest: Interest, traced: set[int]) -> Function:
        """What some operands of a function depend on."""
        ...

    def content(self, address: int, size: int, reader: str = "") -> Content | None:
        """See :class:`mapproof.model.ir.Program`."""
        ...


def importing(program: Reading, name: str) -> References:
    """Functions that call an imported one; complete unless its address may go where it is not followed."""
    image, linked = program.image, program.linked
    if name not in linked.imports:
        return References()
    found: dict[int, Function] = {}
    everything = mapping_references(image, [name])
    cells = {*mapping_slots(image, [name]), *(one.address for one in everything if one.kind == Kind.DATA)}
    why = "" if all(_is_linkage(image, linked, cell) for cell in cells) else KEPT
    for reference in everything:
        if reference.via == "stub" or reference.kind == Kind.DATA:
            continue
        bounds = image.function_bounds(reference.address)
        homes = () if bounds is None else program.homes(bounds.start)
        followed = False
        for home in homes:
            body, caller = program.body(home), program.function(home)
            if body is None or caller is None or not covered(body, reference.address):
                continue
            followed = True
            if reference.kind not in CALLED and escapes(caller, reference.end, reference.target):
                why = why or KEPT
            found[home] = program.focused(
                caller, name, lambda operation, cell: _handed(program, operation, cell, name), set()
            )
        if not followed:
            why = why or "a call of it stands in code that could not be followed"
        if len(found) > MAX_CALLERS:
            return References((), complete=False, reason=f"more than {MAX_CALLERS} functions call it")
    return References(tuple(found[start] for start in sorted(found)), complete=not why, reason=why)


def _is_linkage(image: ElfImage, linked: Linked, cell: int) -> bool:
    """Whether a cell is there for code to call through, and for nobody else to read."""
    return linked.in_got(cell) or in_loader_table(image, cell) or in_mips_got(image, cell)


def _handed(program: Reading, operation: Operation, cell: Operand | None, name: str) -> dict[int, Weight]:
    """What is passed by a call of the function or one that may be: of what a ``cell`` holds, or of a computed word."""
    callee = operation.inputs[0] if operation.opcode is Opcode.CALL else None
    if callee is None:
        return {}
    if not isinstance(callee, Symbol) and isinstance(cell, Place | Const):
        content = program.content(cell.address if isinstance(cell, Place) else cell.value, cell.size)
        callee = callee if content is None else content.operand
    if isinstance(callee, Symbol) and callee.name != name:
        return {}
    return dict.fromkeys(range(len(operation.inputs)), Weight.DECIDING)


def covered(body: Body, address: int) -> bool:
    """Whether an address lies in an instruction that was reached."""
    return address in body.instructions or any(
        instruction.address < address < instruction.end for instruction in body.instructions.values()
    )


def begun(body: Body | None, references: list[MappingReference]) -> list[MappingReference]:
    """Without those whose bytes begin inside an instruction, end inside one, and so are none themselves: an address
    that is the last operand of an instruction may be told from its middle on."""
    if body is None:
        return references
    return [
        one
        for one in references
        if one.kind in CALLED
        or one.address in body.instructions
        or one.end in body.instructions
        or not covered(body, one.address)
    ]
