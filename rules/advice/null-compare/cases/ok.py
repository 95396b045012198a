"""Compared with what the call returns when it fails; and the module's own class, which raises."""

import ctypes
import mmap

libc = ctypes.CDLL(None)
MAP_FAILED = -1


def buffer(size):
    data = libc.mmap(None, size, 1 | 2, 2 | 0x20, -1, 0)  # ok: null-compare
    if data == MAP_FAILED:
        raise MemoryError
    return data


def view(size):
    data = mmap.mmap(-1, size)  # ok: null-compare
    return data
