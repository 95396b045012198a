import mmap

MODES = {"r": mmap.PROT_READ, "rw": mmap.PROT_READ | mmap.PROT_WRITE}
CHANGED = {"r": mmap.PROT_READ}
ORDER = [1, 3]
ALIASED = [1, 3]
other = ALIASED
other[0] = 7
CHANGED.update(x=7)


def by_mode(mode):
    return mmap.mmap(-1, 4096, prot=MODES[mode])


def changed(mode):
    return mmap.mmap(-1, 4096, prot=CHANGED[mode])


def fallback(mode):
    return mmap.mmap(-1, 4096, prot=MODES.get(mode, 5))


by_mode("r")
by_mode("rw")
changed("x")
fallback("none")
mmap.mmap(-1, 4096, prot=ORDER[1])
mmap.mmap(-1, 4096, prot=ALIASED[0])
for name, prot in MODES.items():
    mmap.mmap(-1, 4096, prot=prot)
(first, second) = (1, 7)
mmap.mmap(-1, 4096, prot=second)
for prot in ORDER:
    mmap.mmap(-1, 4096, prot=prot)
