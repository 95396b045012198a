"""No spoiled proof ever holds: forty ways to spoil one, over the proofs of real sites."""

from __future__ import annotations

import pytest

from . import corruption
from .proofs import proofs

COUNTED: dict[str, int] = {}


def spoiled(kind):
    """What each mutant of a kind is worth, by the proof it was made of."""
    for written in proofs():
        for mutant, files in kind(written):
            unchanged = files is None or files == written.context.files
            if unchanged and corruption.same(mutant, written.data):
                continue
            yield written.name, written.worth(mutant, files)


def test_the_proofs_hold_as_they_are():
    assert len(proofs()) >= 12
    assert {one.verdict for one in proofs()} == {"benign", "executable", "violation"}
    assert {written.worth(written.data) for written in proofs()} == {"holds"}


@pytest.mark.parametrize("kind", corruption.KINDS, ids=lambda kind: kind.__name__)
def test_a_spoiled_proof_does_not_hold(kind):
    found = list(spoiled(kind))
    COUNTED[kind.__name__] = len(found)
    assert found
    assert not [name for name, worth in found if worth == "holds"]


def test_what_makes_the_claim_false_lapses():
    """Only the harmless file among those added leaves the claim true."""
    benign = {one.name for one in proofs() if one.verdict == "benign"}
    worth = [worth for name, worth in spoiled(corruption.added_file) if name in benign]
    assert worth.count("holds elsewhere") == len(benign)


def test_the_steps_of_another_proof_do_not_hold():
    count = 0
    for one, other in [(one, proofs()[number - by]) for by in (1, 2, 6) for number, one in enumerate(proofs())]:
        for mutant, files in corruption.borrowed(one, other):
            if not corruption.same(mutant, one.data):
                count += 1
                assert one.worth(mutant, files) != "holds", (one.name, other.name)
    COUNTED["borrowed"] = count


def test_there_were_enough_of_them():
    assert len(corruption.KINDS) >= 30
    if len(COUNTED) < len(corruption.KINDS) + 1:
        pytest.skip("the other tests of this file were not all chosen")
    assert sum(COUNTED.values()) >= 1000


def test_a_changed_rule_pack_is_not_passed_over():
    for written in proofs():
        assert written.worth(written.data, rule_pack="a" * 64) == "holds elsewhere"
        assert written.worth(written.data, rules=frozenset(), patterns=frozenset()) == "lapsed"
