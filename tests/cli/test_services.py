"""The GitHub Action and the GitLab component: as their schemas want them, and doing what they say."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mapproof.report.base import formats

from .conftest import environment

ROOT = Path(__file__).resolve().parents[2]
CHECKER = Path(sys.executable).with_name("check-jsonschema")
COMPONENT = ROOT / "templates" / "mapproof.yml"
ACTION = ROOT / "action.yml"

pytestmark = pytest.mark.skipif(not ACTION.is_file(), reason="the action is not beside the tests")


def validated(schema: str, *files: Path) -> None:
    done = subprocess.run(
        [CHECKER, "--builtin-schema", schema, *files], check=False, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.skipif(not CHECKER.exists(), reason="check-jsonschema is not installed: pip install check-jsonschema")
def test_the_action_fits_githubs_schema():
    validated("vendor.github-actions", ACTION)


@pytest.mark.skipif(not CHECKER.exists(), reason="check-jsonschema is not installed: pip install check-jsonschema")
def test_the_components_job_fits_gitlabs_schema(tmp_path):
    header, _, job = COMPONENT.read_text().partition("\n---\n")
    (tmp_path / ".gitlab-ci.yml").write_text(job)
    validated("vendor.gitlab-ci", tmp_path / ".gitlab-ci.yml")
    inputs = {
        line.strip().rstrip(":")
        for line in header.splitlines()
        if line.startswith("    ") and line.rstrip().endswith(":")
    }
    used = {part.partition(" ]]")[0] for part in job.split("$[[ inputs.")[1:]}
    assert used == {name for name in inputs if " " not in name}


def test_the_component_asks_for_formats_that_exist():
    asked = {part.split()[0] for part in COMPONENT.read_text().split("--format ")[1:]}
    asked |= {part.split()[0] for part in (ROOT / ".ci" / "action").read_text().split("--format ")[1:]}
    assert asked <= set(formats())


@pytest.mark.parametrize(("source", "code"), [("wx", 1), ("hitless", 0)])
def test_the_action_reports_everything_and_fails_later(tmp_path, request, source, code):
    path = request.getfixturevalue(source)
    command = tmp_path / "bin" / "mapproof"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m mapproof "$@"\n')
    command.chmod(0o755)
    done = subprocess.run(
        ["bash", ROOT / ".ci" / "action"],
        cwd=tmp_path,
        env=environment(
            PATH=f"{command.parent}{os.pathsep}{os.environ['PATH']}",
            PATHS=path.name,
            SARIF_FILE="out.sarif",
            GITHUB_OUTPUT=str(tmp_path / "output"),
            GITHUB_STEP_SUMMARY=str(tmp_path / "summary.md"),
        ),
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "output").read_text() == f"exit-code={code}\n"
    assert ("::error file=wx.c,line=3" in done.stdout) is bool(code)
    assert (tmp_path / "summary.md").read_text().startswith("## mapproof")
    (run,) = json.loads((tmp_path / "out.sarif").read_text())["runs"]
    assert len(run["results"]) == code
