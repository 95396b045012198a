"""x86-64, kernel numbers of asm/unistd_64.h (``EM_X86_64``)."""

from __future__ import annotations

from typing import Final

from mapproof.abi.arch import Arch, ByteOrder

ARCH: Final = Arch(
    name="x86_64",
    machine=62,
    bits=64,
    order=ByteOrder.LITTLE,
    syscalls={
        "mmap": 9,
        "mprotect": 10,
        "munmap": 11,
        "mremap": 25,
        "shmat": 30,
        "personality": 135,
        "remap_file_pages": 216,
        "memfd_create": 319,
        "pkey_mprotect": 329,
    },
    constants={
        "MAP_32BIT": 0x40,
    },
)
