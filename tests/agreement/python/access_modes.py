import mmap
from mmap import ACCESS_COPY, ACCESS_READ

for access in (mmap.ACCESS_DEFAULT, ACCESS_READ, mmap.ACCESS_WRITE, ACCESS_COPY):
    mmap.mmap(-1, 4096, access=access)
mmap.mmap(-1, 4096, access=ACCESS_READ)
mmap.mmap(-1, 4096, mmap.MAP_PRIVATE, 7, 0, 0)
flags = mmap.MAP_SHARED
try:
    mmap.mmap(-1, 4096, flags, 7, ACCESS_READ)
except ValueError:
    mmap.mmap(-1, 4096, flags, 5)
