import mmap
from contextlib import suppress


def fails(how):
    if how:
        raise OSError
    return 1


def caught(how):
    try:
        prot = 7
        fails(how)
        prot = 1
    except OSError:
        pass
    finally:
        size = 4096
    return mmap.mmap(-1, size, prot=prot)


def swallowed(how):
    prot = 3
    with suppress(OSError):
        prot = 5
        fails(how)
        prot = 1
    return mmap.mmap(-1, 4096, prot=prot)


def returned(how):
    try:
        if how:
            return mmap.mmap(-1, 4096, prot=3)
        fails(True)
    except OSError:
        return mmap.mmap(-1, 4096, prot=5)
    finally:
        mmap.mmap(-1, 4096, prot=1)


def looped(rights):
    prot = 0
    for letter in rights:
        if letter == "r":
            prot |= 1
        elif letter == "w":
            prot |= 2
        else:
            prot |= 4
    else:
        prot |= 1
    return mmap.mmap(-1, 4096, prot=prot)


def until(count):
    while count:
        prot = 3
        count -= 1
        if count == 1:
            break
        prot = 7
    else:
        prot = 1
    return mmap.mmap(-1, 4096, prot=prot)


def matched(word):
    match word:
        case "r":
            prot = 1
        case str(other) if other.startswith("x"):
            prot = 5
        case _:
            prot = 3
    return mmap.mmap(-1, 4096, prot=prot)


def chosen(a, b=None):
    prot = a and 3 or b or 1
    return mmap.mmap(-1, 4096, prot=prot if prot != 1 else 5)


for how in (False, True):
    caught(how)
    swallowed(how)
    returned(how)
for rights in ("", "r", "rw", "rwx"):
    looped(rights)
for count in range(4):
    until(count)
for word in ("r", "xx", "q"):
    matched(word)
chosen(1)
chosen(0)
chosen(0, 7)
