"""The door itself: help, other commands, faults, and what a run does not import."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import jsonschema
import pytest

from mapproof import __version__
from mapproof.commands.check import exit_code
from mapproof.model.callee import Role
from mapproof.model.location import Address
from mapproof.model.protection import ProtSet
from mapproof.model.report import Report
from mapproof.model.site import Callee, Coverage, Finding, Site
from mapproof.model.verdict import Assumption, Verdict
from mapproof.report.base import formats

from .conftest import environment


def test_the_version(mapproof_in):
    done = mapproof_in("--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"mapproof {__version__}\n", "")
    assert mapproof_in("--debug", "--version").stdout == done.stdout


def test_help_shows_examples_formats_and_exit_codes(mapproof_in):
    top = mapproof_in("--help")
    assert top.returncode == 0
    assert all(command in top.stdout for command in ("check", "explain", "rules", "schema", "examples:"))
    check = mapproof_in("check", "--help").stdout
    assert "mapproof check --all src/" in check
    assert all(name in check for name in formats())
    assert all(f"\n  {code} " in check for code in (0, 1, 2, 3, 70))


def test_every_rule_is_listed_and_explained(mapproof_in):
    listed = json.loads(mapproof_in("rules", "--format", "json").stdout)
    text = mapproof_in("rules").stdout
    assert len(listed) > 10
    assert [rule for rule in listed if f"  {rule['id']} " not in text] == []
    for wanted in ("write-exec-mapping", "sqlite-wal-index"):
        assert wanted in {rule["id"] for rule in listed}
        page = mapproof_in("explain", wanted)
        assert page.returncode == 0
        assert wanted in page.stdout
        assert len(page.stdout.splitlines()) > 10


def test_the_schema_is_printed(mapproof_in):
    done = mapproof_in("schema")
    schema = json.loads(done.stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["title"] == "mapproof.report/1"


def imports(tmp_path, *arguments: str) -> set[str]:
    """The modules that ``mapproof ARGUMENTS`` imports."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "mapproof", *arguments],
        cwd=tmp_path,
        env=environment(),
        check=False,
        capture_output=True,
        text=True,
    )
    return {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}


def test_the_version_costs_next_to_nothing(tmp_path):
    loaded = imports(tmp_path, "--version")
    assert "mapproof.cli" in loaded
    assert not loaded & {"argparse", "dataclasses", "json", "mapproof.errors", "mapproof.model.site"}


def test_a_file_without_a_call_loads_no_parser(tmp_path, hitless):
    loaded = imports(tmp_path, "check", "--color", "never", hitless.name)
    assert "mapproof.scan" in loaded
    heavy = {
        "tree_sitter",
        "tree_sitter_c",
        "msgspec",
        "json",
        "libcst",
        "elftools",
        "numpy",
        "pypcode",
        "rich",
        "logging",
    }
    assert not loaded & heavy


def test_a_commit_without_a_call_loads_next_to_nothing(tmp_path, hitless):
    loaded = imports(tmp_path, "check", hitless.name)
    assert "mapproof.commands.quick" in loaded
    assert not loaded & {"mapproof.scan", "argparse", "dataclasses", "re", "subprocess", "pathlib"}


