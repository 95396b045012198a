import functools
import mmap

DEFAULT = mmap.PROT_READ


def make(size, prot=DEFAULT, *, extra=0):
    return mmap.mmap(-1, size, prot=prot | extra)


def outer(size, **options):
    return make(size, **options)


def apply(function, *arguments):
    return function(*arguments)


def recursive(depth, prot):
    if depth:
        return recursive(depth - 1, prot | (1 << depth))
    return mmap.mmap(-1, 4096, prot=prot)


def checked(function):
    @functools.wraps(function)
    def inner(prot):
        return function(prot | 2)

    return inner


@checked
def decorated(prot):
    return mmap.mmap(-1, 4096, prot=prot)


make(4096)
make(4096, 3)
make(extra=4, size=4096)
outer(4096, prot=7)
apply(make, 4096, 5)
recursive(2, 1)
decorated(1)
(lambda prot: mmap.mmap(-1, 4096, prot=prot))(7)
[mmap.mmap(-1, 4096, prot=prot) for prot in (1, 3)]
functools.partial(mmap.mmap, -1, prot=7)(4096)
getattr(mmap, "mmap")(-1, 4096, prot=5)
if (wide := 3) and make(4096, wide):
    pass
