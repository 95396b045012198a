"""Cases are C that a compiler takes, so that what is shown could be somebody's program."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from .marks import case_files

NO_C = {"limits/syntax/cases/bad.c"}
"""What this case shows is text that no compiler takes."""
DEFINES = {"limits/unknown-name/cases/bad.c": ["-DCONFIG_MAP_PROTECTION=3", "-DCONFIG_EXTRA_RIGHTS=2"]}
"""What the build of a case defines, and its text does not."""


def name_of(path) -> str:
    return "/".join(path.parts[-4:])


def for_unix(path) -> bool:
    return path.suffix != ".py" and "windows.h" not in path.read_text() and name_of(path) not in NO_C


@pytest.mark.skipif(shutil.which("cc") is None, reason="needs a C compiler")
@pytest.mark.parametrize("path", [path for path in case_files() if for_unix(path)], ids=name_of)
def test_a_case_compiles(path, tmp_path):
    command = ["cc", "-std=gnu11", "-w", *DEFINES.get(name_of(path), []), "-c", "-o", tmp_path / "case.o", path]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
