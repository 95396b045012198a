"""The result is tested; or the memory is not written afterwards."""

import ctypes

libc = ctypes.CDLL(None)
READ, WRITE = 1, 2


def patch(address, code):
    if libc.mprotect(address, 4096, READ | WRITE) != 0:  # ok: unchecked-protect
        raise OSError("mprotect")
    ctypes.memmove(address, code, len(code))


def seal(address, code):
    ctypes.memmove(address, code, len(code))
    libc.mprotect(address, 4096, READ)  # ok: unchecked-protect
