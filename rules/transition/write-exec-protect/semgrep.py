import ctypes
import mmap

libc = ctypes.CDLL(None)
# ruleid: write-exec-protect-python
libc.mprotect(0, 4096, 7)
# ruleid: write-exec-protect-python
libc.mprotect(0, 4096, mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
# ok: write-exec-protect-python
libc.mprotect(0, 4096, mmap.PROT_READ)
