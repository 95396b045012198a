"""`mapproof triage` as a user runs it: a tool's report in, an answer to each alert out."""

from __future__ import annotations

import json

import pytest

BENIGN = """\
#include <sys/mman.h>
void *shared(int fd, unsigned long n) {
  return mmap(0, n, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
}
"""
VIOLATION = BENIGN.replace("PROT_WRITE,", "PROT_WRITE | PROT_EXEC,")


def sarif(*results: dict, tool: str = "Some Scanner") -> str:
    """A log of one run."""
    return json.dumps({"version": "2.1.0", "runs": [{"tool": {"driver": {"name": tool}}, "results": list(results)}]})


def result(message: str, uri: str, line: int | None = None, rule: str = "r1") -> dict:
    """A result as most tools write one."""
    region = {} if line is None else {"region": {"startLine": line}}
    place = {"physicalLocation": {"artifactLocation": {"uri": uri}, **region}}
    return {"ruleId": rule, "message": {"text": message}, "locations": [place]}


@pytest.fixture
def answered(tmp_path, mapproof_in):
    """The answers to some results about the source in ``src/``."""

    def run(source: str, *results: dict, code: int = 0) -> list[dict]:
        (tmp_path / "src").mkdir(exist_ok=True)
        (tmp_path / "src" / "shared.c").write_text(source)
        (tmp_path / "scan.sarif").write_text(sarif(*results))
        done = mapproof_in("triage", "scan.sarif", "--source", "src", "--format", "json")
        assert done.returncode == code, done.stderr
        found = json.loads(done.stdout)
        assert found["summary"]["alerts"] == found["summary"]["answers"] == len(results)
        return found["answers"]

    return run


def test_what_is_true_and_harmless_is_said_to_be_both(answered, tmp_path, mapproof_in):
    (one,) = answered(BENIGN, result("maps memory with PROT_WRITE", "src/shared.c", 3))
    assert (one["outcome"], one["claim"], one["match"]["how"]) == ("true-but-benign", "writable-mapping", "line")
    assert one["rule"] == "shared-data-memory"
    assert len(one["proofs"]) == 1
    mapproof_in("triage", "scan.sarif", "--source", "src", "--proofs", "proofs")
    (proof,) = (tmp_path / "proofs").iterdir()
    assert mapproof_in("verify", proof).stdout.startswith("holds: src/shared.c:3")


def test_a_false_claim_about_the_same_call_is_refuted(answered):
    (one,) = answered(BENIGN, result("memory is mapped PROT_WRITE | PROT_EXEC", "shared.c", 3))
    assert (one["outcome"], one["claim"]) == ("refuted", "writable-and-executable")
    assert one["proofs"]


@pytest.mark.parametrize("message", ["maps with PROT_WRITE", "PROT_EXEC memory", "RWX mapping", "calls mmap"])
def test_what_is_writable_and_executable_is_confirmed_whatever_is_claimed(answered, message):
    (one,) = answered(VIOLATION, result(message, "/build/agent7/src/shared.c", 3), code=1)
    assert one["outcome"] == "confirmed"
    assert not one["proofs"]


def test_nothing_is_dropped(answered):
    found = answered(
        BENIGN,
        result("a cat sat on the mat", "src/shared.c", 3),
        result("maps memory with PROT_WRITE", "src/gone.c", 3),
        result("no stack canary", "src/shared.c"),
        {"message": 7},
    )
    assert [one["outcome"] for one in found] == ["undecided", "not-covered", "not-covered", "undecided"]
    assert "no claim known" in found[0]["reason"]
    assert "src/gone.c" in found[1]["reason"]
