"""Known bits cover concrete words: every operation, every width, generated cases and small words exhaustively."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapproof.absint.arithmetic import COMPARISONS, abstract, concrete, known
from mapproof.absint.bits import Bits
from mapproof.model.ir import Opcode

UNARY = [op for op in Opcode if known(op) and op in {
    Opcode.COPY, Opcode.INT_NEGATE, Opcode.INT_2COMP, Opcode.BOOL_NEGATE, Opcode.POPCOUNT, Opcode.LZCOUNT,
    Opcode.INT_ZEXT, Opcode.INT_SEXT,
}]  # fmt: skip
WIDTH_KEEPING = [op for op in Opcode if known(op) and op not in UNARY and op not in {Opcode.SUBPIECE, Opcode.PIECE}]


@st.composite
def words(draw: st.DrawFn, size: int) -> tuple[Bits, int]:
    """Partly known bits and one word they admit."""
    top = (1 << 8 * size) - 1
    value = draw(st.integers(0, top))
    known_mask = draw(st.integers(0, top))
    return Bits(size, value & known_mask, ~value & known_mask & top), value


def out_size(opcode: Opcode, size: int) -> int:
    return 1 if opcode in COMPARISONS or opcode.name.startswith(("BOOL", "INT_CARRY", "INT_SC", "INT_SB")) else size


@pytest.mark.parametrize("opcode", WIDTH_KEEPING)
@given(data=st.data(), size=st.sampled_from([1, 2, 4, 8]))
def test_binary_operations_cover_concrete_ones(opcode: Opcode, data: st.DataObject, size: int) -> None:
    a, x = data.draw(words(size))
    b, y = data.draw(words(size))
    if opcode in {Opcode.INT_LEFT, Opcode.INT_RIGHT, Opcode.INT_SRIGHT} and data.draw(st.booleans()):
        y = data.draw(st.integers(0, 8 * size + 2)) & 0xFF
        b = Bits.constant(y, size)
    exact = concrete(opcode, [x, y], [size, size], out_size(opcode, size))
    if exact is not None:
        assert abstract(opcode, [a, b], out_size(opcode, size)).admits(exact)


@pytest.mark.parametrize("opcode", UNARY)
@given(data=st.data(), size=st.sampled_from([1, 2, 4]))
def test_unary_operations_cover_concrete_ones(opcode: Opcode, data: st.DataObject, size: int) -> None:
    a, x = data.draw(words(size))
    out = 8 if opcode in {Opcode.INT_ZEXT, Opcode.INT_SEXT} else 1 if opcode is Opcode.BOOL_NEGATE else size
    exact = concrete(opcode, [x], [size], out)
    assert exact is not None
    assert abstract(opcode, [a], out).admits(exact)


@given(data=st.data())
def test_pieces_cover_concrete_ones(data: st.DataObject) -> None:
    a, x = data.draw(words(8))
    low = data.draw(st.integers(0, 7))
    size = data.draw(st.sampled_from([1, 2, 4]))
    exact = concrete(Opcode.SUBPIECE, [x, low], [8, 4], size)
    assert exact is not None
    assert abstract(Opcode.SUBPIECE, [a, Bits.constant(low, 4)], size).admits(exact)
    b, y = data.draw(words(2))
    c, z = data.draw(words(4))
    both = concrete(Opcode.PIECE, [y, z], [2, 4], 6)
    assert both is not None
    assert abstract(Opcode.PIECE, [b, c], 6).admits(both)


def all_bits(width: int) -> list[Bits]:
    """Every partly known word whose unknown bits are among the lowest ``width``; the rest are zero."""
    found = []
    for trits in product("01?", repeat=width):
        ones = sum(1 << i for i, trit in enumerate(trits) if trit == "1")
        zeros = sum(1 << i for i, trit in enumerate(trits) if trit == "0")
        found.append(Bits(1, ones, zeros | 0xFF & ~((1 << width) - 1)))
    return found


@pytest.mark.parametrize("opcode", [Opcode.INT_ADD, Opcode.INT_SUB, Opcode.INT_AND, Opcode.INT_OR, Opcode.INT_XOR])
def test_optimal_on_small_words(opcode: Opcode) -> None:
    """Addition, subtraction and the bitwise operations lose nothing that known bits can say (all pairs of 3 bits)."""
    for a in all_bits(3):
        for b in all_bits(3):
            results = [concrete(opcode, [x, y], [1, 1], 1) for x in a.members() for y in b.members()]
            exact = [r for r in results if r is not None]
            ones = zeros = 0xFF
            for r in exact:
                ones, zeros = ones & r, zeros & ~r
            assert abstract(opcode, [a, b], 1) == Bits(1, ones, zeros & 0xFF)


@given(data=st.data(), size=st.sampled_from([1, 4, 8]))
def test_join_is_an_upper_bound(data: st.DataObject, size: int) -> None:
    a, x = data.draw(words(size))
    b, y = data.draw(words(size))
    joined = a | b
    assert joined.admits(x)
    assert joined.admits(y)
    assert a <= joined
    assert b <= joined
    assert a | a == a
    assert a | b == b | a
    assert (a <= b) == all(b.admits(v) for v in ([x] if a.value is not None else [a.ones, a.ones | a.unknown]))
