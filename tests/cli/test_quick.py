"""The quick answer is the whole tool's answer, or none."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

from mapproof.classify.opening import Pack, builtin_rules
from mapproof.commands.quick import needles, nothing_found
from mapproof.frontends.base import REMARK
from mapproof.frontends.c.frontend import _stems

from .conftest import environment

PLAIN = "int add(int a, int b) { return a + b; }\n"


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PRE_COMMIT_FROM_REF", raising=False)
    monkeypatch.delenv("FORCE_COLOR", raising=False)


def test_it_looks_for_all_that_the_frontends_look_for():
    words = needles()
    assert words
    assert REMARK in words
    assert all(any(word in stem for word in words) for stem in _stems(Pack(builtin_rules()).callees))


@pytest.mark.parametrize("flags", [(), ("--quiet",)])
def test_it_says_what_the_whole_tool_says(tmp_path, mapproof_in, flags):
    (tmp_path / "a.c").write_text(PLAIN)
    (tmp_path / "b.c").write_text(PLAIN)
    quick = mapproof_in("check", *flags, "a.c", "b.c")
    whole = mapproof_in("check", *flags, "--color", "never", "a.c", "b.c")
    assert quick.returncode == whole.returncode == 0
    assert quick.stdout.partition(" in ")[0] == whole.stdout.partition(" in ")[0]
    assert quick.stderr == whole.stderr


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.c", "void *mmap();"),
        ("a.c", "/* syscall */"),
        ("a.c", "// mapproof: allow[x] y"),
        ("a.c", "a\0b"),
        ("a.bin", "\x7fELF"),
        ("mapproof.toml", 'rules = ["own"]'),
        ("mapproof.toml", 'baseline = "known.json"'),
        ("mapproof.toml", 'suppressions = "decisions.toml"'),
        ("mapproof.toml", 'compile-commands = "build/compile_commands.json"'),
        ("mapproof.toml", '[[accept]]\npath = "a.c"\nreason = "r"\nauthor = "a"\nexpires = 2999-01-01'),
        ("mapproof.toml", "unknown = 1"),
        ("mapproof.toml", 'exclude = ["**"]'),
        ("mapproof.suppressions.toml", ""),
        ("pyproject.toml", '[tool.mapproof]\nrules = ["own"]'),
    ],
)
def test_what_is_not_plain_is_left_to_the_whole_tool(tmp_path, name, content):
    (tmp_path / "plain.c").write_text(PLAIN)
    assert nothing_found(["plain.c"]) is not None
    (tmp_path / name).write_text(content + ("\0" if name == "a.bin" else ""))
    assert nothing_found(["plain.c", name]) is None


@pytest.mark.parametrize(
    "policy",
    [
        "",
        'fail-on = ["violation", "not-covered"]',
        "strict = true",
        'exclude = ["b.c"]\nundefines = ["X"]',
        'world = "open"\npaths = ["a.c"]',
    ],
)
def test_it_says_what_the_whole_tool_says_under_a_policy(tmp_path, mapproof_in, policy):
    (tmp_path / "a.c").write_text(PLAIN)
    (tmp_path / "b.c").write_text(PLAIN)
    (tmp_path / "mapproof.toml").write_text(policy)
    assert nothing_found(["a.c", "b.c"]) is not None
    quick = mapproof_in("check", "a.c", "b.c")
    whole = mapproof_in("check", "--color", "never", "a.c", "b.c")
    assert quick.returncode == whole.returncode == 0
    assert quick.stdout.partition(" in ")[0] == whole.stdout.partition(" in ")[0]


@pytest.mark.parametrize("arguments", [[], ["."], ["none.c"], ["plain.c", "--strict"], ["plain.c", "--format=json"]])
def test_other_questions_are_left_to_the_whole_tool(tmp_path, arguments):
    (tmp_path / "plain.c").write_text(PLAIN)
    assert nothing_found(arguments) is None


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_a_staged_change_may_matter_for_a_call_elsewhere(tmp_path):
    (tmp_path / "plain.c").write_text(PLAIN)
    subprocess.run(["git", "init", "-q"], check=True)
    subprocess.run(["git", "add", "."], check=True)
    assert nothing_found(["--staged", "plain.c"]) is not None
    (tmp_path / "call.c").write_text("void *mmap();\n")
    assert nothing_found(["--staged", "plain.c"]) is not None
    subprocess.run(["git", "add", "."], check=True)
    assert nothing_found(["--staged", "plain.c"]) is None


def test_fifty_files_cost_next_to_nothing(tmp_path):
    """At most 60 ms of CPU time over bare Python, the least of several runs each; measured here it is about 12."""
    for number in range(50):
        (tmp_path / f"f{number}.c").write_text(PLAIN * 100)
    files = [f"f{number}.c" for number in range(50)]
    bare = min(cpu([sys.executable, "-c", "pass"]) for _ in range(5))
    ours = min(cpu([sys.executable, "-m", "mapproof", "check", *files]) for _ in range(5))
    assert ours - bare < 0.060, f"{ours:.3f} s against {bare:.3f} s"


def cpu(command) -> float:
    """User and system time of a process, in seconds."""
    process = subprocess.Popen(
        command, env=environment(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return usage.ru_utime + usage.ru_stime
