"""Programs in ``machine/`` of which compiled code made mapproof believe something wrong, or see nothing.

Each asks for executable memory when it runs with the right argument. However it is built, some call must be found that
may ask for it, or is not resolved. The comment at the head of each tells what was believed.
"""

from __future__ import annotations

import platform
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

from mapproof.classify.pack import Pack, builtin_rules, load_pack
from mapproof.model.verdict import Verdict
from mapproof.scan import scan

PROGRAMS = Path(__file__).parent / "machine"
COMPILERS = {".c": "gcc", ".cpp": "g++", ".S": "gcc"}
BUILDS = {
    ".c": (
        ("-O0",),
        ("-O1",),
        ("-O2",),
        ("-Os", "-s"),
        ("-O2", "-s", "-fno-asynchronous-unwind-tables"),
        ("-O2", "-fno-plt"),
    ),
    ".cpp": (("-O0",), ("-O2", "-s")),
    ".S": (("-pie",), ("-no-pie", "-s")),
}


@cache
def pack() -> Pack:
    return load_pack(builtin_rules())


def builds() -> list[object]:
    return [
        pytest.param(path, flags, id=f"{path.name}{''.join(flags)}")
        for path in sorted(PROGRAMS.iterdir())
        for flags in BUILDS[path.suffix]
    ]


@pytest.mark.parametrize(("program", "flags"), builds())
def test_executable_memory_is_not_overlooked(program: Path, flags: tuple[str, ...], tmp_path: Path) -> None:
    compiler = COMPILERS[program.suffix]
    if shutil.which(compiler) is None:
        pytest.skip(f"{compiler} is not installed")
    if program.suffix == ".S" and platform.machine() != "x86_64":
        pytest.skip(f"{program.name} is written for x86-64, this is {platform.machine()}")
    built = tmp_path / "program"
    subprocess.run([compiler, "-w", *flags, str(program), "-o", str(built)], check=True, capture_output=True)
    report = scan([str(built)], pack())
    doubtful = [
        finding
        for finding in report.findings
        if finding.verdict is not Verdict.BENIGN and (finding.site.protections.may_execute or finding.site.open)
        if finding.site.callee.primitive
    ]
    assert doubtful, [(str(finding.site.protections), finding.verdict) for finding in report.findings]
