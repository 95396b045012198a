"""64-bit Arm, kernel numbers of asm-generic/unistd.h (``EM_AARCH64``)."""

from __future__ import annotations

from typing import Final

from mapproof.abi.arch import Arch, ByteOrder, Convention

ARCH: Final = Arch(
    name="aarch64",
    machine=183,
    bits=64,
    order=ByteOrder.LITTLE,
    multiarch=("aarch64-linux-gnu", "aarch64-linux-musl"),
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
    constants={
        "PROT_BTI": 0x10,
        "PROT_MTE": 0x20,
    },
    # Procedure Call Standard for the Arm 64-bit Architecture, 6.1; system calls: syscall(2).
    convention=Convention(
        language="AARCH64:LE:64:v8A",
        arguments=("x0", "x1", "x2", "x3", "x4", "x5", "x6", "x7"),
        result="x0",
        stack="sp",
        preserved=frozenset({*(f"x{number}" for number in range(19, 30)), "sp", "tpidr_el0"}),
        trap_number="x8",
        trap_arguments=("x0", "x1", "x2", "x3", "x4", "x5"),
        trap_result="x0",
        link="x30",
        zero="xzr",
        order_flags=("OV", "NG"),
    ),
)
