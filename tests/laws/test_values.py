"""Values cover concrete words: operations leaf by leaf under conditions, joins, widening, refinement by conditions."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapproof.absint.arithmetic import COMPARISONS, concrete, known
from mapproof.absint.bits import Bits
from mapproof.absint.constraint import compare, specialize
from mapproof.absint.domain import MAX_LEAVES
from mapproof.absint.identity import identity
from mapproof.absint.transfer import apply
from mapproof.absint.values import Anything, Leaf, Number, Value, collect, join, join_under, widen
from mapproof.model.condition import TRUE, Atom, Condition, Origin, at_least, defined, nonzero
from mapproof.model.ir import Opcode, Operation, Var
from mapproof.model.location import Span

HERE = Span("t.c", 1, 1, 1, 0, 0)
SIZE = 4
BINARY = [op for op in Opcode if known(op) and op not in {
    Opcode.COPY, Opcode.INT_NEGATE, Opcode.INT_2COMP, Opcode.BOOL_NEGATE, Opcode.POPCOUNT, Opcode.LZCOUNT,
    Opcode.INT_ZEXT, Opcode.INT_SEXT, Opcode.SUBPIECE, Opcode.PIECE,
}]  # fmt: skip
MACROS = ("A", "B")
WORDS = {"p": identity("p"), "q": identity("q")}
small = st.sampled_from([0, 1, 2, 3, 4, 5, 7, 8, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF])


def conditions() -> st.SearchStrategy[Condition]:
    atoms = st.sampled_from(
        [TRUE, defined("A"), defined("B"), at_least("A", 2), nonzero("B"), at_least("p", 3, Origin.RUN)]
    )
    return st.recursive(atoms, lambda inner: st.one_of(st.builds(lambda a, b: a & b, inner, inner),
                                                      st.builds(lambda a, b: a | b, inner, inner),
                                                      st.builds(lambda a: ~a, inner)), max_leaves=4)  # fmt: skip


def leaves() -> st.SearchStrategy[Leaf]:
    partial = st.builds(
        lambda value, mask, name: Anything(Bits(SIZE, value & mask, ~value & mask & 0xFFFFFFFF), WORDS.get(name)),
        small, st.sampled_from([0, 4, 0xFFFFFFF8, 0xF]), st.sampled_from(["p", "q", ""]),
    )  # fmt: skip
    return st.one_of(st.builds(Number, small), partial)


values = st.builds(
    lambda pairs: collect(SIZE, pairs), st.lists(st.tuples(leaves(), conditions()), min_size=1, max_size=4)
)
worlds = st.fixed_dictionaries(
    {"A": st.sampled_from([None, 0, 1, 2, 3]), "B": st.sampled_from([None, 0, 1]), "p": small, "q": small}
)


def truth(world: dict[str, int | None]) -> object:
    def of(atom: Atom) -> bool:
        value = world.get(atom.symbol)
        if atom.origin is Origin.RUN and value is not None and value >= 1 << 31:
            value -= 1 << 32
        return atom.holds(value is not None, value or 0)

    return of


def words_of(value: Value, world: dict[str, int | None]) -> set[int]:
    """Some concrete words that the value admits in this world: all numbers, and a few of each partly known leaf."""
    found: set[int] = set()
    for leaf, condition in value:
        if not condition.evaluate(truth(world)):  # type: ignore[arg-type]  # a truth table
            continue
        if isinstance(leaf, Number):
            found.add(leaf.value)
        elif isinstance(leaf, Anything):
            if leaf.identity is not None and leaf.identity.text in world:
                word = world[leaf.identity.text]
                if word is not None and leaf.bits.admits(word):
                    found.add(word)
            elif leaf.identity is None:
                found |= {leaf.bits.ones, leaf.bits.ones | leaf.bits.unknown}
    return found


def admits(value: Value, word: int, world: dict[str, int | None]) -> bool:
    for leaf, condition in value:
        if condition.evaluate(truth(world)):  # type: ignore[arg-type]  # a truth table
            if isinstance(leaf, Number) and leaf.value == word:
                return True
            if isinstance(leaf, Anything) and leaf.bits.admits(word):
                return True
    return False


def derived(world: dict[str, int | None], value: Value) -> bool:
    """Whether every run-time atom here speaks of a word that the world gives (a derived one is not in the table)."""
    return all(atom.symbol in world for _, c in value for atom in c.atoms())


@pytest.mark.parametrize("opcode", BINARY)
@settings(max_examples=60)
@given(a=values, b=values, world=worlds)
def test_operations_cover_concrete_ones(opcode: Opcode, a: Value, b: Value, world: dict[str, int | None]) -> None:
    size = 1 if opcode in COMPARISONS or opcode.name.startswith(("BOOL", "INT_CARRY", "INT_SC", "INT_SB")) else SIZE
    operation = Operation(opcode, Var("r", size), (Var("a", SIZE), Var("b", SIZE)), HERE)
    result = apply(operation, [a, b], TRUE)
    if not derived(world, result):
        return
    for x in words_of(a, world):
        for y in words_of(b, world):
            exact = concrete(opcode, [x, y], [SIZE, SIZE], size)
            if exact is not None:
                assert admits(result, exact, world)


@given(a=values, opcode=st.sampled_from(BINARY), world=worlds)
def test_a_variable_meets_itself(a: Value, opcode: Opcode, world: dict[str, int | None]) -> None:
    size = 1 if opcode in COMPARISONS or opcode.name.startswith(("BOOL", "INT_CARRY", "INT_SC", "INT_SB")) else SIZE
    operation = Operation(opcode, Var("r", size), (Var("a", SIZE), Var("a", SIZE)), HERE)
    result = apply(operation, [a, a], TRUE, same=True)
    if not derived(world, result):
        return
    for x in words_of(a, world):
        exact = concrete(opcode, [x, x], [SIZE, SIZE], size)
        if exact is not None:
            assert admits(result, exact, world)


@given(a=values, b=values, c=conditions(), world=worlds)
def test_joins_cover_both_sides(a: Value, b: Value, c: Condition, world: dict[str, int | None]) -> None:
    joined, guarded, widened = join(a, b), join_under(a, c, b, ~c), widen(a, join(a, b))
    taken = c.evaluate(truth(world))  # type: ignore[arg-type]  # a truth table
    for side, value in ((True, a), (False, b)):
        for word in words_of(value, world):
            assert admits(joined, word, world)
            assert admits(widened, word, world)
            if taken == side:
                assert admits(guarded, word, world)


@given(numbers=st.sets(st.integers(0, 1 << 20), min_size=MAX_LEAVES + 1, max_size=2 * MAX_LEAVES))
def test_too_many_leaves_become_known_bits(numbers: set[int]) -> None:
    value = collect(SIZE, [(Number(n), TRUE) for n in numbers])
    assert len(value.leaves) == 1
    assert all(admits(value, n, {}) for n in numbers)


@given(opcode=st.sampled_from(sorted(COMPARISONS)), k=small, word=small, flip=st.booleans())
def test_a_comparison_is_the_condition_that_decides_it(opcode: Opcode, k: int, word: int, flip: bool) -> None:
    """What an atom says of an identity is what the comparison says of the word, signed and unsigned."""
    leaf = Anything(Bits(SIZE), identity("w"))
    holds = compare(opcode, Number(k), leaf, SIZE) if flip else compare(opcode, leaf, Number(k), SIZE)
    assert holds is not None
    signed = word - (1 << 32) if word >= 1 << 31 else word

    def of(atom: Atom) -> bool:
        return atom.holds(True, word if atom.symbol == "w unsigned" else signed)  # noqa: FBT003  a truth value is the datum

    expected = concrete(opcode, [k, word] if flip else [word, k], [SIZE, SIZE], 1)
    assert holds.evaluate(of) == bool(expected)
    told = specialize(leaf, holds if expected else ~holds, SIZE)
    assert isinstance(told, Anything) or told == Number(word)


@given(mask=st.sampled_from([1, 2, 4, 6]), word=small, set_=st.booleans())
def test_a_tested_mask_tells_the_bits(mask: int, word: int, set_: bool) -> None:
    from mapproof.absint.identity import derive  # noqa: PLC0415  needed here only

    leaf = Anything(Bits(SIZE), identity("v"))
    masked = derive(Opcode.INT_AND, (leaf, Number(mask)), SIZE)
    assert masked is not None
    condition = nonzero(masked.text, Origin.RUN) if set_ else ~nonzero(masked.text, Origin.RUN)
    told = specialize(leaf, condition, SIZE)
    assert isinstance(told, Anything)
    if bool(word & mask) == set_:
        assert told.bits.admits(word)
    if not set_:
        assert told.bits.zeros & mask == mask
    elif mask.bit_count() == 1:
        assert told.bits.ones & mask == mask
