import ctypes
import mmap

libc = ctypes.CDLL(None)


def buffer(size):
    # ruleid: numeric-mask-python
    return mmap.mmap(-1, size, prot=3)


def seal(address, size):
    # ruleid: numeric-mask-python
    return libc.mprotect(address, size, 1)


def named(size):
    # ok: numeric-mask-python
    return mmap.mmap(-1, size, prot=mmap.PROT_READ | mmap.PROT_WRITE)


def plain(size):
    # ok: numeric-mask-python
    return mmap.mmap(-1, size)
