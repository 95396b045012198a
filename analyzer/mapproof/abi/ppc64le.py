"""64-bit PowerPC, little-endian, kernel numbers of asm/unistd_64.h (``EM_PPC64``)."""

from __future__ import annotations

from typing import Final

from mapproof.abi.arch import Arch, ByteOrder, Convention

ARCH: Final = Arch(
    name="ppc64le",
    machine=21,
    bits=64,
    order=ByteOrder.LITTLE,
    multiarch=("powerpc64le-linux-gnu",),
    syscalls={
        "mmap": 90,
        "munmap": 91,
        "mprotect": 125,
        "personality": 136,
        "mremap": 163,
        "remap_file_pages": 239,
        "memfd_create": 360,
        "pkey_mprotect": 386,
        "shmat": 397,
    },
    constants={
        "PROT_SAO": 0x10,
        "MAP_NORESERVE": 0x40,
        "MAP_LOCKED": 0x80,
    },
    # OpenPOWER ELF V2 ABI, 2.2: further arguments lie behind the save area of the first eight; the table of contents
    # pointer r2 is set again after a call; system calls: syscall(2). The summary overflow bit is set by instructions
    # only that no compiler emits for C, and read by none.
    convention=Convention(
        language="PowerPC:LE:64:A2ALT",
        arguments=("r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10"),
        result="r3",
        stack="r1",
        preserved=frozenset({*(f"r{number}" for number in range(14, 32)), "r1", "r2", "r13"}),
        trap_number="r0",
        trap_arguments=("r3", "r4", "r5", "r6", "r7", "r8"),
        trap_result="r3",
        trap_clobbers=("r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "r12"),
        entry_address=("r12",),
        stack_arguments=96,
        module="r2",
        constants={"xer_so": 0},
    ),
)
