"""Data is sealed, and opened again."""

import ctypes
import mmap

libc = ctypes.CDLL(None)


def seal(address, size):
    libc.mprotect(ctypes.c_void_p(address), size, mmap.PROT_READ)  # ok: write-exec-protect


def unseal(address, size):
    libc.mprotect(ctypes.c_void_p(address), size, mmap.PROT_READ | mmap.PROT_WRITE)  # ok: write-exec-protect
