"""The descriptor is a second way to the code."""

import mmap
import os


def image(path):
    with open(path, "r+b") as file:
        return mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ | mmap.PROT_EXEC)  # expect: writable-file-exec warning


def scratch(path):
    fd = os.open(path, os.O_RDWR | os.O_CREAT)
    return mmap.mmap(fd, 4096, prot=mmap.PROT_READ | mmap.PROT_EXEC)  # expect: writable-file-exec warning
