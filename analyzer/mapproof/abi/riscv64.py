"""64-bit RISC-V, kernel numbers of asm-generic/unistd.h (``EM_RISCV``)."""

from __future__ import annotations

from typing import Final

from mapproof.abi.arch import Arch, ByteOrder, Convention

ARCH: Final = Arch(
    name="riscv64",
    machine=243,
    bits=64,
    order=ByteOrder.LITTLE,
    multiarch=("riscv64-linux-gnu",),
    syscalls={
        "shmat": 196,
        "munmap": 215,
        "mremap": 216,
        "mmap": 222,
        "mprotect": 226,
        "remap_file_pages": 234,
        "memfd_create": 279,
        "pkey_mprotect": 288,
        "personality": 92,
    },
    # RISC-V calling conventions, integer register convention; system calls: syscall(2).
    convention=Convention(
        language="RISCV:LE:64:RV64GC",
        arguments=("a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7"),
        result="a0",
        stack="sp",
        preserved=frozenset({*(f"s{number}" for number in range(12)), "sp", "gp", "tp"}),
        trap_number="a7",
        trap_arguments=("a0", "a1", "a2", "a3", "a4", "a5"),
        trap_result="a0",
        zero="zero",
        global_pointer="gp",
        link="ra",
    ),
)
