"""System calls of IBM Z: what only looks like one, inside of another instruction, is none; beside data all may be."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from mapproof.classify.opening import builtin_rules
from mapproof.classify.pack import load_pack
from mapproof.scan import scan

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(shutil.which("s390x-linux-gnu-gcc") is None, reason="no compiler for IBM Z here")

CODE = """
    .globl f
    .type f, @function
f:  .cfi_startproc
    lghi %r3, 0x0a00
    lgfi %r4, 0x0a5a0a7d
    {more}
    svc 90
    svc 1
    br %r14
    .cfi_endproc
    .size f, .-f
    .section .note.GNU-stack,"",@progbits
"""


def _addresses(folder: Path, more: str) -> list[str]:
    source, built = folder / "code.s", folder / "code.so"
    source.write_text(CODE.format(more=more))
    subprocess.run(["s390x-linux-gnu-gcc", "-shared", "-nostdlib", "-o", str(built), str(source)], check=True)
    report = scan([str(built)], load_pack(builtin_rules()))
    listing = subprocess.run(["s390x-linux-gnu-nm", str(built)], check=True, capture_output=True, text=True).stdout
    start = next(int(line.split()[0], 16) for line in listing.splitlines() if line.endswith(" f"))
    return [f"+{int(finding.site.location.position, 16) - start}" for finding in report.findings]


def test_what_ends_another_instruction_is_no_system_call(tmp_path: Path) -> None:
    assert _addresses(tmp_path, "") == ["+10"]


def test_beside_data_every_one_may_be(tmp_path: Path) -> None:
    found = _addresses(tmp_path, "j 1f\n .byte 0xc0, 0x01\n1:")
    assert {"+2", "+6", "+8", "+16"} <= set(found)
