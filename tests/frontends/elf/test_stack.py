"""Whose PT_GNU_STACK counts: the executable's, proved where it is at hand and assumed where it is not."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from mapproof.classify.opening import builtin_rules
from mapproof.classify.pack import load_pack
from mapproof.errors import MapproofError
from mapproof.model.callee import Role
from mapproof.model.verdict import Assumption, Verdict
from mapproof.scan import Options, scan

if TYPE_CHECKING:
    from pathlib import Path

    from mapproof.model.site import Finding

pytestmark = pytest.mark.skipif(shutil.which("gcc") is None, reason="no gcc here")

SOURCE = """
#include <sys/mman.h>
void *f(void) { return mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); }
int main(void) { return f() == MAP_FAILED; }
"""


def build(folder: Path, name: str, *flags: str) -> Path:
    source, built = folder / "program.c", folder / name
    source.write_text(SOURCE)
    subprocess.run(["gcc", "-O1", *flags, "-o", str(built), str(source)], check=True)
    return built


def finding(path: Path, executable: Path | None = None) -> Finding:
    """The finding on the one call."""
    options = Options(executable=None if executable is None else str(executable))
    findings = scan([str(path)], load_pack(builtin_rules()), options).findings
    (found,) = [each for each in findings if each.site.role is not Role.SEGMENT]
    return found


def test_an_executable_says_so_itself(tmp_path: Path) -> None:
    found = finding(build(tmp_path, "program", "-z", "noexecstack"))
    assert found.verdict is Verdict.BENIGN
    assert Assumption.GNU_STACK not in found.assumptions


def test_an_executable_stack_lets_the_kernel_add_x(tmp_path: Path) -> None:
    found = finding(build(tmp_path, "program", "-z", "execstack"))
    assert (found.verdict, found.rule) == (Verdict.UNRESOLVED, "platform")


def test_a_library_asks_the_program_that_loads_it(tmp_path: Path) -> None:
    library = build(tmp_path, "library.so", "-shared", "-fPIC")
    assert Assumption.GNU_STACK in finding(library).assumptions
    assert Assumption.GNU_STACK not in finding(library, build(tmp_path, "good", "-z", "noexecstack")).assumptions
    assert finding(library, build(tmp_path, "bad", "-z", "execstack")).verdict is Verdict.UNRESOLVED


def test_a_library_is_no_program(tmp_path: Path) -> None:
    library = build(tmp_path, "library.so", "-shared", "-fPIC")
    with pytest.raises(MapproofError, match="name the program that loads the library"):
        finding(library, library)
