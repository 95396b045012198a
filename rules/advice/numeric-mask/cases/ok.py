"""Names, and numbers that are no protection."""

import ctypes
import mmap

libc = ctypes.CDLL(None)
READ_WRITE = 3


def buffer(size):
    return mmap.mmap(-1, size, prot=mmap.PROT_READ | mmap.PROT_WRITE)  # ok: numeric-mask


def page():
    return mmap.mmap(-1, 4096)  # ok: numeric-mask


def seal(address, size):
    return libc.mprotect(address, size, READ_WRITE)  # ok: numeric-mask
