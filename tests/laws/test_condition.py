"""Presence conditions against brute force: every claim is compared with a truth table over all configurations.

A configuration gives each symbol a value or leaves it undefined, and each opaque text a truth. The values offered
reach into every interval that the bounds in use can cut out of the integers, so that a table which is false
everywhere really means "unsatisfiable".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Final

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapproof.model.condition import (
    FALSE,
    TRUE,
    Atom,
    AtomKind,
    Condition,
    Origin,
    at_least,
    defined,
    equals,
    evaluate_with,
    nonzero,
    opaque,
)

Table = np.ndarray

INTEGER_SYMBOLS: Final = ("A", "B", "C", "run.D")
FLAG_SYMBOLS: Final = ("E", "F")
OPAQUE_TEXTS: Final = ("__has_include(<a.h>)", "p(1) || q(2)")
BOUNDS: Final = (-1, 0, 1, 2, 3, 7)
INTEGERS: Final = (None, -5, -1, 0, 1, 2, 3, 5, 7, 9)
"""Undefined, and one value in each interval between the bounds, their successors and infinity."""
FLAGS: Final = (None, 0, 4)

DOMAINS: Final = {
    **dict.fromkeys(INTEGER_SYMBOLS, INTEGERS),
    **dict.fromkeys(FLAG_SYMBOLS, FLAGS),
    **dict.fromkeys(OPAQUE_TEXTS, (None, 1)),
}
SYMBOLS: Final = tuple(DOMAINS)
SHAPE: Final = tuple(len(domain) for domain in DOMAINS.values())


def origin_of(symbol: str) -> Origin:
    return Origin.RUN if symbol.startswith("run.") else Origin.BUILD


@cache
def column(symbol: str, kind: AtomKind, bound: int) -> Table:
    """One atom's truth in all configurations, straight from C's rules: an undefined name counts as 0."""
    truths = []
    for value in DOMAINS[symbol]:
        number = 0 if value is None else value
        truths.append(
            {
                AtomKind.DEFINED: value is not None,
                AtomKind.NONZERO: number != 0,
                AtomKind.AT_LEAST: number >= bound,
                AtomKind.OPAQUE: number != 0,
            }[kind]
        )
    axes = [1] * len(SHAPE)
    axes[SYMBOLS.index(symbol)] = len(truths)
    return np.broadcast_to(np.array(truths).reshape(axes), SHAPE)


def table(condition: Condition) -> Table:
    """The truth table of a condition's diagram, read node by node."""
    known: dict[int, Table] = {id(TRUE): np.ones(SHAPE, bool), id(FALSE): np.zeros(SHAPE, bool)}

    def read(node: Condition) -> Table:
        if id(node) not in known:
            assert node.atom is not None
            test = column(node.atom.symbol, node.atom.kind, node.atom.bound)
            known[id(node)] = np.where(test, read(node.high), read(node.low))
        return known[id(node)]

    return read(condition)


@dataclass(frozen=True)
class Case:
    """A condition as the code under test built it, and the truth table it must have, built beside it."""

    condition: Condition
    truth: Table


def atom_case(condition: Condition, symbol: str, kind: AtomKind, bound: int = 0) -> Case:
    return Case(condition, column(symbol, kind, bound))


def equals_case(symbol: str, value: int) -> Case:
    truth = column(symbol, AtomKind.AT_LEAST, value) & ~column(symbol, AtomKind.AT_LEAST, value + 1)
    return Case(equals(symbol, value, origin_of(symbol)), truth)


integer_symbols = st.sampled_from(INTEGER_SYMBOLS)
symbols = st.sampled_from(INTEGER_SYMBOLS + FLAG_SYMBOLS)
bounds = st.sampled_from(BOUNDS)
atoms = st.one_of(
    st.builds(lambda s: atom_case(defined(s, origin_of(s)), s, AtomKind.DEFINED), symbols),
    st.builds(lambda s: atom_case(nonzero(s, origin_of(s)), s, AtomKind.NONZERO), symbols),
    st.builds(lambda s, k: atom_case(at_least(s, k, origin_of(s)), s, AtomKind.AT_LEAST, k), integer_symbols, bounds),
    st.builds(equals_case, integer_symbols, bounds),
    st.builds(lambda t: atom_case(opaque(t), t, AtomKind.OPAQUE), st.sampled_from(OPAQUE_TEXTS)),
    st.sampled_from([Case(TRUE, np.ones(SHAPE, bool)), Case(FALSE, np.zeros(SHAPE, bool))]),
)
cases = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.builds(lambda a: Case(~a.condition, ~a.truth), inner),
        st.builds(lambda a, b: Case(a.condition & b.condition, a.truth & b.truth), inner, inner),
        st.builds(lambda a, b: Case(a.condition | b.condition, a.truth | b.truth), inner, inner),
    ),
    max_leaves=12,
)
several = settings(max_examples=120, deadline=None)