def run_with(tmp_path, patch: str, *arguments: str, **extra: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process in which ``patch`` was executed first."""
    program = f"import sys\n{patch}\nfrom mapproof.cli import main\nsys.exit(main({list(arguments)!r}))"
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env=environment(**extra),
        check=False,
        capture_output=True,
        text=True,
    )


BROKEN = "import mapproof.scan\ndef broken(*_): raise ZeroDivisionError('one\\ntwo')\nmapproof.scan.scan = broken"


def test_an_internal_error_is_one_line_and_exits_70(tmp_path, wx):
    done = run_with(tmp_path, BROKEN, "check", wx.name)
    assert (done.returncode, done.stdout) == (70, "")
    assert done.stderr.startswith("mapproof: internal error: ZeroDivisionError at <string>:3: one two: ")
    assert "--debug" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(("arguments", "extra"), [(["--debug"], {}), ([], {"MAPPROOF_DEBUG": "1"})])
def test_the_trace_is_for_who_asks(tmp_path, wx, arguments, extra):
    done = run_with(tmp_path, BROKEN, "check", wx.name, *arguments, **extra)
    assert done.returncode == 70
    assert "Traceback" in done.stderr


def test_every_fault_of_a_pack_is_told_when_its_rules_are_needed(tmp_path):
    patch = (
        "import mapproof.classify.pack as pack\nfrom mapproof.errors import PackError\n"
        "def faulty(*_): raise PackError(['a/rule.toml:1: no id', 'b/rule.toml:2: no why'])\npack.load_pack = faulty"
    )
    (tmp_path / "hit.c").write_text("void *mmap();\nvoid *f(void) { return mmap(0, 1, 3, 2, -1, 0); }\n")
    done = run_with(tmp_path, patch, "check", "hit.c")
    assert done.returncode == 2
    assert done.stderr == "mapproof: error: a/rule.toml:1: no id\nmapproof: error: b/rule.toml:2: no why\n"


def test_an_interrupt_is_quiet(tmp_path, wx):
    patch = "import mapproof.scan\ndef stop(*_): raise KeyboardInterrupt\nmapproof.scan.scan = stop"
    done = run_with(tmp_path, patch, "check", wx.name)
    assert (done.returncode, done.stderr) == (130, "")


def test_configurations_reach_the_scan(tmp_path, hitless):
    patch = (
        "import mapproof.scan\nfrom mapproof.errors import MapproofError\n"
        "def show(paths, _pack, options, _progress): raise MapproofError(repr((paths, options)))\n"
        "mapproof.scan.scan = show"
    )
    arguments = ["-DA", "-D", "B=2", "-D", "C=", "-U", "D", "-D", "E", "-U", "E", "-U", "F", "-DF=1", "-I", "inc"]
    said = run_with(tmp_path, patch, "check", hitless.name, *arguments).stderr
    assert "defines={'A': '1', 'B': '2', 'C': '', 'F': '1'}" in said, "the last word on a name counts, as for compilers"
    assert "include_dirs=('inc',)" in said
    for name in "DE":
        assert f"'{name}'" in said.partition("undefines=frozenset(")[2].partition(")")[0]


SLOW = """
import time, mapproof.scan
real = mapproof.scan.scan
now = time.monotonic
def slow(paths, pack, options, progress):
    progress("early")
    progress._clock = lambda: now() + 3
    progress("reading \\x1b[31mfile.c")
    return real(paths, pack, options, None)
mapproof.scan.scan = slow
"""


def stderr_on_a_terminal(tmp_path, *arguments: str) -> str:
    """What a slow scan writes to a terminal."""
    leader, follower = os.openpty()
    program = f"import sys\n{SLOW}\nfrom mapproof.cli import main\nsys.exit(main({list(arguments)!r}))"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env=environment(),
        check=False,
        stdout=subprocess.DEVNULL,
        stderr=follower,
    )
    os.close(follower)
    try:
        shown = os.read(leader, 65536).decode()
    except OSError:
        shown = ""
    os.close(leader)
    assert done.returncode == 0, shown
    return shown


def test_progress_is_shown_late_safely_and_taken_away(tmp_path, hitless):
    shown = stderr_on_a_terminal(tmp_path, "check", "--color", "never", hitless.name)
    assert "early" not in shown
    assert "reading \\x1b[31mfile.c" in shown
    assert shown.endswith("\r\x1b[K")


def test_progress_is_for_terminals_and_not_for_the_quiet(tmp_path, hitless):
    assert stderr_on_a_terminal(tmp_path, "check", "--quiet", hitless.name) == ""
    assert run_with(tmp_path, SLOW, "check", hitless.name).stderr == ""


def finding(verdict: Verdict, *assumptions: Assumption) -> Finding:
    site = Site("s", "a", "", "c", Address("a", 1), None, Callee("mmap", "mmap"), Role.MAP, "posix", ProtSet(1))
    return Finding(site, verdict, "r", "why", assumptions=assumptions)


GAP = Coverage("a", "parse", "…")


@pytest.mark.parametrize(
    ("findings", "errors", "unverified", "lax", "strict"),
    [
        ([], (), (), 0, 0),
        ([finding(Verdict.BENIGN)], (), (), 0, 0),
        ([finding(Verdict.BENIGN, Assumption.GNU_STACK)], (), (), 0, 3),
        ([finding(Verdict.BENIGN)], (GAP,), (), 0, 3),
        ([finding(Verdict.BENIGN)], (), ("s",), 0, 3),
        ([finding(Verdict.UNRESOLVED)], (), (), 0, 3),
        ([finding(Verdict.EXECUTABLE)], (), (), 1, 1),
        ([finding(Verdict.VIOLATION), finding(Verdict.UNRESOLVED)], (GAP,), (), 1, 1),
    ],
)
def test_exit_codes(findings, errors, unverified, lax, strict):
    report = Report((), tuple(findings), errors, 1, 0.1, "", frozenset(unverified))
    assert exit_code(report) == lax
    assert exit_code(report, strict=True) == strict
    assert exit_code(report, strict=True, exit_zero=True) == 0
