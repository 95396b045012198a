import mmap
import os


def plugin():
    with open("/dev/shm/plugin.bin", "rb") as file:
        # ruleid: temporary-file-exec-python
        return mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ | mmap.PROT_EXEC)


def shared():
    fd = os.open("/dev/shm/code", os.O_RDONLY)
    # ruleid: temporary-file-exec-python
    return mmap.mmap(fd, 0, prot=mmap.PROT_READ | mmap.PROT_EXEC)


def cache():
    with open("/dev/shm/cache.dat", "r+b") as file:
        # ok: temporary-file-exec-python
        return mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ | mmap.PROT_WRITE)


def installed():
    with open("/usr/lib/app/plugin.bin", "rb") as file:
        # ok: temporary-file-exec-python
        return mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ | mmap.PROT_EXEC)
