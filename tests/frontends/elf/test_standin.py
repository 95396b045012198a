"""Programs without a C library of others: their own functions that ask the kernel stand for what the kernel has."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from mapproof.classify.pack import builtin_rules, load_pack
from mapproof.scan import scan

GCC = "x86_64-linux-gnu-gcc"
pytestmark = pytest.mark.skipif(shutil.which(GCC) is None, reason=f"needs {GCC}")

HEAD = """
#define APART __attribute__((noinline, noclone))
static inline long trap(long number, long a, long b, long c, long d, long e, long f) {
  long result;
  register long r10 __asm__("r10") = d, r8 __asm__("r8") = e, r9 __asm__("r9") = f;
  __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                   : "rcx", "r11", "memory");
  return result;
}
int errno_;
long kept;
"""
PLAIN = """
APART long mine(long a, long b, int prot, int flags, int fd, long at) { return trap(9, a, b, prot, flags, fd, at); }
"""
ALTERED = PLAIN.replace("b, prot,", "b, prot | 4,")
SWAPPED = PLAIN.replace("b, prot, flags,", "b, flags, prot,")
WRITING = PLAIN.replace("{ return", "{ *(int *)a = 7; return")
KEEPING = PLAIN.replace("{ return", "{ kept = 7; return")


def sites(tmp_path, wrapper, uses):
    """(primitive, via, protections, open) of each site of a program of a wrapper and functions that call it."""
    source, built = tmp_path / "own.c", tmp_path / "own"
    calls = "\n".join(f"APART void use{n}(long a) {{ kept = {use}; }}" for n, use in enumerate(uses))
    start = "void _start(void) { " + " ".join(f"use{n}(kept);" for n in range(len(uses))) + " for (;;); }"
    source.write_text(f"{HEAD}\n{wrapper}\n{calls}\n{start}\n")
    command = [GCC, "-O2", "-static", "-nostdlib", "-fno-stack-protector", "-s", "-o", built, source]
    subprocess.run(command, check=True, capture_output=True)
    report = scan([str(built)], load_pack(builtin_rules()))
    return [(f.site.callee.primitive, f.site.callee.via, str(f.site.protections), f.site.open) for f in report.findings]


def test_each_call_is_a_site_however_many_there_are(tmp_path):
    """As many as a static C library's functions have, and no site is left that anything may come to."""
    uses = [f"mine(0, {4096 * (n + 1)}, {1 + 2 * (n % 2)}, 34, -1, 0)" for n in range(80)]
    found = sites(tmp_path, PLAIN, uses)
    assert sorted(found) == [("mmap", ("static",), "{r--}", False)] * 40 + [("mmap", ("static",), "{rw-}", False)] * 40


@pytest.mark.parametrize("wrapper", [ALTERED, SWAPPED, WRITING, KEEPING], ids=["altered", "swapped", "writes", "keeps"])
def test_a_function_that_does_more_stands_for_nothing(tmp_path, wrapper):
    found = sites(tmp_path, wrapper, ["mine(a, 4096, 1, 34, -1, 0)", "mine(a, 8192, 3, 34, -1, 0)"])
    assert found
    assert all("static" not in via for _name, via, _said, _open in found)
    if wrapper is ALTERED:
        assert all(one[2] == "x" for _name, _via, said, _open in found for one in said.strip("{}").split(", "))


def test_a_call_by_number_is_read_by_its_number(tmp_path):
    """10 is mprotect, 39 getpid."""
    whole = "APART long inner(long n, long a, long b, long c, long d, long e) { return trap(n, a, b, c, d, e, 0); }"
    found = sites(tmp_path, whole, ["inner(10, a, 4096, 5, 0, 0)", "inner(39, 0, 0, 0, 0, 0)"])
    assert [one[0] for one in found] == ["mprotect"]
    assert found[0][2] == "{r-x}"


def test_the_address_of_one_that_is_kept_is_doubted(tmp_path):
    """What is called through a pointer that anybody may have set is not known."""
    wrapper = PLAIN + "\nlong (*volatile hook)(long, long, int, int, int, long) = mine;"
    source = "hook(0, 4096, (int)a, 34, -1, 0)"
    found = sites(tmp_path, wrapper, ["mine(0, 4096, 1, 34, -1, 0)", source])
    assert ("mmap", ("static",), "{r--}", False) in found
    assert any(is_open or len(said) > 8 for _name, _via, said, is_open in found), found
