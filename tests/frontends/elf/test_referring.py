"""Words that are computed from words: however long the way, and in loops, where they lead to a mapping call is seen."""

from __future__ import annotations

import platform
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from mapproof.classify.opening import builtin_rules
from mapproof.classify.pack import load_pack
from mapproof.model.protection import Prot
from mapproof.scan import scan

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(
    shutil.which("gcc") is None or platform.machine() != "x86_64", reason="no compiler for x86-64 here"
)

BEFORE = """
    .globl f
    .type f, @function
f:  push %rbx
    sub $16, %rsp
    lea table(%rip), %rbx
"""
AFTER = """
    xor %edi, %edi
    mov $4096, %esi
    mov $7, %edx
    mov $0x22, %ecx
    mov $-1, %r8
    xor %r9d, %r9d
    call *0x40(%rbx)
    add $16, %rsp
    pop %rbx
    ret
    .size f, .-f
    .data
    .balign 8
table:
    .fill 8, 8, 0
    .quad mmap
    .section .note.GNU-stack,"",@progbits
"""

WAYS = {
    "thousands of steps": "add $8, %rbx\n sub $8, %rbx\n" * 1500,
    "through the frame, again and again": "mov %rbx, 8(%rsp)\n mov 8(%rsp), %rbx\n" * 800,
    "around a loop that copies": """
        mov %rbx, %rax
     1: mov %rax, %rcx
        mov %rcx, 8(%rsp)
        mov 8(%rsp), %rax
        dec %edi
        jne 1b
        mov %rcx, %rbx""",
    "around a loop, from behind": """
        jmp 2f
     1: mov %rcx, %rbx
        test %edi, %edi
        jne 3f
     2: mov %rbx, %rcx
        mov %rcx, %rbx
        dec %edi
        jmp 1b
     3:""",
}


@pytest.mark.parametrize("way", WAYS)
def test_a_table_is_found_wherever_its_address_went(way: str, tmp_path: Path) -> None:
    source, built = tmp_path / "way.s", tmp_path / "way.so"
    source.write_text(BEFORE + WAYS[way] + AFTER)
    subprocess.run(["gcc", "-shared", "-nostdlib", "-o", str(built), str(source)], check=True)
    report = scan([str(built)], load_pack(builtin_rules()))
    assert any(Prot(7) in finding.site.protections for finding in report.findings) or report.errors
    assert [finding.site.callee.primitive for finding in report.findings] == ["mmap"]
