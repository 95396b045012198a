"""The file may be written, or nobody knows how it was opened."""

import mmap


def view(fd):
    return mmap.mmap(fd, 0, prot=mmap.PROT_READ)  # ok: read-only-descriptor


def index(path):
    with open(path, "r+b") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)  # ok: read-only-descriptor
