"""Memory for generated code that stays writable."""

import ctypes
import mmap

libc = ctypes.CDLL(None)
RWX = mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC


def arena(size):
    return mmap.mmap(-1, size, prot=RWX)  # expect: write-exec-mapping violation


def grow(size, executable):
    prot = mmap.PROT_READ | mmap.PROT_WRITE
    if executable:
        prot |= mmap.PROT_EXEC
    flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS
    return libc.mmap(None, size, prot, flags, -1, 0)  # expect: write-exec-mapping violation
