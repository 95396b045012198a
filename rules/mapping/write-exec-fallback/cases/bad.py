"""Strict first, careless when that is refused."""

import ctypes

libc = ctypes.CDLL(None)
READ, WRITE, EXEC = 1, 2, 4


def seal(address, size):
    if libc.mprotect(address, size, READ | EXEC) != 0:
        return libc.mprotect(address, size, READ | WRITE | EXEC)  # expect: write-exec-fallback violation
    return 0


def unseal(address, size):
    status = libc.mprotect(address, size, READ | WRITE)
    if status == -1:
        status = libc.mprotect(address, size, READ | WRITE | EXEC)  # expect: write-exec-fallback violation
    return status
