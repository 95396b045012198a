"""The file of suppressions: what it says, and every fault at once with its line."""

from __future__ import annotations

import tomllib
from datetime import date

import jsonschema
import pytest

from mapproof.classify.rulefile import read_predicates
from mapproof.model.decision import Claim
from mapproof.policy.schema import suppressions_schema
from mapproof.triage.comments import read_comments
from mapproof.triage.edit import without
from mapproof.triage.suppressions import read_suppressions

RULES = {"write-exec-mapping", "executable-mapping"}
GOOD = """\
# why this file is here
[[suppression]]
alias = "jit"
claim = "accepted"
path = "src/*.c"
function = "emit"
call = "mmap"
nth = 2
rule = "write-exec-mapping"
reason = "a generator"
author = "Ada"
created = 2026-01-31
expires = "2027-01-31"
source_alert = { tool = "semgrep", rule = "x" }
proof = "sha256:%s"
holds_while = [{ function = "emit" }, { sharing = ["private"] }]

# the second
[[suppression]]
alias = "b"
claim = "benign"
path = "b.c"
reason = "false"
author = "Bo"
""" % ("0" * 64)


def read(text):
    faults = []
    return read_suppressions("s.toml", text, RULES, read_predicates, faults), faults


def test_everything_is_read():
    (first, second), faults = read(GOOD)
    assert not faults
    assert (first.alias, first.claim, first.nth, first.rule) == ("jit", Claim.ACCEPTED, 2, "write-exec-mapping")
    assert (first.created, first.expires) == (date(2026, 1, 31), date(2027, 1, 31))
    assert [predicate.values for predicate in first.holds_while] == [("emit",), ("private",)]
    assert first.alert is not None
    assert first.written_at == ("s.toml", 2)
    assert second.written_at == ("s.toml", 19)
    jsonschema.Draft202012Validator(suppressions_schema()).validate(
        {
            **tomllib.loads(GOOD),
            "suppression": [
                {**one, **{k: str(one[k]) for k in ("created",) if k in one}}
                for one in tomllib.loads(GOOD)["suppression"]
            ],
        }
    )


def test_every_fault_is_told_at_once_with_its_line():
    text = """\
[[suppression]]
alias = "a b"
claim = "nice"
path = "x.c"
reson = "typo"
author = "Ada"
rule = "write-exec-maping"
nth = 0
proof = "md5:1"
holds_while = [{ colour = "red" }]

[[suppression]]
alias = "x"
claim = "benign"
path = "x.c"
reason = " "
author = "A"
[[suppression]]
alias = "x"
claim = "benign"
path = "x.c"
reason = "r"
author = "A"
[other]
"""
    _, faults = read(text)
    for line, words in (
        (2, "alias: takes letters"),
        (3, "claim: nice is none of accepted"),
        (5, "reson: is not a known key: did you mean reason?"),
        (1, "reason: is missing"),
        (7, "did you mean write-exec-mapping?"),
        (8, "nth: counts from 1"),
        (9, "proof: must be sha256:"),
        (10, "colour is not a field"),
        (16, "reason: must be a string"),
        (19, "alias: x is the alias of line 12 already"),
        (24, "other: is not a known key"),
    ):
        assert any(fault.startswith(f"s.toml:{line}: ") and words in fault for fault in faults), (line, words, faults)


@pytest.mark.parametrize("value", ['"soon"', "3", '"2026-02-30"'])
def test_a_date_that_cannot_be_read_is_no_fault_but_a_lapse(value):
    (one, _), faults = read(GOOD.replace('"2027-01-31"', value))
    assert not faults
    assert one.faulty_date
    assert one.expires is None


def test_broken_toml_names_its_line():
    assert read("[[suppression]]\nalias = \n")[1][0].startswith("s.toml:2: ")


def test_what_is_taken_away_leaves_the_rest_as_it_was():
    left = without(GOOD, {"jit"})
    assert left.startswith('# the second\n[[suppression]]\nalias = "b"')
    assert without(GOOD, {"b"}).rstrip() == GOOD.partition("# the second")[0].rstrip()
    assert without(GOOD, {"nobody"}) == GOOD


def comments(text):
    faults = []
    return read_comments("a.c", text, RULES, faults), faults


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("x(); // mapproof: allow[write-exec-mapping] it is a JIT\n", "it is a JIT"),
        ("/* mapproof: allow[write-exec-mapping]: it is a JIT */\n", "it is a JIT"),
        ("/*\n * mapproof: allow[write-exec-mapping] by=ada until=2030-01-02 it is a JIT\n */\n", "it is a JIT"),
        ("# mapproof: allow[ write-exec-mapping ] it is a JIT\n", "it is a JIT"),
    ],
)
def test_a_comment_is_a_decision(text, reason):
    (one,), faults = comments(text)
    assert not faults
    assert one.reason == reason
    assert one.rule == "write-exec-mapping"
    if "by=" in text:
        assert (one.author, one.expires, one.written_at) == ("ada", date(2030, 1, 2), ("a.c", 2))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("// mapproof: allow[write-exec-mapping]\n", "a.c:1: a reason must follow"),
        ("// mapproof: allow because\n", "a.c:1: name the rule"),
        ("\n// mapproof: allow[write-exec] because\n", "a.c:2: there is no rule write-exec"),
    ],
)
def test_a_comment_that_says_too_little_is_told(text, fault):
    assert any(said.startswith(fault) for said in comments(text)[1])


def test_text_that_is_no_comment_decides_nothing():
    assert comments('puts("mapproof: allow[write-exec-mapping] no");\n') == ([], [])
