"""ProtSet is finite, so its laws are not sampled: every set, every pair of sets, every pair of known-bits masks."""

from __future__ import annotations

import pytest

from mapproof.model.protection import ALL, EMPTY, EXEC, READ, WRITE, Prot, ProtSet

SETS = [ProtSet(members) for members in range(256)]
PROTECTIONS = [Prot(bits) for bits in range(8)]
MEANING = [frozenset(bits for bits in range(8) if members >> bits & 1) for members in range(256)]
"""What each byte stands for, computed here and not by the code under test."""


def meaning(protections: ProtSet) -> frozenset[int]:
    return MEANING[protections.members]


def test_join_meet_and_order_are_those_of_sets() -> None:
    pairs = 0
    for left in SETS:
        for right in SETS:
            pairs += 1
            assert meaning(left | right) == meaning(left) | meaning(right)
            assert meaning(left & right) == meaning(left) & meaning(right)
            assert (left <= right) == (meaning(left) <= meaning(right))
            assert (left == right) == (meaning(left) == meaning(right))
    assert pairs == 65_536


def test_lattice_laws() -> None:
    for left in SETS:
        assert left | left == left
        assert left & left == left
        assert left | EMPTY == left
        assert left & ALL == left
        assert EMPTY <= left <= ALL
        for right in SETS:
            assert left | right == right | left
            assert left & right == right & left
            assert left | (left & right) == left
            assert left & (left | right) == left
            assert (left <= right) == (left | right == right) == (left & right == left)
            assert (left <= right <= left) == (left == right)


def test_associativity_and_distributivity() -> None:
    """All three-way laws over the 32 sets that bits 0, 1, 2, 5 and 7 generate: the operators work bit by bit."""
    few = [ProtSet.of(p for p in (0, 1, 2, 5, 7) if choice >> (0, 1, 2, 5, 7).index(p) & 1) for choice in range(32)]
    assert len(set(few)) == 32
    for one in few:
        for two in few:
            for three in few:
                assert (one | two) | three == one | (two | three)
                assert (one & two) & three == one & (two & three)
                assert one & (two | three) == (one & two) | (one & three)
                assert one | (two & three) == (one | two) & (one | three)


def test_questions_are_monotone() -> None:
    """A larger set never answers "may" with less, nor "must" with more; the empty set promises nothing."""
    for left in SETS:
        for right in SETS:
            if left <= right:
                assert left.may_write <= right.may_write
                assert left.may_execute <= right.may_execute
                assert left.may_write_and_execute <= right.may_write_and_execute
                assert right.must_execute <= left.must_execute or left == EMPTY
                assert len(left) <= len(right)


def test_questions_by_brute_force() -> None:
    for protections in SETS:
        members = meaning(protections)
        assert protections.may_write == any(bits & WRITE for bits in members)
        assert protections.may_execute == any(bits & EXEC for bits in members)
        assert protections.may_write_and_execute == any(bits & WRITE and bits & EXEC for bits in members)
        assert protections.must_execute == (len(members) > 0 and all(bits & EXEC for bits in members))
        assert len(protections) == len(members)
        assert [protection.bits for protection in protections] == sorted(members)
        assert all((Prot(bits) in protections) == (bits in members) for bits in range(8))


def test_write_and_execute_from_different_paths_do_not_merge() -> None:
    joined = ProtSet.of([READ | WRITE]) | ProtSet.of([READ | EXEC])
    assert joined.may_write
    assert joined.may_execute
    assert not joined.may_write_and_execute


def test_known_bits_against_brute_force() -> None:
    """For all 4-bit ``ones`` and ``zeros``: bit 3 belongs to no right and must not matter."""
    for ones in range(16):
        for zeros in range(16):
            expected = {bits for bits in range(8) if (bits & ones) == (ones & 7) and (bits & zeros) == 0}
            assert meaning(ProtSet.from_known_bits(ones, zeros)) == expected, (ones, zeros)


def test_known_bits_are_monotone() -> None:
    """Who knows less may not exclude more."""
    for ones in range(8):
        for zeros in range(8):
            known = ProtSet.from_known_bits(ones, zeros)
            for bit in (READ, WRITE, EXEC):
                assert known <= ProtSet.from_known_bits(ones & ~bit, zeros)
                assert known <= ProtSet.from_known_bits(ones, zeros & ~bit)


def test_known_bits_hold_every_value_that_agrees_with_them() -> None:
    for mask in range(16):
        for ones in range(16):
            for zeros in range(16):
                if mask & ones == ones and not mask & zeros:
                    assert Prot(mask & 7) in ProtSet.from_known_bits(ones, zeros)


def test_of_and_iteration_are_inverse() -> None:
    for protections in SETS:
        assert ProtSet.of(protections) == protections
        assert ProtSet.of(protection.bits for protection in protections) == protections


def test_text_of_a_protection_reads_back() -> None:
    texts = [str(protection) for protection in PROTECTIONS]
    assert texts == ["---", "r--", "-w-", "rw-", "--x", "r-x", "-wx", "rwx"]
    assert [Prot.parse(text) for text in texts] == PROTECTIONS


def test_text_of_a_set_names_each_member_once() -> None:
    seen = set()
    for protections in SETS:
        text = str(protections)
        names = [name for name in text[1:-1].split(", ") if name]
        assert text[0] + text[-1] == "{}"
        assert [Prot.parse(name) for name in names] == list(protections)
        seen.add(text)
    assert len(seen) == 256


@pytest.mark.parametrize("text", ["", "rw", "rwxp", "wr-", "RW-", "r-w", "---x", " rw-"])
def test_other_shapes_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a protection"):
        Prot.parse(text)


@pytest.mark.parametrize("number", [-1, 8, 256])
def test_numbers_out_of_range_are_refused(number: int) -> None:
    with pytest.raises(ValueError, match="three bits"):
        Prot(number)
    with pytest.raises(ValueError, match="three bits"):
        ProtSet.of([number])


@pytest.mark.parametrize("members", [-1, 256])
def test_sets_out_of_range_are_refused(members: int) -> None:
    with pytest.raises(ValueError, match="one byte"):
        ProtSet(members)
