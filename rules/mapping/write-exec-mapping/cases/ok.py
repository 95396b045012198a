"""Files and buffers: data."""

import mmap


def view(file):
    return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)  # ok: write-exec-mapping


def buffer(size, writable):
    prot = mmap.PROT_READ | mmap.PROT_WRITE if writable else mmap.PROT_READ
    return mmap.mmap(-1, size, prot=prot)  # ok: write-exec-mapping
