"""Files that are made to be read in another way than the loader reads them: refused, or read as the loader does."""

from __future__ import annotations

import struct

import pytest

from mapproof.verify.binary import binary_rules
from mapproof.verify.claim import Claim, Derivation
from mapproof.verify.image import Image, UnreadableError
from mapproof.verify.machines import machine_of
from mapproof.verify.stub import Stubs

from .proofs import PROGRAMS, pack
from .test_binaries import COMPILERS, compiled

LOAD, DYNAMIC = 1, 2


@pytest.fixture(params=COMPILERS)
def arch(request) -> str:
    return request.param


@pytest.fixture
def data(arch) -> bytes:
    found = compiled(PROGRAMS / "guards.c", "-O2", "-shared", "-fPIC", arch=arch)
    assert found is not None
    return found


def headers(data: bytes, kind: int) -> list[int]:
    """Where the program headers of a kind stand."""
    table, size, count = struct.unpack_from("<Q", data, 32)[0], *struct.unpack_from("<HH", data, 54)
    entries = [table + number * size for number in range(count)]
    return [at for at in entries if struct.unpack_from("<I", data, at)[0] == kind]


def patched(data: bytes, offset: int, value: bytes) -> bytes:
    return data[:offset] + value + data[offset + len(value) :]


def dynamic(data: bytes) -> tuple[int, int]:
    """Where the dynamic section stands in the file, and the number of its entries before the end."""
    (header,) = headers(data, DYNAMIC)
    start, size = struct.unpack_from("<Q", data, header + 8)[0], struct.unpack_from("<Q", data, header + 32)[0]
    tags = [tag for tag, _ in struct.iter_unpack("<qQ", data[start : start + size])]
    return start, tags.index(0)


def counted(data: bytes) -> tuple[dict[str, int], set[str]]:
    """How often each mapping function is called, and what may be asked for, by the checker."""
    derivation = Derivation(binary_rules(Image("lib.so", data), pack().callees))
    number = derivation.prove(Claim("program"))
    calls: dict[str, int] = {}
    for step in derivation.steps:
        if step.claim.kind == "call-at":
            calls[step.claim.name] = calls.get(step.claim.name, 0) + 1
    return calls, set(derivation.steps[number].conclusion.rights)


def test_it_is_read_as_it_is(data):
    assert counted(data) == ({"mmap": 1, "mprotect": 2, "mremap": 1}, {"---", "rw-"})


def test_segments_that_lie_over_each_other_are_refused(data):
    first, second, *_ = headers(data, LOAD)
    over = patched(data, second + 16, data[first + 16 : first + 24])
    with pytest.raises(UnreadableError, match="lie over each other"):
        Image("lib.so", over)


def test_packed_relocations_are_refused(data):
    start, count = dynamic(data)
    packed = patched(data, start + 16 * count, struct.pack("<qQ", 0x60000011, 0x1000))
    with pytest.raises(UnreadableError, match="packed as Android packs"):
        Image("lib.so", packed)


def test_entries_behind_the_end_of_the_dynamic_section_do_not_count(data):
    """The loader stops at the first entry of none; what stands behind it would hide the imports."""
    start, count = dynamic(data)
    hidden = patched(data, start + 16 * (count + 1), struct.pack("<qQqQ", 23, 0, 2, 0))
    assert counted(hidden) == counted(data)


def test_the_dynamic_section_is_the_one_that_is_loaded(data):
    """Its place in the file is not what the loader goes by."""
    (header,) = headers(data, DYNAMIC)
    moved = patched(data, header + 8, struct.pack("<Q", 0))
    assert counted(moved) == counted(data)


def stub_of(image: Image, name: str) -> tuple[int, int]:
    """Where the linkage stub of an import refers to its slot, and the slot."""
    machine = machine_of(image.arch.name)
    assert machine is not None
    stubs = Stubs(image, machine)
    slot = next(slot.address for slot in image.slots if slot.name == name)
    (position,) = [
        at for at in machine.references(image).forming(slot) if stubs.at(at, slot, image.function_at(at)) is not None
    ]
    return position, slot


def test_a_stub_that_leads_elsewhere_is_counted_for_where_it_leads(data):
    """The stub of mremap is overwritten with that of mprotect, moved to its place: what is called there is mprotect."""
    image = Image("lib.so", data)
    (place, slot), (other, there) = stub_of(image, "mremap"), stub_of(image, "mprotect")
    if image.arch.name == "x86_64":
        changed = patched(data, image.offset_of(place), struct.pack("<i", there - place - 4))
    else:
        low = image.offset_of(place) + 4
        (word,) = struct.unpack_from("<I", data, low)
        (like,) = struct.unpack_from("<I", data, image.offset_of(other) + 4)
        lowest = {"aarch64": 10, "riscv64": 20}[image.arch.name]
        field = (1 << 12) - 1 << lowest
        amount = like & field
        if image.arch.name == "riscv64":  # its high part is that of its own place
            amount = (word >> 20) + there - slot << 20 & field
        changed = patched(data, low, struct.pack("<I", word & ~field | amount))
    calls, rights = counted(changed)
    assert calls.get("mprotect") == 3
    assert len(rights) == 8  # a call with mremap's arguments, and no stub that leads to mremap's slot


def test_an_import_that_nothing_is_seen_to_use_is_not_taken_for_unused(data):
    """No stub, no function: what the linker made the slot for was not understood."""
    image = Image("lib.so", data)
    position, _ = stub_of(image, "mprotect")
    start = image.offset_of(position)
    within = image.arch.name == "x86_64"
    assert len(counted(patched(data, start - 2 * within, bytes(6 if within else 12)))[1]) == 8


def call(arch: str, distance: int) -> bytes:
    """A direct call, by the processor's manual."""
    if arch == "x86_64":
        return b"\xe8" + struct.pack("<i", distance - 5)
    if arch == "aarch64":
        return struct.pack("<I", 0x94000000 | distance >> 2 & 0x3FFFFFF)
    low, high = (
        (distance >> 1 & 0x3FF) << 21 | (distance >> 11 & 1) << 20,
        distance & 0xFF000 | (distance >> 20 & 1) << 31,
    )
    return struct.pack("<I", high | low | 0xEF)


def test_code_behind_the_end_of_its_segment_is_seen(data, arch):
    """The loader maps pages: what stands between a segment's end and its page's can be run."""
    image = Image("lib.so", data)
    code = next(segment for segment in image.segments if segment.executable)
    end = code.address + code.size + 8 & ~7
    offset = end - code.address + code.offset
    assert data[offset : offset + 8] == bytes(8)
    assert all(not (one.address <= end < one.address + one.size) for one in image.segments)
    position, _ = stub_of(image, "mprotect")
    stub = position - 2 if arch == "x86_64" else position
    assert len(counted(patched(data, offset, call(arch, stub - end)))[1]) == 8
