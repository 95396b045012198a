"""A log and a dictionary, opened and mapped to be read."""

import mmap
import os


def log(path):
    with open(path, "rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)  # expect: read-only-descriptor benign


def dictionary(path):
    fd = os.open(path, os.O_RDONLY)
    return mmap.mmap(fd, 0, prot=mmap.PROT_READ)  # expect: read-only-descriptor benign
