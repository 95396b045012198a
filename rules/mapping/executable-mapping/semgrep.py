import mmap


def text(fd):
    # ruleid: executable-mapping-python
    return mmap.mmap(fd, 0, prot=mmap.PROT_READ | mmap.PROT_EXEC)


def stubs(fd):
    # ruleid: executable-mapping-python
    return mmap.mmap(fd, 4096, mmap.MAP_PRIVATE, 5)


def data(fd):
    # ok: executable-mapping-python
    return mmap.mmap(fd, 0, prot=mmap.PROT_READ)


def both(size):
    # ok: executable-mapping-python
    return mmap.mmap(-1, size, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
