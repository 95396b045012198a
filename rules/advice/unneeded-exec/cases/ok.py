"""An address is taken, or the mapping is handed on."""

import ctypes
import mmap


def thunk(code):
    memory = mmap.mmap(-1, len(code), prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)  # ok: unneeded-exec
    memory.write(code)
    return ctypes.addressof(ctypes.c_char.from_buffer(memory))


def arena(size):
    return mmap.mmap(-1, size, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)  # ok: unneeded-exec


def data(size):
    memory = mmap.mmap(-1, size)  # ok: unneeded-exec
    memory.write(b"x")
