"""Reports of real tools, from the file as the tool wrote it to the answer for each alert in it."""

from __future__ import annotations

import tomllib

import pytest

from mapproof.commands.triaging import triage
from mapproof.triage.readers.base import read_alerts, readers

from .conftest import REPORTS, gate

FIXTURES = tomllib.loads((REPORTS / "fixtures.toml").read_text())
TARGETS = {
    "data": (["target/data.c"], ["target/libdata.so"]),
    "maps": (["target/maps.c"], ["target/maps", "target/stack"]),
}


@pytest.fixture(autouse=True)
def in_reports(monkeypatch):
    monkeypatch.chdir(REPORTS)


@pytest.mark.parametrize("name", FIXTURES)
@pytest.mark.parametrize("target", TARGETS)
def test_every_alert_of_a_tool_is_answered(name, target, kept):
    sources, artifacts = TARGETS[target]
    found = triage([FIXTURES[name]["file"]], sources, artifacts, gate(), kept, {})
    assert not found.files[0].fault
    assert [answer.outcome.value for answer in found.answers] == FIXTURES[name][target]
    for answer in found.answers:
        assert answer.reason
        assert bool(answer.proofs) == (answer.outcome.value in {"refuted", "true-but-benign"})


@pytest.mark.parametrize("name", FIXTURES)
def test_a_format_is_told_by_content(name):
    fixture = FIXTURES[name]
    data = (REPORTS / fixture["file"]).read_bytes()
    file, alerts = read_alerts("no-suffix-at-all", data, 1, "")
    again, others = read_alerts("misleading.sarif", b"\xef\xbb\xbf" + data, 1, "")
    assert file.format == again.format
    assert len(alerts) == len(others) == len(fixture["data"])
    assert [alert.number for alert in alerts] == list(range(1, len(alerts) + 1))
    assert all(alert.rule and alert.tool and alert.pointer for alert in alerts)
    assert len({(alert.pointer, alert.place) for alert in alerts}) == len(alerts)


def test_every_reader_has_a_report():
    read = {read_alerts("x", (REPORTS / one["file"]).read_bytes(), 1, "")[0].format for one in FIXTURES.values()}
    assert {reader.name for reader in readers()} - read == {"columns"}, "tables are tested with their mapping"


def test_every_report_says_where_it_comes_from():
    files = {path.name for path in REPORTS.iterdir() if path.is_file()} - {"fixtures.toml"}
    assert files - {one["file"] for one in FIXTURES.values()} == {"house-scanner.csv", "house-scanner.jsonl"}
    for fixture in FIXTURES.values():
        assert fixture["tool"]
        assert fixture["command"] if fixture["made"] == "run" else fixture["source"]


@pytest.mark.parametrize("name", [name for name, one in FIXTURES.items() if one["file"].endswith(".json")])
def test_a_broken_report_is_said_to_be_one(name):
    data = (REPORTS / FIXTURES[name]["file"]).read_bytes()
    file, alerts = read_alerts("cut", data[: len(data) * 2 // 3], 1, "")
    assert file.fault
    assert file.alerts == len(alerts) == 0
