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
    assert word in faults[0]
    assert faults[0].startswith("a.c:3 osMmap: ")


def test_a_site_too_many_is_a_mismatch(tmp_path):
    (fault,) = reading.mismatches(load(tmp_path, EXPECTED), [GOT, replace(GOT, line=9)])
    assert fault.startswith("a.c:9 osMmap: expected no site")


def test_calls_that_map_nothing_are_no_sites(tmp_path):
    others = [replace(GOT, line=9, role="unmap"), replace(GOT, line=9, role="object", protections=frozenset())]
    assert reading.mismatches(load(tmp_path, EXPECTED), [GOT, *others]) == []


def test_a_forbidden_verdict_is_a_mismatch(tmp_path):
    entry = {key: value for key, value in EXPECTED.items() if key not in {"verdict", "rule"}}
    (fault,) = reading.mismatches(load(tmp_path, {**entry, "verdict_not": "benign"}), [GOT])
    assert "any verdict but benign" in fault


def test_a_remap_may_leave_the_protection_to_its_region(tmp_path):
    moved = replace(GOT, role="remap", protections=frozenset())
    assert reading.mismatches(load(tmp_path, {**EXPECTED, "inherits": True}), [moved]) == []


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
