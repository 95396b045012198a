"""A function of the same file that never returns is known as one; whatever may return is followed."""

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

    from mapproof.model.site import Site

CALLER = """
    .globl f
    .type f, @function
f:  sub $8, %rsp
    test %edi, %edi
    jne 1f
    mov $1, %edx
    jmp 2f
1:  mov $7, %edx
    call last@PLT
2:  mov $4096, %esi
    mov $0x22, %ecx
    mov $-1, %r8
    xor %edi, %edi
    xor %r9d, %r9d
    call mmap@PLT
    add $8, %rsp
    ret
    .size f, .-f
    .section .note.GNU-stack,"",@progbits
"""
"""Behind the call stands what is done without it, where ``edx`` may be anything after a call: the mapping call is asked
for anything unless ``last`` never returns."""

HEAD = """
#define HIDDEN __attribute__((visibility("hidden")))
#define ALONE __attribute__((noinline))
__attribute__((noreturn)) void abort(void); __attribute__((noreturn)) void __stack_chk_fail(void);
extern int which(void); extern void (*hook)(void);
"""

ENDS = {
    "in a call": "HIDDEN void last(int way) { (void)way; abort(); }",
    "whichever way": "HIDDEN void last(int way) { if (way > 3) { which(); abort(); } __stack_chk_fail(); }",
    "in another": """
        static ALONE void deep(int n) { which(); (void)n; abort(); }
        HIDDEN void last(int n) { deep(n + 1); }""",
    "in a loop without a way out": "HIDDEN void last(int way) { for (;;) which(); (void)way; }",
    "in an exception": "HIDDEN void last(int way) { (void)way; __builtin_trap(); }",
}

RETURNS = {
    "on one way": "HIDDEN void last(int way) { if (way > 3) abort(); }",
    "out of a loop": "HIDDEN void last(int way) { for (;;) if (which() == way) return; }",
    "behind a call of another": """
        static ALONE void deep(int n) { if (n > 3) abort(); }
        HIDDEN void last(int n) { deep(n); which(); }""",
    "by a jump to another": "HIDDEN void last(int way) { (void)way; ((int (*)(void))which)(); }",
    "by a jump through a pointer": "HIDDEN void last(int way) { (void)way; hook(); }",
    "at the end of itself": """
        HIDDEN void last(int n) { if (n > 100) { last(n - 1); which(); } else if (n < 0) abort(); }""",
    "when another file has one by that name": "void last(int way) { (void)way; abort(); }",
    "when it is another's by name": "extern void err(int); HIDDEN void last(int way) { err(way); which(); }",
}

FLAGS = ("-O1", "-O2")


def _site(path: Path) -> Site:
    (finding,) = scan([str(path)], load_pack(builtin_rules())).findings
    return finding.site


def _build(folder: Path, body: str, flags: str) -> Path:
    (folder / "caller.s").write_text(CALLER)
    (folder / "last.c").write_text(HEAD + body)
    built, sources = folder / "built.so", [str(folder / "caller.s"), str(folder / "last.c")]
    subprocess.run(["gcc", flags, "-shared", "-fPIC", "-nostdlib", "-o", str(built), *sources], check=True)
    return built


@pytest.mark.skipif(shutil.which("gcc") is None or platform.machine() != "x86_64", reason="no compiler for x86-64 here")
@pytest.mark.parametrize("flags", FLAGS)
@pytest.mark.parametrize("way", ENDS)
def test_what_never_returns_is_known(way: str, flags: str, tmp_path: Path) -> None:
    site = _site(_build(tmp_path, ENDS[way], flags))
    assert list(site.protections) == [Prot(1)], way


@pytest.mark.skipif(shutil.which("gcc") is None or platform.machine() != "x86_64", reason="no compiler for x86-64 here")
@pytest.mark.parametrize("flags", FLAGS)
@pytest.mark.parametrize("way", RETURNS)
def test_what_may_return_is_followed(way: str, flags: str, tmp_path: Path) -> None:
    assert len(_site(_build(tmp_path, RETURNS[way], flags)).protections) > 1, way


@pytest.mark.skipif(shutil.which("arm-linux-gnueabihf-gcc") is None, reason="no compiler for ARM here")
def test_a_call_on_a_condition_may_not_be_made(tmp_path: Path) -> None:
    source, built = tmp_path / "way.s", tmp_path / "way.so"
    source.write_text("""
        .syntax unified
        .arm
        .globl f
        .type f, %function
    f:  push {r4, lr}
        sub sp, sp, #8
        mov r4, #7
        cmp r0, #3
        blgt abort
        mov r2, r4
        mov r0, #0
        mov r1, #4096
        mov r3, #0x22
        str r0, [sp]
        str r0, [sp, #4]
        bl mmap
        add sp, sp, #8
        pop {r4, pc}
        .size f, .-f
        .section .note.GNU-stack,"",%progbits
    """)
    subprocess.run(["arm-linux-gnueabihf-gcc", "-shared", "-nostdlib", "-o", str(built), str(source)], check=True)
    assert list(_site(built).protections) == [Prot(7)]
