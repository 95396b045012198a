"""A call in code that could not be followed: a function of nothing but the call, which is given anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mapproof.model.ir import Block, CallSyntax, Function, Opcode, Operation, Symbol, SymbolKind, Unknown
from mapproof.model.location import Address

if TYPE_CHECKING:
    from mapproof.frontends.elf.discover import MappingReference
    from mapproof.frontends.elf.image import ElfImage


def unfollowed(image: ElfImage, reference: MappingReference, name: str, why: str) -> Function:
    """The call that a reference is; ``name`` is what people call the code around it."""
    unknown = Unknown(f"limit: {why}", image.layout.word)
    location = Address(image.name, reference.address, reference.end)
    callee = Symbol(SymbolKind.FUNCTION, reference.name)
    call = Operation(
        Opcode.CALL, None, (callee, *[unknown] * 6), location, CallSyntax(reference.name, (reference.via,))
    )
    symbol = f"{image.name} call at {reference.address:#x}"
    return Function(symbol, name, (), (Block((call,)),), location, exported=False)
