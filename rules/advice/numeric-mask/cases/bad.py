"""Numbers for names."""

import ctypes
import mmap

libc = ctypes.CDLL(None)


def buffer(size):
    return mmap.mmap(-1, size, prot=3)  # expect: numeric-mask note


def seal(address, size):
    return libc.mprotect(address, size, 0x1)  # expect: numeric-mask note


def positional(size):
    return mmap.mmap(-1, size, mmap.MAP_PRIVATE, 1 | 2)  # expect: numeric-mask note
