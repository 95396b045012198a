"""A failure is an error; and both rights without a first try."""

import ctypes
import mmap

libc = ctypes.CDLL(None)


def seal(address, size):
    if libc.mprotect(address, size, mmap.PROT_READ | mmap.PROT_EXEC) != 0:  # ok: write-exec-fallback
        raise OSError("mprotect")


def open_all(address, size):
    return libc.mprotect(address, size, mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)  # ok: write-exec-fallback
