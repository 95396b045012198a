"""System call instructions: which of them may be about mappings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from mapproof.frontends.elf.discover import MappingReference
from mapproof.frontends.elf.reference import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mapproof.frontends.elf.discover import Trap
    from mapproof.frontends.elf.image import ElfImage
    from mapproof.frontends.elf.lift import Body

_NEARBY: Final = 1 << 15
"""How far from a system call code is looked for that jumps to it past the constant loaded before."""

_TRAPPING: Final = frozenset({"CALLOTHER", "CALLIND"})
"""What the lifter makes of system calls."""

_LARGEST: Final = 1024
"""No system call has a greater number."""


def may_be(image: ElfImage, address: int, numbers: frozenset[int]) -> bool:
    """Whether a system call may have one of these numbers; on x86 a constant loaded right before rules that out,
    unless something jumps in between, on s390x the instruction's own number, where it has one.

    Bytes further off would have to be read as instructions to be trusted: any of them may be the end of another one.
    """
    if image.machine is not None and image.machine.name == "s390x":
        own = (image.read(address + 1, 1) or b"\0")[0]
        return own in {0, *numbers}
    if image.machine is None or not image.machine.name.startswith("x86"):
        return True
    before = image.read(address - 5, 5) or b""
    number = int.from_bytes(before[1:], "little")
    if before[:1] != b"\xb8" or number >= _LARGEST or number in numbers:
        return True
    around = address - _NEARBY, address + _NEARBY
    return any(
        np.isin(np.uint64(address), image.machine.direct_jumps(image, code, *around, short=True)[1])
        for code in image.memory.code_ranges()
        if code.vaddr <= address < code.end
    )


def leaves_code(body: Body, trap: Trap) -> bool:
    """Whether the instruction at a trap's address, if there is one, is a system call."""
    found = body.instructions.get(trap.address)
    return found is not None and is_system_call([operation[0] for operation in found.ops])


def is_system_call(names: Sequence[str]) -> bool:
    """Whether the operations of an instruction that looks like a system call are those of one. A call to a known place
    is none: in ARM's other instruction set it may have the same bytes."""
    return "CALL" not in names and not _TRAPPING.isdisjoint(names)


def as_call(trap: Trap) -> MappingReference:
    """A system call of which nothing is known."""
    return MappingReference(trap.address, trap.end, trap.address, Kind.CALL, "syscall", "syscall")
