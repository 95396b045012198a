"""A wrapper that does more than ask the kernel, called through a table only: each call is a site, it stays open."""

from __future__ import annotations

import platform
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from mapproof.classify.opening import builtin_rules
from mapproof.classify.pack import load_pack
from mapproof.model.verdict import Verdict
from mapproof.scan import scan

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(
    shutil.which("gcc") is None or platform.machine() != "x86_64", reason="no compiler for x86-64 here"
)

PROGRAM = """
typedef long (*call)(long, long, long, long, long, long);
static __attribute__((noinline)) long open_file(long name, long b, long c, long d, long e, long f)
{
    long result;
    __asm__ volatile("syscall" : "=a"(result) : "0"(2), "D"(name), "S"(b), "d"(c) : "rcx", "r11", "memory");
    return result + d + e + f;
}
static __attribute__((noinline)) long map(long at, long size, long prot, long flags, long file, long from)
{
    register long r10 __asm__("r10") = flags, r8 __asm__("r8") = file, r9 __asm__("r9") = from;
    long result;
    if (size == 0) return -22;
    __asm__ volatile("syscall" : "=a"(result)
        : "0"(9), "D"(at), "S"(size), "d"(prot & 7), "r"(r10), "r"(r8), "r"(r9) : "rcx", "r11", "memory");
    return result;
}
struct entry { const char *name; call current; call first; };
struct entry table[] = {{"open", open_file, 0}, {"mmap", map, 0}};
__attribute__((noinline)) long index_of(int readonly, long file)
{
    return table[1].current(0, 32768, readonly ? 1 : 3, 1, file, 0);
}
void replace(int at, call by) { table[at].first = table[at].current; table[at].current = by; }
void _start(void)
{
    index_of((int)table[0].current(0, 0, 0, 0, 0, 0), 3);
    for (;;) ;
}
"""


@pytest.mark.parametrize("flags", ["-static -no-pie", "-static-pie -fPIE"])
@pytest.mark.parametrize("level", ["-O1", "-O2", "-Os"])
def test_calls_of_a_wrapper_through_a_table_are_sites(flags: str, level: str, tmp_path: Path) -> None:
    source, built = tmp_path / "program.c", tmp_path / "program"
    source.write_text(PROGRAM)
    command = ["gcc", level, *flags.split(), "-nostdlib", "-fno-stack-protector", "-s", "-o", str(built), str(source)]
    subprocess.run(command, check=True)
    findings = scan([str(built)], load_pack(builtin_rules())).findings
    found = {tuple(map(str, finding.site.protections)) for finding in findings if not finding.site.open_because}
    assert ("r--", "rw-") in found
    opened = [finding for finding in findings if finding.site.open_because]
    assert opened, "another caller may have got the wrapper's address out of the table"
    assert all(finding.verdict is not Verdict.BENIGN for finding in opened)
