"""EACCES, whoever calls."""

import mmap
import os


def table(path):
    fd = os.open(path, os.O_RDONLY)
    return mmap.mmap(fd, 0, prot=mmap.PROT_READ | mmap.PROT_WRITE)  # expect: wider-than-descriptor warning


def stream(path):
    with open(path, "rb") as file:
        return mmap.mmap(file.fileno(), 0)  # expect: wider-than-descriptor warning
