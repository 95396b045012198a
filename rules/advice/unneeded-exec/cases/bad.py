"""Buffers that nothing can run: no address of theirs is ever taken."""

import mmap


def digest(data):
    buffer = mmap.mmap(-1, len(data), prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)  # expect: unneeded-exec warning
    buffer.write(data)
    total = sum(buffer[:])
    buffer.close()
    return total


def head(fd):
    with mmap.mmap(fd, 0, prot=mmap.PROT_READ | mmap.PROT_EXEC) as view:  # expect: unneeded-exec warning
        return view.readline()
