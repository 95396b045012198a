"""A first glance at an ELF file: whether it is plain that there is nothing in it to find.

What it looks for is the least that the readers of this package need to find anything: a mapping function's name as a
string of its own, the bytes of a system call in executable memory, a header that asks for writable and executable
memory. It says no to whatever it does not know, and imports nothing but the pattern matcher.
"""

from __future__ import annotations

from struct import iter_unpack, unpack_from

from mapproof.frontends.elf.machines._system_call import SPELLED

TYPE_CHECKING = False  # as typing's, whose import would be a fifth of the cost
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_LITTLE = 1
EXEC, DYN = 2, 3
LOAD, DYNAMIC, GNU_STACK = 1, 2, 0x6474E551
X, W = 1, 2
DT_NULL, DT_TEXTREL, DT_FLAGS, DF_TEXTREL = 0, 22, 30, 4
"""As in ``constants``, whose enumerations cost more than the glance."""

_CLASSES = {1: (32, "<HHIIIIIHHHHHH", "<8I", "<iI"), 2: (64, "<HHIQQQIHHHHHH", "<IIQQQQQQ", "<qQ")}
"""``EI_CLASS``: bits, the file header after ``e_ident``, a program header, an entry of the dynamic section."""
WIDTH = {3: 32, 21: 64, 62: 64, 183: 64}
"""The one class in which a processor's code is read; of the others both are."""
_MOST = 128
"""Program headers; no linker writes more."""


def is_plain(content: bytes, names: Iterable[bytes]) -> bool:
    """Whether it is plain that an ELF file calls none of the functions of these names and asks for no memory that is
    writable and executable at once. ``False`` says nothing."""
    segments = _segments(content)
    return (
        segments is not None
        and not any(name + b"\0" in content for name in names)
        and _asks_nothing(content, segments)
        and not _traps(content, segments)
    )


def _segments(content: bytes) -> list[tuple[int, int, int, int, int]] | None:
    """(type, flags, file offset, file size, memory size) of every program header; ``None`` for a file that is not as
    linkers write them."""
    form = _CLASSES.get(content[4]) if len(content) > 64 and content[5] == _LITTLE else None
    if form is None:
        return None
    bits, header, entry, _dynamic = form
    kind, machine, _, _, start, _, _, _, size, count, *_ = unpack_from(header, content, 16)
    stride = 56 if bits == 64 else 32
    known = machine in SPELLED and WIDTH.get(machine, bits) == bits and kind in {EXEC, DYN}
    if not known or size != stride or not 0 < count <= _MOST or start + stride * count > len(content):
        return None
    found = []
    for row in iter_unpack(entry, content[start : start + stride * count]):
        if bits == 64:
            word, flags, offset, place, _, filled, memory, _ = row
        else:
            word, offset, place, _, filled, memory, flags, _ = row
        if offset + filled > len(content) or place + memory >= 1 << bits or (word == LOAD and filled > memory):
            return None
        found.append((word, flags, offset, filled, memory))
    return found


def _asks_nothing(content: bytes, segments: list[tuple[int, int, int, int, int]]) -> bool:
    """Whether the headers ask for no writable memory that is executable too, stack and relocated code included."""
    stacks = [flags for word, flags, _, _, _ in segments if word == GNU_STACK]
    if not stacks or any(flags & X for flags in stacks):
        return False
    if any(word == LOAD and flags & X and flags & W for word, flags, _, _, _ in segments):
        return False
    form = _CLASSES[content[4]][3]
    for word, _, offset, filled, _ in segments:
        if word == DYNAMIC:
            size = filled // (16 if form[-1] == "Q" else 8) * (16 if form[-1] == "Q" else 8)
            for tag, value in iter_unpack(form, content[offset : offset + size]):
                if tag == DT_TEXTREL or (tag == DT_FLAGS and value & DF_TEXTREL):
                    return False
                if tag == DT_NULL:
                    break
    return True


def _traps(content: bytes, segments: list[tuple[int, int, int, int, int]]) -> bool:
    """Whether the bytes of a system call stand in executable memory, were it in the midst of other instructions."""
    import re  # noqa: PLC0415  most files are known by then

    (machine,) = unpack_from("<H", content, 18)
    spelled = re.compile(b"|".join(pattern(*spelling[:3]) for spelling in SPELLED[machine]), re.DOTALL)
    return any(
        spelled.search(content[offset : offset + filled] + bytes(3)) is not None
        for word, flags, offset, filled, _ in segments
        if word == LOAD and flags & X
    )


def pattern(length: int, mask: int, value: int) -> bytes:
    """What matches the bytes of a word that has a value under a mask."""
    return b"".join(_byte(mask >> 8 * place & 255, value >> 8 * place & 255) for place in range(length))


def _byte(mask: int, value: int) -> bytes:
    chosen: Iterator[int] = (byte for byte in range(256) if byte & mask == value)
    return b"[" + b"".join(b"\\x%02x" % byte for byte in chosen) + b"]"
