"""The instructions of a binary's functions as p-code, and the registers that they speak of."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mapproof.abi.arch import Convention
    from mapproof.verify.image import Image

MOST_INSTRUCTIONS: Final = 20_000


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction: its address, its length, its p-code, and the addresses that it calls or jumps to."""

    address: int
    size: int
    operations: tuple[Any, ...]
    leads: frozenset[int] = frozenset()


@cache
def _context(language: str) -> Any:  # noqa: ANN401  a lifter without types
    from pypcode import Context  # noqa: PLC0415  sources do without it

    return Context(language)


@cache
def registers(language: str) -> dict[str, tuple[int, int]]:
    """Offset and size of the registers of an instruction set, by name."""
    return {name: (register.offset, register.size) for name, register in _context(language).registers.items()}


def decoded(image: Image, start: int, end: int) -> list[Instruction] | None:
    """The instructions of a function, one after the other; ``None`` where one can't be read."""
    from pypcode import OpCode  # noqa: PLC0415  as above

    try:
        code = image.bytes_at(start, end - start)
        operations = list(_context(convention_of(image).language).translate(code, start).ops)
    except Exception:  # noqa: BLE001  the lifter's own errors have no common base
        return None
    found: list[Instruction] = []
    mark: Any = None
    body: list[Any] = []
    for operation in operations:
        if operation.opcode == OpCode.IMARK:
            if mark is not None:
                found.append(Instruction(mark.offset, mark.size, tuple(body), _leads(body)))
            mark, body = operation.inputs[0], []
        else:
            body.append(operation)
    if mark is not None:
        found.append(Instruction(mark.offset, mark.size, tuple(body), _leads(body)))
    reached = found[-1].address + found[-1].size if found else start
    return found if reached == end and len(found) <= MOST_INSTRUCTIONS else None


def convention_of(image: Image) -> Convention:
    """How functions of a file are called; there is a machine for it, so its architecture says so."""
    assert image.arch.convention is not None  # noqa: S101  as the docstring says
    return image.arch.convention


def _leads(operations: Sequence[Any]) -> frozenset[int]:
    return frozenset(
        operation.inputs[0].offset
        for operation in operations
        if operation.opcode.name in {"CALL", "BRANCH", "CBRANCH"} and operation.inputs[0].space.name == "ram"
    )