@several
@given(cases)
def test_operators_mean_what_they_say(case: Case) -> None:
    assert np.array_equal(table(case.condition), case.truth)
    assert np.array_equal(table(~case.condition), ~case.truth)


@several
@given(cases)
def test_satisfiable_means_some_configuration_makes_it_true(case: Case) -> None:
    assert case.condition.satisfiable == bool(case.truth.any())


@several
@given(cases, cases)
def test_implies_and_excludes(one: Case, two: Case) -> None:
    assert one.condition.implies(two.condition) == bool((~one.truth | two.truth).all())
    assert one.condition.excludes(two.condition) == (not (one.truth & two.truth).any())


@several
@given(cases, cases)
def test_given_agrees_wherever_the_context_holds(case: Case, context: Case) -> None:
    smaller = case.condition.given(context.condition)
    assert np.array_equal(table(smaller) & context.truth, case.truth & context.truth)
    if context.truth.any() and not (context.truth & ~case.truth).any():
        assert smaller is TRUE
    if context.truth.any() and not (context.truth & case.truth).any():
        assert smaller is FALSE


@several
@given(cases, symbols)
def test_forget_is_the_weakest_condition_without_the_symbol(case: Case, symbol: str) -> None:
    """Sound and without the symbol; for a symbol with one atom, no more is true than some value makes so."""
    forgotten = case.condition.forget(lambda atom: atom.symbol == symbol)
    assert symbol not in {atom.symbol for atom in forgotten.atoms()}
    exists = case.truth.any(axis=SYMBOLS.index(symbol), keepdims=True)
    truth = table(forgotten)
    assert not (np.broadcast_to(exists, SHAPE) & ~truth).any()
    about = {atom for atom in case.condition.atoms() if atom.symbol == symbol}
    if len(about) <= 1:
        assert np.array_equal(truth, np.broadcast_to(exists, SHAPE))


@several
@given(cases)
def test_build_part_holds_wherever_some_run_makes_the_condition_hold(case: Case) -> None:
    part = case.condition.build_part()
    assert all(atom.origin is Origin.BUILD for atom in part.atoms())
    exists = np.broadcast_to(case.truth.any(axis=SYMBOLS.index("run.D"), keepdims=True), SHAPE)
    assert not (exists & ~table(part)).any()
    if not any(atom.origin is Origin.RUN for atom in case.condition.atoms()):
        assert part is case.condition


@several
@given(cases)
def test_cubes_are_disjoint_and_cover_the_condition(case: Case) -> None:
    covered = np.zeros(SHAPE, int)
    for cube in case.condition.cubes():
        truth = np.ones(SHAPE, bool)
        for atom, positive in cube:
            test = column(atom.symbol, atom.kind, atom.bound)
            truth = truth & (test if positive else ~test)
        covered += truth
    assert np.array_equal(covered == 1, case.truth)
    assert covered.max() <= 1


@several
@given(cases, st.data())
def test_evaluate_with_one_configuration(case: Case, data: st.DataObject) -> None:
    index = tuple(data.draw(st.integers(0, len(domain) - 1)) for domain in DOMAINS.values())
    values = {symbol: domain[i] for (symbol, domain), i in zip(DOMAINS.items(), index, strict=True)}
    assert evaluate_with(case.condition, values) == case.truth[index]
    present = {symbol: value for symbol, value in values.items() if value is not None}
    assert evaluate_with(case.condition, present) == case.truth[index]


@several
@given(cases, cases, cases)
def test_equal_functions_are_one_object(one: Case, two: Case, three: Case) -> None:
    a, b, c = one.condition, two.condition, three.condition
    assert a & b is b & a
    assert a | b is b | a
    assert (a & b) & c is a & (b & c)
    assert (a | b) | c is a | (b | c)
    assert a & (b | c) is (a & b) | (a & c)
    assert ~(a & b) is ~a | ~b
    assert ~~a is a
    assert a & a is a is a | a
    assert a & ~a is FALSE
    assert a | ~a is TRUE
    assert (a | b) & a is a
    assert (a == b) == (a is b)


