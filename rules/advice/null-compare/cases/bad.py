"""ctypes gives the address as a number, and -1 where the call failed."""

import ctypes

libc = ctypes.CDLL(None)


def buffer(size):
    data = libc.mmap(None, size, 1 | 2, 2 | 0x20, -1, 0)  # expect: null-compare warning
    if data == 0:
        raise MemoryError
    return data


def view(fd, size):
    data = libc.mmap(None, size, 1, 1, fd, 0)  # expect: null-compare warning
    return None if data == 0 else data
