"""The command as a user runs it: a real process, its exit code, its two streams."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import mapproof

SOURCES = Path(mapproof.__file__).resolve().parents[1]
"""The folder that mapproof is imported from: the same for the processes that the tests start."""


def environment(**extra: str) -> dict[str, str]:
    """The environment of the tests without what would change the output."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in {"NO_COLOR", "FORCE_COLOR", "COLUMNS", "MAPPROOF_DEBUG"}
    }
    return {**kept, "PYTHONPATH": str(SOURCES), **extra}


@pytest.fixture
def mapproof_in(tmp_path):
    """Run ``mapproof ARGUMENTS`` in the test's own folder."""

    def run(*arguments: str | Path, **extra: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "mapproof", *map(os.fspath, arguments)]
        return subprocess.run(
            command,
            cwd=tmp_path,
            env=environment(**{"XDG_CACHE_HOME": os.fspath(tmp_path / ".cache"), **extra}),
            check=False,
            capture_output=True,
            encoding="utf-8",
            stdin=subprocess.DEVNULL,
            timeout=120,
        )

    return run


@pytest.fixture
def wx(tmp_path) -> Path:
    """A file with one mapping that is writable and executable at once."""
    path = tmp_path / "wx.c"
    path.write_text(
        "#include <sys/mman.h>\n"
        "void *code(unsigned long n) {\n"
        "  return mmap(0, n, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);\n"
        "}\n"
    )
    return path


@pytest.fixture
def hitless(tmp_path) -> Path:
    """A file that maps nothing."""
    path = tmp_path / "plain.c"
    path.write_text("int add(int a, int b) { return a + b; }\n")
    return path
