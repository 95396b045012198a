"""Packed relocations: decoding undoes an encoder written from the format's description."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mapproof.frontends.elf.relocation import relr_addresses, unpack_android

WORDS = st.sampled_from([4, 8])


def relr(cells: list[int], word: int) -> list[int]:
    """RELR entries for sorted cells: an address, then bitmaps while cells follow closely."""
    entries, left = [], list(cells)
    while left:
        entries.append(left.pop(0))
        base = entries[-1] + word
        while left and left[0] < base + (8 * word - 1) * word:
            bitmap = 1
            while left and left[0] < base + (8 * word - 1) * word:
                bitmap |= 1 << (left.pop(0) - base) // word + 1
            entries.append(bitmap)
            base += (8 * word - 1) * word
    return entries


@given(st.sets(st.integers(0, 4000), max_size=300), WORDS)
def test_relr(cells, word):
    addresses = sorted(cell * word + 0x1000 for cell in cells)
    found = relr_addresses(np.array(relr(addresses, word), np.uint64), word, 1 << 20)
    assert sorted(found.tolist()) == addresses


@given(st.lists(st.integers(0, (1 << 64) - 1), max_size=40), WORDS)
def test_relr_of_any_words_is_bounded(entries, word):
    found = relr_addresses(np.array(entries, np.uint64), word, 100)
    assert found is None or len(found) <= 100


def sleb(value: int) -> bytes:
    """Signed LEB128."""
    out = bytearray()
    while True:
        byte, value = value & 0x7F, value >> 7
        last = value == (-1 if byte & 0x40 else 0)
        out.append(byte if last else byte | 0x80)
        if last:
            return bytes(out)


RELOCATIONS = st.lists(
    st.tuples(st.integers(0, 1 << 40), st.integers(0, 1 << 34), st.integers(-(1 << 40), 1 << 40)), max_size=60
)


def android(rows: list[tuple[int, int, int]], flags: int) -> bytes:
    """One group for all rows with no field shared, or one group per row with the fields of ``flags`` shared."""
    out = b"APS2" + sleb(len(rows)) + sleb(0)
    offset = addend = 0
    groups = [rows] if not flags and rows else [[row] for row in rows]
    for group in groups:
        out += sleb(len(group)) + sleb(flags | 8)
        deltas = []
        for where, info, added in group:
            deltas.append((where - offset, info, added - addend))
            offset, addend = where, added
        shared = deltas[0]
        out += b"".join(sleb(value) for bit, value in zip((2, 1, 4), shared, strict=True) if flags & bit)
        for row in deltas:
            out += b"".join(sleb(value) for bit, value in zip((2, 1, 4), row, strict=True) if not flags & bit)
    return out


@given(RELOCATIONS, st.integers(0, 7))
def test_android(rows, flags):
    packed = np.frombuffer(android(rows, flags), np.uint8)
    where, info, addend = unpack_android(packed, 100)
    assert list(zip(where.tolist(), info.tolist(), addend.tolist(), strict=True)) == rows


@given(RELOCATIONS, st.integers(0, 400))
def test_android_cut_short(rows, size):
    packed = np.frombuffer(android(rows, 0)[:size], np.uint8)
    found = unpack_android(packed, 100)
    assert found is None or len(found[0]) <= len(rows)


@given(st.binary(max_size=200))
def test_android_of_any_bytes_is_bounded(content):
    found = unpack_android(np.frombuffer(b"APS2" + content, np.uint8), 1000)
    assert found is None or len(found[0]) <= 1000
