"""The part of the pack that plain Semgrep can say: each rule's own test, run by Semgrep itself."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from mapproof.classify.pack import builtin_rules, load_pack

from .marks import RULES

FILES = sorted(RULES.glob("*/*/semgrep.yaml"))
BESIDE = RULES.parent / ".cache" / "tools" / "semgrep" / "bin" / "semgrep"
SEMGREP = os.environ.get("MAPPROOF_SEMGREP") or shutil.which("semgrep") or (str(BESIDE) if BESIDE.exists() else None)


def ids_of(path: Path) -> list[str]:
    return re.findall(r"^  - id: (\S+)$", path.read_text(), re.MULTILINE)


def test_a_rule_is_named_for_its_folder():
    assert FILES
    known = {rule.id for rule in load_pack(builtin_rules()).rules}
    for path in FILES:
        assert path.parent.name in known
        assert all(name == path.parent.name or name.startswith(path.parent.name + "-") for name in ids_of(path))
        assert path.with_suffix(".c").is_file()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.name)
def test_each_rule_fires_and_keeps_silent_in_each_language(path):
    text = "".join(beside.read_text() for beside in path.parent.glob("semgrep.*") if beside.suffix != ".yaml")
    for name in ids_of(path):
        assert f" ruleid: {name}\n" in text
        assert f" ok: {name}\n" in text


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.name)
def test_metadata_is_as_registries_want_it(path):
    rules = path.read_text().split("\n  - id: ")[1:]
    for rule in rules:
        for key in (
            "category: security",
            "subcategory:",
            "technology:",
            "confidence:",
            "likelihood:",
            "impact:",
            "cwe:",
            "references:",
            "claim:",
            "since:",
        ):
            assert f"\n      {key}" in rule
        assert "\n    message:" in rule
        assert "\n    severity:" in rule


@pytest.mark.skipif(SEMGREP is None, reason="semgrep is not installed: run `make tools`")
def test_semgrep_itself_passes_them():
    assert SEMGREP is not None
    done = subprocess.run(
        [SEMGREP, "scan", "--test", "--disable-version-check", "--metrics=off", RULES],
        check=False,
        capture_output=True,
        text=True,
        timeout=600,
        env={**os.environ, "SEMGREP_ENABLE_VERSION_CHECK": "0", "SEMGREP_SEND_METRICS": "off"},
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said[-3000:]
    count = sum(len(ids_of(path)) for path in FILES)
    assert f"{count}/{count}: " in said, said[-3000:]


@pytest.mark.skipif(SEMGREP is None, reason="semgrep is not installed: run `make tools`")
def test_semgrep_itself_finds_their_form_valid():
    """What `semgrep scan --validate` asks first, without the rules about rules that it would fetch: Semgrep's schema
    of a rule, and its parser for every pattern."""
    assert SEMGREP is not None
    python = next(Path(SEMGREP).resolve().parent.glob("python3"))
    code = (
        "import json, sys, pathlib, jsonschema, semgrep\n"
        "from ruamel.yaml import YAML\n"
        "read = YAML(typ='safe').load\n"
        "schema = read(pathlib.Path(semgrep.__file__).parent / 'semgrep_interfaces' / 'rule_schema_v1.yaml')\n"
        "for name in sys.argv[1:]:\n"
        "    jsonschema.Draft7Validator(schema).validate(read(pathlib.Path(name)))\n"
    )
    done = subprocess.run([python, "-c", code, *FILES], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]


def test_the_comparison_names_every_rule_that_semgrep_has():
    """When this fails: `python -m tests.rules.compare`."""
    page = (RULES / "comparison.md").read_text()
    assert {path.parent.name for path in FILES} == set(re.findall(r"^\| ([a-z]+-[a-z-]+) \|", page, re.MULTILINE))
