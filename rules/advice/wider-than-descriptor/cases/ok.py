"""The file may be written, or is only read."""

import mmap
import os


def table(path):
    fd = os.open(path, os.O_RDWR)
    return mmap.mmap(fd, 0, prot=mmap.PROT_READ | mmap.PROT_WRITE)  # ok: wider-than-descriptor


def stream(path):
    with open(path, "rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)  # ok: wider-than-descriptor


def copy(path):
    with open(path, "rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)  # ok: wider-than-descriptor
