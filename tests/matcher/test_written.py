"""A call that could not be lowered is still named as it is written: its evidence replays, and the reader finds it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mapproof.classify.pack import builtin_rules, load_pack
from mapproof.scan import scan

if TYPE_CHECKING:
    from pathlib import Path

HEAD = """#include <sys/mman.h>
#include <sys/syscall.h>
#define init_module(map, len, opts) syscall(__NR_init_module, map, len, opts)
#define enter(number) ({ long r; __asm__ volatile("syscall" : "=a"(r) : "a"(number) : "rcx", "r11"); r; })
"""


@pytest.mark.parametrize(
    ("call", "written"),
    [
        ('init_module(map, len, IF_OPTIONS(len ? len : ) "")', "init_module"),
        ("enter(len)", "enter"),
        ("mmap(map, len, IF_OPTIONS(PROT_READ : ) 0, MAP_SHARED, 3, 0) != 0", "mmap"),
    ],
)
def test_a_call_that_is_not_understood_is_named_as_written(call: str, written: str, tmp_path: Path) -> None:
    path = tmp_path / "a.c"
    path.write_text(f"{HEAD}int f(char *map, int len) {{ return {call}; }}\n")
    report = scan([str(path)], load_pack(builtin_rules()))
    assert not report.unverified
    assert written in {finding.site.callee.written for finding in report.findings}
