"""Where control enters code besides its start."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from mapproof.frontends.elf.crossing import Crossings
from mapproof.frontends.elf.entrance import _constants_in_code
from mapproof.frontends.elf.image import ElfImage
from mapproof.frontends.elf.lift import Body, Window

if TYPE_CHECKING:
    from pathlib import Path

SPLIT = """
#include <stdio.h>
__attribute__((cold, noinline)) void rare(void) { puts("rare"); }
int often(int n) { int k = 1; if (n == 5) { rare(); k = 7; } return puts("often") + k; }
int main(int n, char **v) { return often(n); }
"""


def test_code_of_which_nothing_could_be_read_has_no_constants() -> None:
    assert _constants_in_code(Body(0), Window(0, 0, 0)) == set()


@pytest.mark.skipif(shutil.which("gcc") is None, reason="no gcc here")
def test_a_jump_back_from_a_rare_branch_is_seen(tmp_path: Path) -> None:
    built = tmp_path / "program"
    command = ["gcc", "-O2", "-x", "c", "-", "-o", str(built)]
    subprocess.run(command, input=SPLIT, text=True, check=True)
    image = ElfImage.open(built)
    often, cold = (next(iter(image.defined([name])), None) for name in ("often", "often.cold"))
    if often is None or cold is None:
        pytest.skip("this gcc keeps rare branches where they are")
    bounds = image.function_bounds(often)
    assert bounds is not None
    inside = [(place, target) for place, target in Crossings(image).into(bounds.start, bounds.end, certain=True)]
    assert any(place >= cold and place < cold + 64 and bounds.start < target < bounds.end for place, target in inside)
