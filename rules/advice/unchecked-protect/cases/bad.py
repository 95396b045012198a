"""The change is taken for granted."""

import ctypes

libc = ctypes.CDLL(None)
READ, WRITE = 1, 2


def patch(address, code):
    libc.mprotect(address, 4096, READ | WRITE)  # expect: unchecked-protect warning
    ctypes.memmove(address, code, len(code))


def clear(address, size):
    libc.mprotect(address, size, READ | WRITE)  # expect: unchecked-protect warning
    ctypes.memset(address, 0, size)
