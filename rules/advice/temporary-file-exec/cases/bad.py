"""Whoever is first in /tmp decides what runs."""

import mmap
import os
import tempfile


def plugin():
    with open("/tmp/plugin.bin", "rb") as file:
        return mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ | mmap.PROT_EXEC)  # expect: temporary-file-exec warning


def shared():
    fd = os.open("/dev/shm/code", os.O_RDONLY)
    return mmap.mmap(fd, 0, prot=mmap.PROT_READ | mmap.PROT_EXEC)  # expect: temporary-file-exec warning


def scratch(size):
    with tempfile.TemporaryFile() as file:
        file.truncate(size)
        return mmap.mmap(file.fileno(), size, prot=mmap.PROT_READ | mmap.PROT_EXEC)  # expect: temporary-file-exec warning
