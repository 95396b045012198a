"""32-bit Arm with the EABI, kernel numbers of asm/unistd-common.h and asm/unistd-eabi.h (``EM_ARM``)."""

from __future__ import annotations

from typing import Final

from mapproof.abi.arch import Arch, ByteOrder

ARCH: Final = Arch(
    name="arm",
    machine=40,
    bits=32,
    order=ByteOrder.LITTLE,
    syscalls={
        "munmap": 91,
        "mprotect": 125,
        "personality": 136,
        "mremap": 163,
        "mmap2": 192,
        "remap_file_pages": 253,
        "shmat": 305,
        "memfd_create": 385,
        "pkey_mprotect": 394,
    },
)
