import mmap

MODE = mmap.PROT_READ


def widen():
    global MODE
    MODE |= mmap.PROT_WRITE | mmap.PROT_EXEC


def build(level):
    prot = mmap.PROT_READ

    def raise_it():
        nonlocal prot
        prot |= mmap.PROT_WRITE
        if level > 1:
            prot |= mmap.PROT_EXEC

    if level:
        raise_it()
    return mmap.mmap(-1, 4096, prot=prot)


mmap.mmap(-1, 4096, prot=MODE)
widen()
mmap.mmap(-1, 4096, prot=MODE)
for level in range(3):
    build(level)
