"""How each processor spells its system calls: data that the scans and a first glance at a file share.

Imports nothing, so that a glance costs nothing. Sources: Intel SDM volume 2 (SYSCALL, SYSENTER, INT n); Arm ARM (SVC);
MIPS64 volume II (SYSCALL); Power ISA book III (sc, scv); RISC-V volume I (ECALL).
"""

from __future__ import annotations

TYPE_CHECKING = False  # as typing's, whose import would be a fifth of what a glance costs
if TYPE_CHECKING:
    from collections.abc import Mapping

    Spelling = tuple[int, int, int, str]
    """Length in bytes; a mask and the value under it, of the little-endian word of that length; the mnemonic."""

_X86 = ((2, 0xFFFF, 0x050F, "syscall"), (2, 0xFFFF, 0x340F, "sysenter"), (2, 0xFFFF, 0x80CD, "int 0x80"))

SPELLED: Mapping[int, tuple[Spelling, ...]] = {
    3: _X86,  # EM_386
    8: ((4, 0xFC00003F, 0x0000000C, "syscall"),),  # EM_MIPS: whatever its code field
    21: ((4, 0xFFFFFFFF, 0x44000002, "sc"), (4, 0xFFFFF01F, 0x44000001, "scv")),  # EM_PPC64
    62: _X86,  # EM_X86_64
    183: ((4, 0xFFE0001F, 0xD4000001, "svc"),),  # EM_AARCH64: Linux does not look at its number
    243: ((4, 0xFFFFFFFF, 0x00000073, "ecall"),),  # EM_RISCV
}
"""By ``e_machine``. Of the processors that are not here more is asked than bytes, or the bytes stand everywhere."""
