"""`mapproof explain SITE`: the whole argument for one site, in words that say what is proved, assumed and left open."""

from __future__ import annotations

import json

PROGRAM = """\
#include <sys/mman.h>
void *data(unsigned long n) { return mmap(0, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); }
void *code(unsigned long n) { return mmap(0, n, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANON, -1, 0); }
void *told(unsigned long n, int prot) { return mmap(0, n, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); }
"""


def test_a_benign_site(tmp_path, mapproof_in):
    (tmp_path / "a.c").write_text(PROGRAM.replace("code", "more").replace("| PROT_EXEC", "").replace("prot,", "1,"))
    done = mapproof_in("explain", "a.c:2")
    assert done.returncode == 0, done.stderr
    for said in (
        "a.c:2:38",
        "Benign: it is proved that this memory never becomes executable.",
        "The code in the function data calls mmap itself.",
        "read and write (rw-)",
        "O3 Can it be made executable later?",
        "the program that runs this code has a non-executable PT_GNU_STACK (gnu-stack)",
        "mask 0x3 means rw-, from",
        "mmap at a.c:2 is asked for: 0x3: rw-",
        "mapproof prove a.c --site a.c:2 -o FILE",
    ):
        assert said in " ".join(done.stdout.split()), said


def test_a_violation_and_what_is_not_known(tmp_path, mapproof_in):
    (tmp_path / "a.c").write_text(PROGRAM)
    violation = " ".join(mapproof_in("explain", "a.c:3").stdout.split())
    assert "Violation: the memory can be writable and executable at once" in violation
    assert "read, write and execute (rwx)" in violation
    assert "mapproof prove" not in violation
    unknown = " ".join(mapproof_in("explain", "a.c:4", "a.c").stdout.split())
    assert "Unresolved: neither harm nor harmlessness is proved." in unknown
    assert "'prot' is parameter 2 of told()" in unknown


def test_a_site_by_its_id(tmp_path, mapproof_in):
    (tmp_path / "a.c").write_text(PROGRAM)
    sites = json.loads(mapproof_in("check", "--format", "json", "a.c").stdout)["sites"]
    assert mapproof_in("explain", sites[0]["id"], "a.c").stdout.startswith("a.c:2:38")
    alone = mapproof_in("explain", sites[0]["id"])
    assert (alone.returncode, alone.stdout) == (2, "")
    assert "give them after it" in alone.stderr


def test_neither_a_site_nor_a_rule(tmp_path, mapproof_in):
    (tmp_path / "a.c").write_text(PROGRAM)
    for what, said in (
        ("a.c:1", "no such site: there is a.c:2:38"),
        ("b.c:1", "no such file"),
        ("no-rule", "no such rule"),
    ):
        done = mapproof_in("explain", what)
        assert (done.returncode, done.stdout) == (2, "")
        assert said in done.stderr