@several
@given(cases)
def test_equality_is_equality_of_functions_over_free_atoms(case: Case) -> None:
    """With every atom an independent unknown, the diagram is a terminal exactly when the function is constant."""
    found = sorted(case.condition.atoms())[:6]
    seen = set()
    for truths in product([False, True], repeat=len(found)):
        given_truth = dict(zip(found, truths, strict=True))
        seen.add(case.condition.evaluate(lambda atom, known=given_truth: known.get(atom, False)))
    if len(found) == len(case.condition.atoms()):
        assert (len(seen) == 1) == (case.condition in (TRUE, FALSE))


# The printed form, read back.


TOKEN: Final = re.compile(r"\s*(__has_include\(<a\.h>\)|[A-Za-z_][\w.]*|-?\d+|\|\||&&|[<>=!]=|[()<>!])")


class Reader:
    """C's own precedence, over truth tables: ``||`` below ``&&`` below ``!``, comparisons, ``defined(X)``, calls."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = TOKEN.findall(text)
        assert "".join(self.tokens) == re.sub(r"\s+", "", text), text

    def _peek(self) -> str:
        return self.tokens[0] if self.tokens else ""

    def _take(self, *expected: str) -> str:
        assert self.tokens, self.text
        assert not expected or self.tokens[0] in expected, (self.text, self.tokens)
        return self.tokens.pop(0)

    def whole(self) -> Table:
        """The whole text's truth table."""
        truth = self._disjunction()
        assert not self.tokens, (self.text, self.tokens)
        return truth

    def _disjunction(self) -> Table:
        truth = self._conjunction()
        while self._peek() == "||":
            self._take()
            truth = truth | self._conjunction()
        return truth

    def _conjunction(self) -> Table:
        truth = self._negation()
        while self._peek() == "&&":
            self._take()
            truth = truth & self._negation()
        return truth

    def _negation(self) -> Table:
        if self._peek() == "!":
            self._take()
            return ~self._negation()
        if self._peek() == "(":
            self._take()
            truth = self._disjunction()
            self._take(")")
            return truth
        return self._word()

    def _word(self) -> Table:
        name = self._take()
        if name in ("always", "never"):
            return np.full(SHAPE, name == "always")
        if name == "__has_include(<a.h>)":
            return column(OPAQUE_TEXTS[0], AtomKind.OPAQUE, 0)
        if name in ("p", "q"):
            return self._call(name)
        if name == "defined":
            self._take("(")
            truth = column(self._take(), AtomKind.DEFINED, 0)
            self._take(")")
            return truth
        if self._peek() in ("==", "!=", ">=", "<=", "<", ">"):
            return self._comparison(name)
        return column(name, AtomKind.NONZERO, 0)

    def _call(self, name: str) -> Table:
        """``p(1) || q(2)`` as a whole is true or false: let ``p(1)`` carry its truth and ``q(2)`` be false."""
        self._take("(")
        assert self._take() in ("1", "2")
        self._take(")")
        return column(OPAQUE_TEXTS[1], AtomKind.OPAQUE, 0) if name == "p" else np.zeros(SHAPE, bool)

    def _comparison(self, name: str) -> Table:
        operator, number = self._take(), int(self._take())
        at_least_number = column(name, AtomKind.AT_LEAST, number)
        more = column(name, AtomKind.AT_LEAST, number + 1)
        return {
            "==": at_least_number & ~more,
            "!=": ~at_least_number | more,
            ">=": at_least_number,
            ">": more,
            "<": ~at_least_number,
            "<=": ~more,
        }[operator]


@several
@given(cases)
def test_printed_text_reads_back_to_the_same_truth(case: Case) -> None:
    assert np.array_equal(Reader(str(case.condition)).whole(), case.truth), str(case.condition)


