"""The comparison of readings with reports sees each kind of difference."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from corpus import reading

EXPECTED = {
    "file": "a.c",
    "line": 3,
    "function": "f",
    "written": "osMmap",
    "primitive": ["mmap", "mmap64"],
    "protections": ["r--", "rw-"],
    "open": False,
    "sharing": "shared",
    "verdict": "benign",
    "rule": "sqlite-wal-index",
    "why": "read",
}
GOT = reading.Got(
    file="a.c",
    line=3,
    function="f",
    written="osMmap",
    primitive="mmap",
    role="map",
    protections=frozenset({"r--", "rw-"}),
    open=False,
    sharing=frozenset({"shared"}),
    conditions={},
    verdict="benign",
    rule="sqlite-wal-index",
)


def load(tmp_path, *entries, **document):
    file = tmp_path / "expected.json"
    file.write_text(json.dumps({"reading": "all", "sites": list(entries), **document}))
    return reading.load(file)


def test_a_report_like_the_reading_has_no_mismatch(tmp_path):
    assert reading.mismatches(load(tmp_path, EXPECTED), [GOT]) == []


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"function": "g"}, "function"),
        ({"primitive": "munmap"}, "primitive"),
        ({"protections": frozenset({"r--"})}, "protections"),
        ({"protections": frozenset({"r--", "rw-", "rwx"})}, "protections"),
        ({"protections": frozenset()}, "protections"),
        ({"open": True}, "open"),
        ({"sharing": frozenset({"private"})}, "sharing"),
        ({"verdict": "unresolved"}, "verdict"),
        ({"rule": "other"}, "rule"),
        ({"line": 4}, "expected a site"),
        ({"written": "mmap"}, "expected a site"),
    ],
)
def test_each_difference_is_said_with_its_place(tmp_path, change, word):
    faults = reading.mismatches(load(tmp_path, EXPECTED), [replace(GOT, **change)])
    assert word in faults[0].text
    assert faults[0].text.startswith("a.c:3 osMmap: ")


def test_a_site_too_many_is_a_mismatch(tmp_path):
    (fault,) = reading.mismatches(load(tmp_path, EXPECTED), [GOT, replace(GOT, line=9)])
    assert fault.text.startswith("a.c:9 osMmap: expected no site")


def test_calls_that_map_nothing_are_no_sites(tmp_path):
    others = [replace(GOT, line=9, role="unmap"), replace(GOT, line=9, role="object", protections=frozenset())]
    assert reading.mismatches(load(tmp_path, EXPECTED), [GOT, *others]) == []


def test_a_forbidden_verdict_is_a_mismatch(tmp_path):
    entry = {key: value for key, value in EXPECTED.items() if key not in {"verdict", "rule"}}
    (fault,) = reading.mismatches(load(tmp_path, {**entry, "verdict_not": "benign"}), [GOT])
    assert "any verdict but benign" in fault.text
    assert fault.unsound


def test_a_remap_may_leave_the_protection_to_its_region(tmp_path):
    moved = replace(GOT, role="remap", protections=frozenset())
    assert reading.mismatches(load(tmp_path, {**EXPECTED, "inherits": True}), [moved]) == []


@pytest.mark.parametrize(
    ("change", "unsound"),
    [
        ({"protections": frozenset({"r--"})}, True),
        ({"protections": frozenset({"r--"}), "open": True}, False),
        ({"protections": frozenset({"r--", "rw-", "rwx"})}, False),
        ({"open": True}, False),
        ({"line": 9}, True),
        ({"rule": "other"}, False),
    ],
)
def test_only_promising_too_much_is_unsound(tmp_path, change, unsound):
    faults = reading.mismatches(load(tmp_path, EXPECTED), [replace(GOT, **change)])
    assert any(fault.unsound for fault in faults) is unsound


def test_a_set_that_is_not_open_although_it_was_read_so_is_unsound(tmp_path):
    (fault,) = reading.mismatches(load(tmp_path, {**EXPECTED, "open": True}), [GOT])
    assert fault.unsound


def test_where_the_source_does_not_decide_only_the_least_is_demanded(tmp_path):
    entry = {**EXPECTED, "protections": None, "at_least": ["rw-"]}
    assert reading.mismatches(load(tmp_path, entry), [replace(GOT, protections=frozenset({"rw-", "rwx"}))]) == []
    (fault,) = reading.mismatches(load(tmp_path, entry), [replace(GOT, protections=frozenset({"r--"}))])
    assert fault.unsound


def test_an_optional_site_may_be_absent_but_not_different(tmp_path):
    sites = load(tmp_path, {**EXPECTED, "optional": True})
    assert reading.mismatches(sites, []) == []
    assert len(reading.mismatches(sites, [replace(GOT, open=True)])) == 1


def test_a_todo_excuses_imprecision_while_it_lasts_and_nothing_else(tmp_path):
    sites = load(tmp_path, {**EXPECTED, "todo": "the tool does not follow this yet"})
    assert reading.mismatches(sites, [replace(GOT, open=True)]) == []
    (done,) = reading.mismatches(sites, [GOT])
    assert "todo is done" in done.text
    (missed,) = reading.mismatches(sites, [])
    assert missed.unsound


@pytest.mark.parametrize(
    "entry",
    [
        {key: value for key, value in EXPECTED.items() if key != "open"},
        {**EXPECTED, "prots": []},
        {**EXPECTED, "protections": ["wr-"]},
    ],
)
def test_a_faulty_entry_is_refused(tmp_path, entry):
    with pytest.raises(reading.ReadingError, match=r"expected\.json:3"):
        load(tmp_path, entry)


def test_a_site_listed_twice_is_refused(tmp_path):
    with pytest.raises(reading.ReadingError, match="twice"):
        load(tmp_path, EXPECTED, EXPECTED)


def test_an_unknown_key_of_the_document_is_refused(tmp_path):
    with pytest.raises(reading.ReadingError, match="keys"):
        load(tmp_path, EXPECTED, note="x")
