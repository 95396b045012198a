"""The JSON contract: what is written is what the schema allows, the same every time, and no more."""

from __future__ import annotations

import json
from dataclasses import replace
from random import Random

import jsonschema
import msgspec
import pytest

from mapproof.model.evidence import StepKind
from mapproof.model.site import Coverage
from mapproof.model.verdict import Reason, Verdict
from mapproof.report.base import Rendering, formats
from mapproof.report.document import Document, render, schema

VALIDATOR = jsonschema.Draft202012Validator(schema())


def document(report) -> dict:
    return json.loads(render(report, Rendering()))


def test_the_schema_is_a_schema():
    jsonschema.Draft202012Validator.check_schema(schema())


def test_a_report_is_valid_and_reads_back(report):
    text = render(report, Rendering())
    VALIDATOR.validate(json.loads(text))
    assert msgspec.json.decode(text, type=Document).schema == "mapproof.report/1"


def test_the_contract_of_a_source_site(report, benign, source):
    (site,) = (entry for entry in document(report)["sites"] if entry["id"] == benign.site.id)
    evidence = site.pop("evidence")
    assert site == {
        "id": "site-1",
        "artifact": str(source),
        "sha256": benign.site.sha256,
        "language": "c",
        "location": {"line": 4, "column": 12, "end_line": 6},
        "function": "shm_map",
        "callee": {"written": "osMmap", "primitive": "mmap", "via": ["macro", "table"]},
        "role": "map",
        "platform": "posix",
        "protections": ["r--", "rw-"],
        "open": False,
        "open_because": [],
        "presence": "!defined(OMIT_WAL)",
        "conditions": {"rw-": "defined(READWRITE)"},
        "masks": [1, 3],
        "map_flags": {"masks": [1], "sharing": ["shared"], "anonymous": "never"},
        "descriptor": ["parameter fd"],
        "touches": None,
        "region": "region-1",
        "verdict": "benign",
        "rule": "sqlite-wal-index",
        "reason": "never executable: r-- or rw- in every configuration",
        "assumptions": ["gnu-stack", "table-constant"],
    }
    assert [step["kind"] for step in evidence] == ["token", "constant", "token", "decode"]
    assert evidence[0]["location"] == {"line": 5, "column": 9, "end_line": 5}
    assert evidence[1] == {
        "kind": "constant",
        "text": "PROT_READ",
        "name": "PROT_READ",
        "value": 1,
        "artifact": None,
        "location": None,
        "premises": [0],
    }


def test_address_zero_is_an_address(report):
    (site,) = (entry for entry in document(report)["sites"] if entry["language"] == "elf")
    assert site["location"] == {"address": 0, "return_address": 5}
    assert site["open"] is True
    assert len(site["protections"]) == 8
    assert site["open_because"][0]["reason"] == "parameter"


def test_the_rest_of_the_document(report):
    whole = document(report)
    assert whole["summary"] == {
        "files": 3,
        "violation": 1,
        "executable": 0,
        "unresolved": 1,
        "benign": 1,
        "not_covered": 2,
        "unverified": 0,
    }
    assert whole["decisions"] == {"suppressed": 0, "known": 0, "unchanged": 0, "lapses": []}
    assert whole["tool"]["rule_pack"] == "c0ffee"
    assert whole["regions"] == [
        {
            "id": "region-1",
            "born_at": "site-1",
            "born": ["r--", "rw-"],
            "open": False,
            "states": ["r--", "rw-", "r-x"],
            "transitions": [{"site": "site-2", "to": ["r-x"], "reach": "this", "open": False}],
            "moved_at": [],
            "views": [],
            "life": "{r--, rw-} -> r-x",
        }
    ]
    assert whole["errors"][0] == {"path": "broken.c", "kind": "parse", "detail": "an #if splits a brace", "line": 12}
    assert [finding["site"] for finding in whole["findings"]] == ["site-3", "site-1", "site-2"]
    assert whole["findings"][1]["obligations"][1] == {
        "name": "O4",
        "status": "assumed",
        "detail": "no personality call in scope",
        "assumptions": ["gnu-stack"],
    }


def test_what_did_not_replay_is_said(report, benign):
    findings = document(replace(report, unverified=frozenset({benign.site.id})))["findings"]
    assert [finding["verified"] for finding in findings] == [True, False, True]


def test_a_run_differs_in_nothing_but_what_it_found(report):
    assert render(replace(report, seconds=99.0), Rendering(color=True, everything=True)) == render(report, Rendering())


def test_a_path_that_is_not_utf8_is_spelled_out(report):
    odd = replace(report, errors=(Coverage("caf\udce9.c", "parse", "…"),))
    assert document(odd)["errors"][0]["path"] == "caf\\xe9.c"


def _objects(value):
    if isinstance(value, dict):
        yield value
        for item in value.values():
            yield from _objects(item)
    elif isinstance(value, list):
        for item in value:
            yield from _objects(item)


@pytest.mark.parametrize("seed", range(12))
def test_an_unknown_key_anywhere_is_refused(report, seed):
    whole = document(report)
    places = [
        entry for entry in _objects(whole) if not set(entry) <= {"---", "r--", "-w-", "--x", "rw-", "r-x", "-wx", "rwx"}
    ]
    Random(seed).choice(places)["surprise"] = 1  # noqa: S311  a place to try, no secret
    assert not VALIDATOR.is_valid(whole)
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(json.dumps(whole), type=Document)


@pytest.mark.parametrize(
    "location", [{}, {"line": 1}, {"line": 1, "column": 1, "end_line": 1, "address": 0}, {"line": 0}, {"address": -1}]
)
def test_a_location_is_one_of_its_two_shapes(report, location):
    whole = document(report)
    whole["sites"][0]["location"] = location
    assert not VALIDATOR.is_valid(whole)


@pytest.mark.parametrize("key", ["id", "verdict", "rule", "masks", "map_flags", "open", "evidence"])
def test_a_missing_key_is_refused(report, key):
    whole = document(report)
    del whole["sites"][0][key]
    assert not VALIDATOR.is_valid(whole)


def test_the_schema_names_every_word_of_the_closed_lists():
    parts = schema()["$defs"]
    assert set(parts["Verdict"]["enum"]) == set(Verdict)
    assert set(parts["Reason"]["enum"]) == set(Reason)
    assert set(parts["StepKind"]["enum"]) == set(StepKind)


def test_formats_are_found_by_their_constant():
    found = formats()
    assert {"text", "json"} <= set(found)
    assert found["json"].render is render
