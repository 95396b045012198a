"""What is left out of a function of machine code never hides a protection that it may ask for."""

from __future__ import annotations

import platform
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from mapproof.classify.opening import builtin_rules
from mapproof.classify.pack import load_pack
from mapproof.frontends.elf.contract import without_empty
from mapproof.model.ir import Block, Const, Edge, Opcode, Operation, Var
from mapproof.model.location import Address
from mapproof.model.protection import Prot
from mapproof.scan import scan

if TYPE_CHECKING:
    from pathlib import Path

HEAD = """
typedef __SIZE_TYPE__ size_t;
void *mmap(void *, size_t, int, int, int, long);
void *memcpy(void *, const void *, size_t);
enum { MAP_PRIVATE = 2, MAP_ANONYMOUS = 0x20 };
extern void see(void *); extern int which(void); extern int *kept, *other; extern void any(void);
static void *map(int prot) { return mmap(0, 4096, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); }
"""

REACHES = {
    "handed out": "void *f(void) { volatile int prot = 1; see((void *)&prot); return map(prot); }",
    "kept by a global": "void *f(void) { int prot; kept = &prot; prot = 1; any(); return map(prot); }",
    "stored through a global": "void *f(void) { int prot; kept = &prot; prot = 1; *other = 7; return map(prot); }",
    "kept inside a structure": """
        struct s { int prot; int *own; };
        void *f(void) { struct s s = {1, 0}; s.own = &s.prot; if (which()) *s.own = 7; any(); return map(s.prot); }""",
    "by an index": "void *f(unsigned i) { int p[4] = {1, 1, 1, 1}; see(p); p[i & 3] = 7; return map(p[2]); }",
    "by a copy": "void *f(const void *from) { int prot = 1; memcpy(&prot, from, 4); see(&prot); return map(prot); }",
    "in the caller's structure": """
        struct s { int prot; };
        __attribute__((noinline)) static void *g(struct s *s) { any(); return map(s->prot); }
        void *f(void) { struct s s; kept = &s.prot; s.prot = 1; return g(&s); }""",
    "in the caller's structure, by a callee": """
        struct s { int prot; };
        __attribute__((noinline)) static void *g(struct s *s) { see(s); return map(s->prot); }
        void *f(void) { struct s s = {1}; return g(&s); }""",
    "in the caller's structure, by a store": """
        struct s { int prot; };
        __attribute__((noinline)) static void *g(struct s *s, int *p) { *p = 7; return map(s->prot); }
        void *f(void) { struct s s = {1}; return g(&s, &s.prot); }""",
    "through a loop": """
        void *f(int n) { volatile int prot = 1; while (n--) { if (which()) prot = 7; any(); } return map(prot); }""",
    "handed out by the member beside it": """
        struct s { int prot, other; };
        void *f(void) { volatile struct s s = {1, 0}; see((void *)&s.other); return map(s.prot); }""",
    "among the arguments of calls before": """
        extern int seven(int, int, int, int, int, int);
        void *f(int n) { int prot = n ? 1 : 7;
                         seven(1, 2, 1, 0x22, -1, 0); seven(0, 4096, 3, 0x22, -1, 0);
                         return mmap(0, 4096, prot, 0x22, -1, 0); }""",
    "in a loop around other calls": """
        extern int seven(int, int, int, int, int, int);
        void *f(int n) { int prot = 1; void *last = 0;
                         for (int i = 0; i < n; i++) { last = mmap(0, 4096, prot, 0x22, -1, 0);
                             if (seven(0, 4096, 1, 0x22, -1, i)) prot = 7; }
                         return last; }""",
    "through a pointer to a pointer": """
        void *f(void) { int prot = 1; int *volatile p = &prot; int *volatile *q = &p;
                        if (which()) **q = 7; return map(prot); }""",
}


@pytest.mark.skipif(shutil.which("gcc") is None, reason="no gcc here")
@pytest.mark.parametrize(
    "flags", ["-O0", "-O1", "-O2", "-Os", "-m32 -O0", "-m32 -O2", "-m32 -O1 -maccumulate-outgoing-args"]
)
@pytest.mark.parametrize("way", REACHES)
def test_a_change_behind_the_code_is_not_missed(way: str, flags: str, tmp_path: Path) -> None:
    if "-m32" in flags and platform.machine() != "x86_64":
        pytest.skip("gcc -m32 is a compiler for x86-64")
    source, built = tmp_path / "way.c", tmp_path / "way.so"
    source.write_text(HEAD + REACHES[way])
    shared = ["-shared", "-fPIC", "-nostdlib", "-fno-inline-small-functions"]
    subprocess.run(["gcc", *flags.split(), *shared, "-o", str(built), str(source)], check=True)
    sites = [finding.site for finding in scan([str(built)], load_pack(builtin_rules())).findings]
    assert sites
    for site in sites:
        assert Prot(7) in site.protections or site.open_because, way


def _operation(number: int) -> Operation:
    return Operation(Opcode.COPY, Var("x", 8), (Const(number, 8),), Address("f", number, number + 1))


def test_empty_blocks_go_and_paths_stay() -> None:
    test = Var("t", 1)
    blocks = [
        Block((_operation(0),), (Edge(1, test), Edge(2, test, nonzero=False))),
        Block((), (Edge(3),)),
        Block((_operation(2),), (Edge(3),)),
        Block((), (Edge(4), Edge(3))),
        Block((_operation(4),), ()),
        Block((), (Edge(1),)),
    ]
    left = without_empty(blocks, [[], [], [], [], [], []], _operation(9))
    assert [len(block.operations) for block in left] == [1, 1, 1]
    assert [[edge.target for edge in block.edges] for block in left] == [[2, 1], [2], []]
    assert left[2].origins == ((4, 0),)


def test_a_disturbance_in_an_empty_block_is_handed_on() -> None:
    blocks = [Block((_operation(0),), (Edge(1),)), Block((), (Edge(2),)), Block((_operation(2),), ())]
    left = without_empty(blocks, [[], [0], []], _operation(9))
    assert [operation.location for operation in left[1].operations] == [
        _operation(9).location,
        _operation(2).location,
    ]
