"""The demonstration holds what is claimed of this Python's SQLite against what the kernel says of this process."""

from __future__ import annotations

import subprocess
import sys

import pytest

from mapproof.commands.demo import Mapped, _inside

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the demonstration needs Linux")


def test_what_is_mapped_lies_inside_what_is_claimed() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mapproof", "demo"], capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "benign[sqlite-wal-index]" in done.stdout
    assert "benign[sqlite-mmap-io]" in done.stdout
    assert "demo.db-shm" in done.stdout
    assert done.stdout.count("so: what is mapped lies inside what was claimed") == 2


def test_a_mapping_that_nobody_claimed_is_called_so() -> None:
    assert _inside([], [Mapped("rwxs", "/demo.db-shm")]).startswith("NOT SO: rwx")
