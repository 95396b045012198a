"""Read only, or private."""

import mmap


def image(path):
    with open(path, "rb") as file:
        return mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ | mmap.PROT_EXEC)  # ok: writable-file-exec


def copy(path):
    with open(path, "r+b") as file:
        prot = mmap.PROT_READ | mmap.PROT_EXEC
        return mmap.mmap(file.fileno(), 0, flags=mmap.MAP_PRIVATE, prot=prot)  # ok: writable-file-exec
