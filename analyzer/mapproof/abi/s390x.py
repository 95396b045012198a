"""64-bit z/Architecture, numbers of asm/unistd_64.h; 90 takes a pointer to its arguments (``EM_S390``)."""

from __future__ import annotations

from typing import Final

from mapproof.abi.arch import Arch, ByteOrder

ARCH: Final = Arch(
    name="s390x",
    machine=22,
    bits=64,
    order=ByteOrder.BIG,
    stack_executable=True,
    multiarch=("s390x-linux-gnu",),
    syscalls={
        "old_mmap": 90,
        "munmap": 91,
        "mprotect": 125,
        "personality": 136,
        "mremap": 163,
        "remap_file_pages": 267,
        "memfd_create": 350,
        "pkey_mprotect": 384,
        "shmat": 397,
    },
)
