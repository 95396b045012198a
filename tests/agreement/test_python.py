"""Python programs, run and read: whatever a run asks for lies inside what was predicted for its line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from mapproof.classify.pack import builtin_rules, load_pack
from mapproof.model.protection import Prot
from mapproof.model.verdict import Verdict
from mapproof.scan import scan

HERE = Path(__file__).parent
PROGRAMS = sorted((HERE / "python").glob("*.py"))


def observed(program: Path) -> set[tuple[int, int]]:
    """Line and protection of every request of a run."""
    done = subprocess.run(
        [sys.executable, HERE / "python_oracle.py", program], check=False, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return {(line, rights) for line, rights in json.loads(done.stdout)}


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.stem)
def test_a_run_asks_for_nothing_that_was_not_predicted(program):
    report = scan([str(program)], load_pack(builtin_rules()))
    assert not report.errors
    assert not report.unverified
    seen = observed(program)
    assert len(seen) > 4
    missed, harmless = [], []
    for line, rights in sorted(seen):
        here = [
            finding
            for finding in report.findings
            if finding.site.location.line <= line <= finding.site.location.end_line
        ]
        if not any(Prot(rights) in finding.site.protections for finding in here):
            missed.append((line, str(Prot(rights))))
        if Prot(rights).executable and here and all(finding.verdict is Verdict.BENIGN for finding in here):
            harmless.append((line, str(Prot(rights))))
    assert not missed
    assert not harmless
