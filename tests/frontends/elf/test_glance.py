"""The glance at a binary says nothing can be found only where the whole tool finds nothing."""

from __future__ import annotations

import random
import re
import struct

import numpy as np
import pytest

from mapproof.classify.pack import builtin_rules, load_pack
from mapproof.commands.quick import nothing_found
from mapproof.frontends.elf import glance
from mapproof.frontends.elf.constants import DF_TEXTREL, DT, ET, PF, PT
from mapproof.frontends.elf.image import ElfImage
from mapproof.frontends.elf.machine import machines
from mapproof.frontends.elf.machines._system_call import SPELLED
from mapproof.scan import scan

from .small import DATA, TEXT, Small

PACK = load_pack(builtin_rules())
NAMES = [name.encode() for name in PACK.callees.callees]
SEGMENT = 56
RELRO = 6


def plain(**form):
    """A small library that calls nothing of interest."""
    small = Small(**form)
    at = small.content.index(b"mmap")
    small.content[at : at + 4] = b"read"
    return small


def found(tmp_path, content):
    """What the whole tool has to say of a file."""
    path = tmp_path / "libx.so"
    path.write_bytes(content)
    report = scan([str(path)], PACK)
    return [*report.findings, *report.errors]


def test_its_numbers_are_those_of_the_reader():
    assert (glance.EXEC, glance.DYN) == (ET.EXEC, ET.DYN)
    assert (glance.LOAD, glance.DYNAMIC, glance.GNU_STACK) == (PT.LOAD, PT.DYNAMIC, PT.GNU_STACK)
    assert (glance.X, glance.W) == (PF.X, PF.W)
    assert (glance.DT_NULL, glance.DT_TEXTREL, glance.DT_FLAGS) == (DT.NULL, DT.TEXTREL, DT.FLAGS)
    assert glance.DF_TEXTREL == DF_TEXTREL
    for number in SPELLED:
        widths = {bits for machine in machines() if machine.number == number for bits in machine.bits}
        assert widths == ({glance.WIDTH[number]} if number in glance.WIDTH else {32, 64})


@pytest.mark.parametrize("number", sorted(SPELLED))
def test_it_sees_every_system_call_that_the_scan_sees(number):
    bits = glance.WIDTH.get(number, 64)
    machine = next(one for one in machines() if one.number == number and bits in one.bits)
    spelled = re.compile(b"|".join(glance.pattern(*spelling[:3]) for spelling in SPELLED[number]), re.DOTALL)
    choose = random.Random(number)  # noqa: S311  bytes to look through, no secret
    text = bytearray(choose.randbytes(1 << 14))
    for _ in range(200):
        length, mask, value, _mnemonic = choose.choice(SPELLED[number])
        word = (choose.getrandbits(8 * length) & ~mask | value) & (1 << 8 * length) - 1
        at = choose.randrange(len(text) // 4 - 1) * 4
        text[at : at + length] = word.to_bytes(length, "little")
    small = Small(bits=bits, machine=number)
    small.content[TEXT:TEXT] = text
    image = ElfImage(bytes(small.content), "x")
    code = image.memory.code_ranges()[0]
    code = type(code)(TEXT, np.frombuffer(bytes(text) + b"\x73", np.uint8))
    known = {address for address, _, _ in machine.traps(image, code)}
    padded = bytes(text) + b"\x73" + bytes(3)
    assert len(known) > 100
    assert all(spelled.match(padded, address - TEXT) is not None for address in known)


@pytest.mark.parametrize("form", [{}, {"bits": 32, "machine": 3}, {"machine": 183}, {"machine": 243}])
def test_a_plain_file_is_plain(tmp_path, form):
    content = bytes(plain(**form).content)
    assert glance.is_plain(content, NAMES)
    assert found(tmp_path, content) == []


def with_flags(small, segment, flags):
    struct.pack_into("<I", small.content, small.places["segments"] + SEGMENT * segment + 4, flags)


def with_entry(small, tag, value):
    at = small.content.index(struct.pack("<qQ", 30, 8))
    struct.pack_into("<qQ", small.content, at, tag, value)


def named(small):
    at = small.content.index(b"read\0")
    small.content[at : at + 4] = b"mmap"


DISTURBANCES = {
    "a mapping function": named,
    "a system call": lambda small: small.put("trap", TEXT + 9, b"\x0f\x05"),
    "writable code": lambda small: with_flags(small, 0, 7),
    "an executable stack": lambda small: with_flags(small, 5, 7),
    "no word on the stack": lambda small: struct.pack_into(
        "<I", small.content, small.places["segments"] + SEGMENT * 5, 0
    ),
    "relocated code": lambda small: with_entry(small, DT.TEXTREL, 0),
    "relocated code by a flag": lambda small: with_entry(small, DT.FLAGS, DF_TEXTREL),
    "a segment past the end": lambda small: struct.pack_into(
        "<Q", small.content, small.places["segments"] + 32, 1 << 30
    ),
    "another class": lambda small: small.content.__setitem__(4, 3),
    "another processor": lambda small: struct.pack_into("<H", small.content, 18, 258),
    "an object": lambda small: struct.pack_into("<H", small.content, 16, 1),
    "a header that is cut": lambda small: small.content.__delitem__(slice(60, None)),
}


@pytest.mark.parametrize("what", DISTURBANCES)
def test_what_is_not_plain_is_left_to_the_whole_tool(what):
    small = plain()
    assert glance.is_plain(bytes(small.content), NAMES)
    DISTURBANCES[what](small)
    assert not glance.is_plain(bytes(small.content), NAMES)


def test_whatever_is_wrong_with_a_file_it_never_says_too_much(tmp_path):
    choose = random.Random(3)  # noqa: S311  damage, no secret
    original = plain()
    headers = original.places["segments"] + SEGMENT * (RELRO + 1)
    said = 0
    for _ in range(400):
        content = bytearray(original.content)
        for _ in range(choose.randint(1, 3)):
            at = choose.choice([choose.randrange(16, headers), choose.randrange(headers, TEXT + 64), DATA + 0x100])
            size = choose.choice([1, 2, 4, 8])
            content[at : at + size] = choose.choice([bytes(size), b"\xff" * size, choose.randbytes(size)])
        if choose.random() < 0.1:
            del content[choose.randrange(len(content)) :]
        if glance.is_plain(bytes(content), NAMES):
            said += 1
            assert found(tmp_path, bytes(content)) == []
    assert said > 40


def test_the_command_answers_at_once(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PRE_COMMIT_FROM_REF", raising=False)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    for name in ("libx.so", "libx.so.1.2", "x"):
        (tmp_path / name).write_bytes(plain().content)
        assert nothing_found([name]) is not None
        assert nothing_found(["--staged", name]) is None
    for name in ("x.c", "x.py", "x.o"):
        (tmp_path / name).write_bytes(plain().content)
        assert nothing_found([name]) is None
    (tmp_path / "x").write_bytes(Small().content)
    assert nothing_found(["x"]) is None


def test_a_word_that_the_end_of_the_code_cuts_off_counts_as_the_scan_counts_it():
    small = plain(machine=243)
    small.put("trap", TEXT + 16, b"\x73\xff\xff\xff")
    assert glance.is_plain(bytes(small.content), NAMES)
    struct.pack_into("<Q", small.content, small.places["segments"] + 32, TEXT + 17)
    assert not glance.is_plain(bytes(small.content), NAMES)
