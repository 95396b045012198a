"""Python programs, run and read: whatever a run asks for lies inside what was predicted for its line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mapproof.classify.pack import builtin_rules, load_pack
from mapproof.model.protection import Prot
from mapproof.model.verdict import Verdict
from mapproof.scan import scan

from .python_generator import Generator

HERE = Path(__file__).parent
SEEDS = 200 if os.environ.get("MAPPROOF_MATRIX") == "1" else 12
PROGRAMS = sorted((HERE / "python").glob("*.py"))


def observed(program: Path) -> set[tuple[int, int]]:
    """Line and protection of every request of a run."""
    done = subprocess.run(
        [sys.executable, HERE / "python_oracle.py", program], check=False, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return {(line, rights) for line, rights in json.loads(done.stdout)}


def disagreements(program: Path, least: int) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """What a run asked for that was not predicted, and what it asked to execute where all was called harmless."""
    report = scan([str(program)], load_pack(builtin_rules()))
    assert not report.errors
    assert not report.unverified
    seen = observed(program)
    assert len(seen) >= least
    missed, harmless = [], []
    for line, rights in sorted(seen):
        spans = [(finding, finding.site.location) for finding in report.findings]
        here = [finding for finding, span in spans if span.line <= line <= span.end_line]
        if not any(Prot(rights) in finding.site.protections for finding in here):
            missed.append((line, str(Prot(rights))))
        if Prot(rights).executable and here and all(finding.verdict is Verdict.BENIGN for finding in here):
            harmless.append((line, str(Prot(rights))))
    return missed, harmless


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.stem)
def test_a_run_asks_for_nothing_that_was_not_predicted(program):
    assert disagreements(program, 5) == ([], [])


@pytest.mark.parametrize("seed", range(400, 400 + SEEDS))
def test_neither_does_a_generated_program(seed, tmp_path):
    program = tmp_path / "program.py"
    program.write_text(Generator(seed).program())
    assert disagreements(program, 2) == ([], [])