@several
@given(cases)
def test_printed_text_is_irredundant(case: Case) -> None:
    text = str(case.condition)
    assert (text == "always") == bool(case.truth.all())
    assert (text == "never") == (not case.truth.any())
    disjuncts = text.split(" || ") if "p(1)" not in text else [text]
    for dropped in range(len(disjuncts) if len(disjuncts) > 1 else 0):
        rest = " || ".join(part for i, part in enumerate(disjuncts) if i != dropped)
        assert not np.array_equal(Reader(rest).whole(), case.truth), f"{disjuncts[dropped]} is needless in {text}"


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        (TRUE, "always"),
        (FALSE, "never"),
        (defined("A"), "defined(A)"),
        (defined("A") & ~defined("B"), "defined(A) && !defined(B)"),
        (nonzero("A"), "A"),
        (equals("A", 0), "!A"),
        (equals("A", 3), "A == 3"),
        (at_least("A", 1), "A > 0"),
        (at_least("A", 2) & ~at_least("A", 5), "A >= 2 && A < 5"),
        (~at_least("A", 1), "A <= 0"),
        (defined("A") | defined("B") & nonzero("C"), "defined(A) || (defined(B) && C)"),
        (nonzero("A") & defined("A"), "A"),
        (at_least("A", 5) & at_least("A", 3), "A >= 5"),
        (at_least("A", 3) | ~at_least("A", 5), "always"),
        (equals("A", 2) & equals("A", 3), "never"),
        (nonzero("A") & ~defined("A"), "never"),
    ],
)
def test_text(condition: Condition, text: str) -> None:
    assert str(condition) == text


def test_facts_of_integers() -> None:
    assert at_least("A", 5).implies(at_least("A", 3))
    assert at_least("A", 1).implies(nonzero("A"))
    assert nonzero("A").implies(defined("A"))
    assert (~nonzero("A")).excludes(equals("A", 7))
    assert (at_least("A", 0) & ~at_least("A", 1)).implies(~nonzero("A"))
    assert not (at_least("A", -1) & ~at_least("A", 1)).implies(~nonzero("A"))
    assert not defined("A").implies(nonzero("A"))
    assert not at_least("A", 0).implies(defined("A"))


def test_one_name_in_two_origins_is_two_unknowns() -> None:
    build, run = at_least("n", 3, Origin.BUILD), ~at_least("n", 3, Origin.RUN)
    both = build & run
    assert both.satisfiable
    assert both.build_part() is build
    assert str(both) == "n >= 3 && n < 3"


def test_more_disjuncts_than_are_printed_are_not_hidden() -> None:
    """A text that stops early must not pass for the whole condition."""
    many = FALSE
    for number in range(70):
        many = many | (nonzero(f"S{number:02}") & defined(f"S{number:02}_T"))
    assert str(many).count("||") >= 64
    assert str(many).endswith("|| ...")


def test_contradictions_hidden_in_many_choices_are_found_quickly() -> None:
    """2 to the power of 40 paths lead to true, and each is contradictory in its last symbol alone."""
    condition = at_least("Z", 5) & ~at_least("Z", 3)
    for number in range(40):
        choice = (at_least(f"A{number:02}", 2) & defined(f"A{number:02}")) | nonzero(f"A{number:02}_B")
        condition = condition & choice
    assert not condition.satisfiable
    assert str(condition) == "never"


def test_tautologies_hidden_in_many_choices_print_quickly() -> None:
    condition = at_least("Z", 3) | ~at_least("Z", 5)
    for number in range(30):
        condition = condition & (nonzero(f"A{number:02}") | ~nonzero(f"A{number:02}_B") | at_least("Z", 3))
    assert str(condition.given(at_least("Z", 3))) == "always"
    assert condition.satisfiable


def test_hundreds_of_symbols_in_one_condition() -> None:
    """A file may nest hundreds of ``#if``; their conjunction must not exhaust the stack."""
    condition = TRUE
    for number in range(600):
        condition = condition & defined(f"S{number:04}")
    assert condition.satisfiable
    assert condition.implies(defined("S0599"))
    assert condition.excludes(~defined("S0300"))
    assert len(condition.atoms()) == 600
    assert condition.build_part() is condition
    assert condition.given(defined("S0000")).implies(defined("S0001"))
    assert str(condition).startswith("defined(S0000) && ")


def test_atoms_order_first_by_origin_then_symbol() -> None:
    """Literals about one symbol are neighbours in every diagram."""
    found = [
        Atom(Origin.RUN, "A", AtomKind.DEFINED),
        Atom(Origin.BUILD, "B", AtomKind.DEFINED),
        Atom(Origin.BUILD, "A", AtomKind.AT_LEAST, 3),
        Atom(Origin.BUILD, "A", AtomKind.AT_LEAST, -1),
        Atom(Origin.BUILD, "A", AtomKind.NONZERO),
    ]
    assert [found.index(atom) for atom in sorted(found)] == [4, 3, 2, 1, 0]
