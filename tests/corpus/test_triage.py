"""Alerts about every call of real programs: none about executable memory is called false or harmless, and every proof
that an answer rests on is accepted by who checks it."""

from __future__ import annotations

import json
import os

import corpus
import pytest

from mapproof.commands.base import pack_with
from mapproof.commands.cache import Cache
from mapproof.commands.gate import Gate
from mapproof.commands.proving import verified
from mapproof.commands.triaging import triage
from mapproof.model.answer import Outcome
from mapproof.policy.policy import Policy
from mapproof.scan import Options

pytestmark = pytest.mark.corpus

WHOLE = os.environ.get("MAPPROOF_MATRIX") == "1"
TREES = [manifest.name for manifest in corpus.manifests()] if WHOLE else ["lmdb", "minhook"]
MOST_VERIFIED = 1000 if WHOLE else 6
CLAIMS = (
    "memory is mapped with PROT_WRITE",
    "memory is mapped PROT_READ | PROT_WRITE | PROT_EXEC",
    "memory is written and then made executable",
    "memory is made executable (PROT_EXEC)",
    "mprotect changes the protection of memory",
    "mmap is called",
)
DECIDED = {Outcome.REFUTED, Outcome.TRUE_BUT_BENIGN}


def unheard(_what: str) -> None:
    """Nobody listens."""


def alert(path: str, line: int | None, message: str) -> dict:
    """A SARIF result."""
    region = {} if line is None else {"region": {"startLine": line}}
    place = {"physicalLocation": {"artifactLocation": {"uri": path}, **region}}
    return {"ruleId": "r", "message": {"text": message}, "locations": [place]}


@pytest.mark.parametrize("name", TREES)
def test_no_executable_memory_is_called_harmless(name, tmp_path, monkeypatch):
    tree = corpus.path(name)
    if tree is None:
        message = f"{name} was not fetched: run `python -m corpus.fetch {name}`"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    monkeypatch.chdir(tree)
    gate = Gate(Policy(), Options(), pack_with(), unheard)
    kept = Cache(tmp_path / "kept")
    report = tmp_path / "scan.sarif"
    report.write_text(json.dumps({"version": "2.1.0", "runs": []}))
    sites = triage([str(report)], ["."], [], gate, kept, {}).dossiers[0].sites
    assert sites
    places = {(site.spot.path, line) for site in sites for line in (site.spot.line, (site.spot.line or 1) + 2, None)}
    results = [alert(path, line, claim) for path, line in sorted(places, key=str) for claim in CLAIMS]
    report.write_text(
        json.dumps({"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "S"}}, "results": results}]})
    )
    found = triage([str(report)], ["."], [], gate, kept, {})
    assert len(found.answers) == len(results)
    known = found.sites()
    digests: set[str] = set()
    for answer in found.answers:
        if answer.outcome in DECIDED:
            assert {known[site].verdict for site in answer.match.sites} == {"benign"}
            digests.update(answer.proofs)
    assert digests or name != "lmdb", "its mappings are data, and proved to be"
    for digest in sorted(digests)[:MOST_VERIFIED]:
        proof = kept.statement(digest)
        assert proof is not None
        assert verified(digest, proof, ["."], gate.pack)[1].result.value == "holds"
