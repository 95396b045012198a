import ctypes
import mmap
from ctypes import CDLL, c_int, c_size_t, c_void_p

libc = CDLL(None)
protect = libc.mprotect
protect.argtypes = [c_void_p, c_size_t, c_int]


class Library:
    def __init__(self):
        self.handle = ctypes.CDLL(None)
        self.protect = self.handle.mprotect

    def seal(self, address, how=1):
        self.protect(address, 4096, how)


def by_name(name, prot):
    getattr(libc, name)(0, 4096, prot)


address = libc.mmap(None, 4096, mmap.PROT_READ | 2, 0x22, -1, 0)
protect(address, 4096, 7)
libc["mprotect"](address, 4096, 5)
Library().seal(address)
Library().seal(address, how=7)
by_name("mprotect", 3)
ctypes.pythonapi.mprotect(c_void_p(address), 4096, c_int(1))
