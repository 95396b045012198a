"""The pages: generated from the rules, and current."""

from __future__ import annotations

import pytest

from mapproof.classify.pack import builtin_rules, load_pack
from mapproof.classify.page import ASSUMPTION_TEXTS, VERDICT_TEXTS, index, page
from mapproof.model.verdict import Assumption, Verdict

from .marks import RULES

PACK = load_pack(builtin_rules())


def test_the_index_is_current():
    """When this fails: write what ``mapproof.classify.page.index`` returns to ``rules/README.md``."""
    assert (RULES / "README.md").read_text() == index(PACK)


def test_the_index_names_every_rule():
    for rule in PACK.rules:
        assert f"[{rule.id}]({rule.group}/{rule.id}/rule.toml)" in index(PACK)
        assert (RULES / rule.group / rule.id / "rule.toml").is_file()


@pytest.mark.parametrize("rule", PACK.rules, ids=lambda rule: rule.id)
def test_a_page_says_all_that_the_rule_says(rule):
    text = page(rule)
    for part in (rule.summary, rule.why, rule.remedy, rule.false_positives, rule.false_negatives, *rule.references):
        assert part in text
    justification = rule.justification
    assert (justification is not None) is (rule.verdict is Verdict.BENIGN)
    if justification is not None:
        parts = (
            justification.purpose,
            *justification.upstream,
            *justification.obligations,
            *justification.changes_verdict,
        )
        for part in parts:
            assert part in text
        for mitigation in justification.mitigations:
            assert mitigation.action in text
            assert mitigation.cost in text
        for assumption in justification.assumes:
            assert ASSUMPTION_TEXTS[assumption] in text


def test_every_assumption_and_verdict_has_its_words():
    assert set(ASSUMPTION_TEXTS) == set(Assumption)
    assert set(VERDICT_TEXTS) == set(Verdict)


@pytest.mark.parametrize("rule", PACK.rules, ids=lambda rule: rule.id)
def test_the_first_paragraph_of_a_remedy_stands_alone(rule):
    """It is what a finding shows."""
    first = rule.remedy.partition("\n\n")[0]
    assert len(first) < 200
    assert first.rstrip().endswith(".")
