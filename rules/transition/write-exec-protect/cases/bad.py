"""Code is patched in place."""

import ctypes

protect = ctypes.CDLL(None).mprotect
protect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]


def patch(address, size):
    protect(address, size, 7)  # expect: write-exec-protect violation


def patch_by_name(address, size):
    getattr(ctypes.pythonapi, "mprotect")(address, size, 7)  # expect: write-exec-protect violation
