"""Where the address of an object, a member or a record goes in a piece of code: a look at the IR, no interpretation.

What is stored through an address by the name of a member is seen where that name stands. What is asked here is what is
stored without one: through a pointer to the bare value, by a function that is given the address, by code out of sight.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from mapproof.model.ir import Field, Opcode, Operand, Symbol, SymbolKind, Var

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mapproof.model.ir import Function, Operation

_TESTS: Final = frozenset(
    {
        Opcode.INT_EQUAL, Opcode.INT_NOTEQUAL, Opcode.INT_LESS, Opcode.INT_SLESS, Opcode.INT_LESSEQUAL,
        Opcode.INT_SLESSEQUAL, Opcode.BOOL_AND, Opcode.BOOL_OR, Opcode.BOOL_NEGATE, Opcode.BOOL_XOR,
    }
)  # fmt: skip
"""What they compute of an address is none."""


class What(StrEnum):
    """What an address is of, which decides how a member's name on the way is taken."""

    OBJECT = "object"
    """An object: its members are parts of it."""
    MEMBER = "member"
    """A member of any record, by its name; further names lead elsewhere."""
    RECORD = "record"
    """A record: a member's name leads to something that is looked for by that name."""


@dataclass(slots=True)
class Handed:
    """``stored``: something is stored through the address. ``lost``: how it goes out of sight, or empty. ``kept``: it
    is put into memory. ``returned``: the function returns it. ``calls``: calls that get it, each with the number of the
    argument (from 0) and whether it is the address itself or that of a local where it is kept."""

    stored: bool = False
    lost: str = ""
    kept: bool = False
    returned: bool = False
    calls: list[tuple[Operation, int, bool]] = field(default_factory=list)
    held: set[Operand] = field(default_factory=set)
    """Operands that are the address, or made of it."""


def handed(
    function: Function,
    what: What,
    *,
    symbol: str = "",
    member: str = "",
    sources: Iterable[Var] = (),
    parts: bool = False,
    inside: frozenset[str] = frozenset(),
) -> Handed:
    """Follow, to a fixpoint, the address of the object ``symbol``, of each member ``member``, or what the variables
    ``sources`` hold. With ``parts`` a member's name does not end the way: there is no record at the address. Functions
    named in ``inside`` return an address inside what they are given."""
    found = Handed(held=set(sources))
    if what is What.OBJECT and symbol:
        found.held.add(Symbol(SymbolKind.OBJECT, symbol))
    flow = _Flow(what, member, found, inside, parts=parts or what is What.OBJECT)
    size = -1
    while size != (size := len(found.held) + len(flow.slots) + len(flow.bent)):
        for block in function.blocks:
            for operation in block.operations:
                flow.spread(operation)
    for block in function.blocks:
        for operation in block.operations:
            flow.see(operation)
    return found


class _Flow:
    """What is known so far: slots that hold the address, variables that lead to slots, addresses bent by arithmetic."""

    def __init__(self, what: What, member: str, found: Handed, inside: frozenset[str], *, parts: bool) -> None:
        self.inside = inside
        self.what = what
        self.member = member
        self.found = found
        self.parts = parts
        self.slots: set[str] = set()
        self.leading: dict[Var, str] = {}
        self.bent: set[Operand] = set()

    def spread(self, operation: Operation) -> None:  # noqa: C901, PLR0912  one branch per case
        """What else holds the address after an operation."""
        opcode, output, inputs = operation.opcode, operation.output, operation.inputs
        held = self.found.held
        if opcode is Opcode.STORE:
            slot = self.slot(inputs[0])
            if slot is not None and inputs[1] in held:
                self.slots.add(slot)
            return
        if output is None or opcode in _TESTS:
            return
        if opcode is Opcode.CALL and not (isinstance(inputs[0], Symbol) and inputs[0].name in self.inside):
            return
        if opcode is Opcode.LOAD:
            if self.slot(inputs[0]) in self.slots:
                held.add(output)
            return
        if opcode is Opcode.PTRSUB and isinstance(inputs[1], Field):
            slot = self.slot(inputs[0])
            if slot is not None:
                self.leading[output] = slot
            named = self.what is What.MEMBER and inputs[1].name == self.member
            if named or (self.parts and inputs[0] in held):
                held.add(output)
            return
        if opcode in {Opcode.PTRSUB, Opcode.PTRADD, Opcode.COPY, Opcode.INT_ADD}:
            slot = self.slot(inputs[0])
            if slot is not None:
                self.leading[output] = slot
        if any(operand in held for operand in inputs):
            held.add(output)
            if opcode.startswith("INT_") or any(operand in self.bent for operand in inputs):
                self.bent.add(output)

    def slot(self, operand: Operand) -> str | None:
        """The local that an operand leads into."""
        if isinstance(operand, Symbol):
            return operand.name if operand.kind is SymbolKind.SLOT else None
        return self.leading.get(operand) if isinstance(operand, Var) else None

    def see(self, operation: Operation) -> None:  # noqa: C901  one branch for each kind of operation
        """What an operation does with the address."""
        opcode, inputs, found = operation.opcode, operation.inputs, self.found
        if opcode is Opcode.STORE:
            if inputs[0] in found.held:
                found.stored = True
                if inputs[0] in self.bent:
                    found.lost = found.lost or "stores through an address that it computes from it"
            if inputs[1] in found.held and self.slot(inputs[0]) is None:
                found.kept = True
        elif opcode is Opcode.CALL:
            for position, operand in enumerate(inputs[1:]):
                if operand in found.held:
                    found.calls.append((operation, position, True))
                elif self.slot(operand) in self.slots:
                    found.calls.append((operation, position, False))
        elif opcode is Opcode.RETURN:
            found.returned = found.returned or any(operand in found.held for operand in inputs)
        elif opcode is Opcode.CALLOTHER and any(
            operand in found.held or self.slot(operand) in self.slots for operand in inputs
        ):
            found.lost = found.lost or "hands it to an operation that is not modelled"
