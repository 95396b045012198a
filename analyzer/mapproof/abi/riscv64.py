"""64-bit RISC-V, kernel numbers of asm-generic/unistd.h (``EM_RISCV``)."""

from __future__ import annotations

from typing import Final

from mapproof.abi.arch import Arch, ByteOrder

ARCH: Final = Arch(
    name="riscv64",
    machine=243,
    bits=64,
    order=ByteOrder.LITTLE,
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
)
