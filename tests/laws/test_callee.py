"""How masks spell protections: what known bits decode to is checked against every mask that agrees with them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mapproof.model.callee import Encoding
from mapproof.model.protection import ALL, EMPTY, EXEC, READ, WRITE, Prot, ProtSet

POSIX = Encoding("posix", sets={1: READ, 2: WRITE, 4: EXEC})
READ_IMPLIED = Encoding("read-implied", base=READ, sets={2: WRITE, 4: EXEC})
CLEARING = Encoding("clearing", base=READ | WRITE, sets={8: EXEC}, clears={4: WRITE})
LISTED = Encoding("listed", select=0x0F, values={1: 0, 2: READ, 4: READ | WRITE, 8: EXEC})
WIDTH = 5
"""Masks of five bits: one more than any of these encodings looks at."""


def masks_with(ones: int, zeros: int) -> list[int]:
    return [mask for mask in range(1 << WIDTH) if mask & ones == ones and not mask & zeros]


def union(encoding: Encoding, masks: list[int]) -> ProtSet:
    result = EMPTY
    for mask in masks:
        result |= encoding.decode(mask)
    return result


def agrees_with_enumeration(encoding: Encoding) -> None:
    for ones in range(1 << WIDTH):
        for zeros in range(1 << WIDTH):
            if ones & zeros:
                continue
            expected = union(encoding, masks_with(ones, zeros))
            assert encoding.decode_known_bits(ones, zeros) == expected, (encoding.name, ones, zeros)


def test_known_bits_of_every_shape_of_encoding() -> None:
    for encoding in (POSIX, READ_IMPLIED, CLEARING, LISTED):
        agrees_with_enumeration(encoding)


def test_nothing_known_is_what_any_mask_may_spell() -> None:
    assert POSIX.decode_known_bits(0, 0) == ALL
    assert LISTED.decode_known_bits(0, 0) == ALL
    assert READ_IMPLIED.decode_known_bits(0, 0) == ProtSet.of([READ, READ | WRITE, READ | EXEC, READ | WRITE | EXEC])


def test_a_cleared_bit_proves_no_x_of_an_unknown_mask() -> None:
    assert not POSIX.decode_known_bits(0, EXEC).may_execute


def test_bits_that_no_right_depends_on_change_nothing() -> None:
    for mask in range(8):
        assert POSIX.decode(mask | 0x01000000) == POSIX.decode(mask) == ProtSet.of([Prot(mask)])
        assert POSIX.decode_known_bits(mask | 0x01000000, ~mask & 7) == POSIX.decode(mask)


def test_a_number_that_is_not_listed_may_be_anything() -> None:
    assert LISTED.decode(0) == ALL
    assert LISTED.decode(6) == ALL
    assert LISTED.decode(0x10 | 4) == ProtSet.of([READ | WRITE])


def test_clearing_wins_over_base_and_never_over_other_rights() -> None:
    assert CLEARING.decode(0) == ProtSet.of([READ | WRITE])
    assert CLEARING.decode(4) == ProtSet.of([READ])
    assert CLEARING.decode(12) == ProtSet.of([READ | EXEC])


RIGHTS = st.integers(0, 7)
BITS = st.sampled_from([1, 2, 4, 8, 16])
BITWISE = st.builds(
    lambda base, sets, clears: Encoding("generated", base=base, sets=sets, clears=clears),
    RIGHTS,
    st.dictionaries(BITS, RIGHTS, max_size=4),
    st.dictionaries(BITS, RIGHTS, max_size=3),
)
SELECTING = st.builds(
    lambda select, values: Encoding("generated", select=select, values=values),
    st.integers(1, 31),
    st.dictionaries(st.integers(0, 31), RIGHTS, min_size=1, max_size=8),
)


@given(encoding=BITWISE | SELECTING, ones=st.integers(0, 31), zeros=st.integers(0, 31))
def test_generated_encodings_agree_with_enumeration(encoding: Encoding, ones: int, zeros: int) -> None:
    zeros &= ~ones
    assert encoding.decode_known_bits(ones, zeros) == union(encoding, masks_with(ones, zeros))


@given(encoding=BITWISE | SELECTING, mask=st.integers(0, 2**32 - 1))
def test_relevant_names_every_bit_that_matters(encoding: Encoding, mask: int) -> None:
    assert encoding.decode(mask) == encoding.decode(mask & encoding.relevant)


@given(encoding=BITWISE | SELECTING, mask=st.integers(0, 2**32 - 1), known=st.integers(0, 2**32 - 1))
def test_partial_knowledge_includes_the_truth(encoding: Encoding, mask: int, known: int) -> None:
    assert encoding.decode(mask) <= encoding.decode_known_bits(mask & known, ~mask & known)
