import ctypes
import mmap

libc = ctypes.CDLL(None)
# ruleid: write-exec-mapping-python
a = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
# ruleid: write-exec-mapping-python
b = mmap.mmap(-1, 4096, mmap.MAP_PRIVATE, 7)
# ruleid: write-exec-mapping-python
c = libc.mmap(None, 4096, 7, 0x22, -1, 0)
# ok: write-exec-mapping-python
d = mmap.mmap(-1, 4096, access=mmap.ACCESS_READ)
# ok: write-exec-mapping-python
e = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE)
