"""Answers in the forms that other tools take, as a user asks for them."""

from __future__ import annotations

import json
import subprocess

import pytest

from mapproof.commands.triage import FORMATS

SOURCE = """\
#include <sys/mman.h>
void *shared(int fd, unsigned long n) {
  return mmap(0, n, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
}
"""


@pytest.fixture
def alerts(tmp_path):
    """A Semgrep log in SARIF, and the source that it is about."""
    (tmp_path / "shared.c").write_text(SOURCE)
    place = {"physicalLocation": {"artifactLocation": {"uri": "shared.c"}, "region": {"startLine": 3}}}
    results = [
        {"ruleId": "c.mmap-write", "message": {"text": "maps memory with PROT_WRITE"}, "locations": [place]},
        {"ruleId": "c.cat", "message": {"text": "a cat sat on the mat"}, "locations": [place]},
    ]
    run = {"tool": {"driver": {"name": "Semgrep OSS"}}, "results": results}
    (tmp_path / "scan.sarif").write_text(json.dumps({"version": "2.1.0", "runs": [run]}))
    return ["triage", "scan.sarif", "--source", "shared.c"]


def test_every_format_is_written_to_a_file(alerts, tmp_path, mapproof_in):
    for name in FORMATS[2:]:
        done = mapproof_in(*alerts, "--format", name, "--output", "out", "--author", "Ada")
        assert done.returncode == 0, done.stderr
        assert "2 alerts in, 2 answered: 1 true-but-benign, 1 undecided" in done.stdout
        assert (tmp_path / "out").read_text(), name


def test_a_patch_and_suppressions_are_taken_as_they_are(alerts, tmp_path, mapproof_in):
    for name in ("patch", "suppressions"):
        mapproof_in(*alerts, "--format", name, "--output", f"{name}.out", "--author", "Ada")
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    subprocess.run(["git", "apply", "patch.out"], cwd=tmp_path, check=True)
    assert "  // nosemgrep: c.mmap-write\n  return mmap(" in (tmp_path / "shared.c").read_text()
    (tmp_path / "suppressions.out").rename(tmp_path / "mapproof.suppressions.toml")
    done = mapproof_in("suppressions", "check", "shared.c")
    assert done.returncode == 0, done.stdout + done.stderr
    (tmp_path / "shared.c").write_text(SOURCE.replace("PROT_WRITE,", "PROT_WRITE | PROT_EXEC,"))
    assert mapproof_in("suppressions", "check", "shared.c").returncode != 0, "it lapses with its proof"


def test_what_the_service_needs_is_said_before_the_work(alerts, mapproof_in):
    there = {"GITHUB_TOKEN": "x", "GITHUB_API_URL": "", "GITHUB_REPOSITORY": "ada/engine"}
    done = mapproof_in(*alerts, "--dismiss", **there)
    assert (done.returncode, done.stdout) == (2, "")
    assert "--dismiss: GITHUB_API_URL not set" in done.stderr
