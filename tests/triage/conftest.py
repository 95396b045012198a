"""Triage in this process: one gate, and one cache for all tests of this folder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mapproof.commands.base import pack_with
from mapproof.commands.cache import Cache
from mapproof.commands.gate import Gate
from mapproof.commands.triaging import triage
from mapproof.policy.policy import Policy
from mapproof.scan import Options

DEFAULT = Policy()
REPORTS = Path(__file__).parent / "reports"


def unheard(_what: str) -> None:
    """Nobody listens."""


def gate(policy: Policy = DEFAULT) -> Gate:
    """A gate with the rules that ship."""
    return Gate(policy, Options(), pack_with(), unheard)


@pytest.fixture(scope="session")
def kept(tmp_path_factory) -> Cache:
    """A cache of its own for these tests."""
    return Cache(tmp_path_factory.mktemp("cache"))


@pytest.fixture
def answers(tmp_path, monkeypatch, kept):
    """The answers to a report that is given as text or data, in the test's own folder."""
    monkeypatch.chdir(tmp_path)

    def run(report, sources=(), artifacts=(), policy=DEFAULT):
        text = report if isinstance(report, str | bytes) else json.dumps(report)
        Path("report").write_bytes(text if isinstance(text, bytes) else text.encode())
        found = triage(["report"], list(sources), list(artifacts), gate(policy), kept, {})
        assert sum(file.alerts for file in found.files) == len(found.answers)
        assert [answer.alert.number for answer in found.answers] == list(range(1, len(found.answers) + 1))
        return found

    return run


def log(*results: dict, tool: str = "Some Scanner", **run) -> dict:
    """A SARIF log of one run."""
    return {"version": "2.1.0", "runs": [{"tool": {"driver": {"name": tool}}, "results": list(results), **run}]}


def result(message: str, uri: str | None = None, line: int | None = None, rule: str = "r1", **more) -> dict:
    """A SARIF result as most tools write one."""
    place = {"physicalLocation": {"artifactLocation": {"uri": uri}}}
    if line is not None:
        place["physicalLocation"]["region"] = {"startLine": line, **more.pop("region", {})}
    located = {"locations": [place]} if uri is not None else {}
    return {"ruleId": rule, "message": {"text": message}, **located, **more}
