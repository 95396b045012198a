"""SARIF in the ways that producers write it: rules by index, messages by id, folders by name, files in files."""

from __future__ import annotations

import json

import pytest

from mapproof.triage.readers.base import read_alerts
from mapproof.triage.readers.sarif import path_of


def alerts(run: dict, **top) -> list:
    data = json.dumps({"version": "2.1.0", "runs": [run], **top}).encode()
    file, found = read_alerts("x", data, 1, "")
    assert not file.fault
    return found


def place(**physical) -> dict:
    return {"locations": [{"physicalLocation": physical}]}


def test_a_rule_is_found_by_index_by_id_and_in_an_extension():
    driver = {
        "name": "BinSkim",
        "semanticVersion": "4.3.0",
        "rules": [
            {"id": "BA1"},
            {"id": "BA3006", "name": "EnableNX", "messageStrings": {"Bad": {"text": "'{0}' has {1} {{x}}"}}},
        ],
    }
    extension = {"name": "pack", "rules": [{"id": "E1", "shortDescription": {"text": "about mmap"}}]}
    found = alerts({
        "tool": {"driver": driver, "extensions": [extension]},
        "results": [
            {"ruleIndex": 1, "message": {"id": "Bad", "arguments": ["a.so", "no note"]}},
            {"ruleId": "BA3006/linux", "message": {"id": "Bad", "arguments": ["b.so"]}},
            {"rule": {"index": 0, "toolComponent": {"index": 0}}, "message": {"text": "m"}},
            {"rule": {"id": "E1"}, "message": {"markdown": "**m**"}},
            {"ruleId": "gone", "ruleIndex": 99, "message": {"id": "none"}},
        ],
    })  # fmt: skip
    assert [one.rule for one in found] == ["BA3006", "BA3006/linux", "E1", "E1", "gone"]
    assert found[0].message == "'a.so' has no note {x}"
    assert found[1].message == "'b.so' has  {x}"
    assert [one.rule_text for one in found] == ["EnableNX", "EnableNX", "about mmap", "about mmap", ""]
    assert found[3].message == "**m**"
    assert {(one.tool, one.tool_version) for one in found} == {("BinSkim", "4.3.0")}


def test_what_passes_or_is_gone_asserts_nothing():
    results = [
        {"kind": "pass", "message": {"text": "m"}},
        {"kind": "notApplicable", "message": {"text": "m"}},
        {"baselineState": "absent", "message": {"text": "m"}},
        {"kind": "open", "message": {"text": "m"}},
        {"message": {"text": "m"}},
    ]
    found = alerts({"tool": {"driver": {"name": "T"}}, "results": results})
    assert [one.asserts_nothing for one in found] == [True, True, True, False, False]


@pytest.mark.parametrize(
    ("suppressions", "answered"),
    [
        ([], False),
        ([{"kind": "inSource"}], True),
        ([{"kind": "external", "status": "accepted"}], True),
        ([{"kind": "external", "status": "underReview"}], False),
        ([{"kind": "inSource"}, {"kind": "external", "status": "rejected"}], False),
    ],
)
def test_suppressions_count_as_the_standard_says(suppressions, answered):
    result = {"message": {"text": "m"}, "suppressions": suppressions}
    (one,) = alerts({"tool": {"driver": {"name": "T"}}, "results": [result]})
    assert one.answered is answered


def test_folders_have_names_and_files_stand_in_files():
    run = {
        "tool": {"driver": {"name": "T"}},
        "originalUriBaseIds": {
            "ROOT": {"uri": "file:///build/agent%207/"},
            "SRC": {"uri": "src/", "uriBaseId": "ROOT"},
            "LOOP": {"uri": "x/", "uriBaseId": "LOOP"},
        },
        "artifacts": [
            {"location": {"uri": "out/app.apk"}},
            {"location": {"uri": "/lib/x86_64/libfoo.so"}, "parentIndex": 0, "hashes": {"sha-256": "AB" * 32}},
            {"location": {"uri": "inner.zip"}, "parentIndex": 2},
        ],
        "results": [
            {"message": {"text": "m"}, **place(artifactLocation={"uri": "a%20b.c", "uriBaseId": "SRC"})},
            {"message": {"text": "m"}, **place(artifactLocation={"uri": "c.c", "uriBaseId": "%SRCROOT%"})},
            {"message": {"text": "m"}, **place(artifactLocation={"index": 1})},
            {"message": {"text": "m"}, **place(artifactLocation={"index": 2})},
            {"message": {"text": "m"}, **place(artifactLocation={"uri": "d.c", "uriBaseId": "LOOP"})},
            {"message": {"text": "m"}, "analysisTarget": {"uri": "whole.so"}},
        ],
    }
    found = [one.place for one in alerts(run)]
    assert [one.path for one in found[:2]] == ["/build/agent 7/src/a b.c", "c.c"]
    assert (found[2].path, found[2].member, found[2].sha256) == ("out/app.apk", "lib/x86_64/libfoo.so", "ab" * 32)
    assert found[3].member.endswith("inner.zip")
    assert found[4].path.endswith("d.c")
    assert found[5].path == "whole.so"


def test_a_place_is_read_whole():
    physical = {
        "artifactLocation": {"uri": "lib.so"},
        "address": {"absoluteAddress": 4660, "fullyQualifiedName": "f"},
        "region": {"byteOffset": 12, "snippet": {"text": "x"}},
    }
    (one,) = alerts({"tool": {"driver": {"name": "T"}}, "results": [{"message": {"text": "m"}, **place(**physical)}]})
    spot = one.place
    assert (spot.path, spot.address, spot.symbol, spot.offset, spot.snippet) == ("lib.so", 4660, "f", 12, "x")


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("file:///C:/src/a.c", "C:/src/a.c"),
        ("file:///src/a%2Bb.c", "/src/a+b.c"),
        ("file://localhost/src/a.c", "/src/a.c"),
        ("file://server/share/a.c", "//server/share/a.c"),
        ("file:/src/a.c", "/src/a.c"),
        (r"src\a.c", "src/a.c"),
        ("src/a.c", "src/a.c"),
        ("", ""),
    ],
)
def test_a_uri_is_a_path(uri, path):
    assert path_of(uri) == path


def test_runs_count_through():
    run = {"tool": {"driver": {"name": "T"}}, "results": [{"message": {"text": "m"}}]}
    data = json.dumps({"$schema": "sarif", "runs": [run, {"tool": {"driver": {"name": "U"}}}, run]}).encode()
    file, found = read_alerts("x", data, 5, "")
    assert (file.alerts, file.tools) == (2, ("T",))
    assert [(one.number, one.pointer) for one in found] == [(5, "/runs/0/results/0"), (6, "/runs/2/results/0")]
