"""Data from /tmp, and code from elsewhere."""

import mmap


def cache():
    with open("/tmp/cache.dat", "r+b") as file:
        return mmap.mmap(file.fileno(), 0)  # ok: temporary-file-exec


def plugin():
    with open("/usr/lib/app/plugin.bin", "rb") as file:
        return mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ | mmap.PROT_EXEC)  # ok: temporary-file-exec
