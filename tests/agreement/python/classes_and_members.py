import mmap


class Arena:
    PROT = mmap.PROT_READ | mmap.PROT_WRITE

    def __init__(self, extra=0):
        self.prot = self.PROT | extra
        self.maps = []

    def grow(self, size):
        self.maps.append(mmap.mmap(-1, size, prot=self.prot))
        return self

    @classmethod
    def small(cls):
        return cls().grow(4096)

    @staticmethod
    def raw(prot):
        return mmap.mmap(-1, 4096, prot=prot)


class Code(Arena):
    def __init__(self):
        super().__init__(extra=mmap.PROT_EXEC)


class Buffer(mmap.mmap):
    def __new__(cls, size, writable=True):
        return super().__new__(cls, -1, size, prot=3 if writable else 1)


Arena.small()
Code().grow(4096)
Arena.raw(1)
Arena.raw(mmap.PROT_READ | mmap.PROT_WRITE)
Buffer(4096)
Buffer(4096, writable=False)
late = Arena()
late.prot = 7
late.grow(4096)
