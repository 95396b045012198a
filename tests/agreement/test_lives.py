"""Lives of regions: the same from C source and from the binaries made of it, and what a run shows is a path of them.

A program's lives are those of its regions, each said in one line. A run is watched from inside the process: page by
page, which protections it was born with and was given since. Each such sequence must be a path of some region that was
predicted; in the binary's own prediction as well as in the source's.
"""

from __future__ import annotations

import os
import subprocess
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from mapproof.classify.opening import builtin_rules
from mapproof.classify.pack import load_pack
from mapproof.model.protection import Prot
from mapproof.scan import Options, scan

PROGRAMS = Path(__file__).parent / "c"
WATCHER = Path(__file__).parent / "interpose" / "lives.c"
WHOLE = os.environ.get("MAPPROOF_MATRIX") == "1"
LEVELS = ("-O0", "-O2")
PAGE = 4096

AGREEING = [
    "alias_attribute",
    "alias_declared",
    "careless_generator",
    "comparisons_refine",
    "compound_assignment",
    "enum_masks",
    "fallback_on_failure",
    "function_macro",
    "guard_pages",
    "literal_numbers",
    "loop_of_sites",
    "macro_redefined",
    "many_paths",
    "move_mapping",
    "nested_calls",
    "odd_formatting",
    "part_of_mapping",
    "pointer_argument",
    "shifts",
    "struct_pointers",
    "table_const",
    "translate_table",
    "truncating_casts",
    "two_views",
]
MORE = [
    "address_escapes",
    "bit_fields",
    "comma_and_sizeof",
    "hex_octal_masks",
    "inline_assembly",
    "large_file_name",
    "loop_over_letters",
    "macro_argument_prescan",
    "macro_pastes_tokens",
    "macro_precedence",
    "macro_renames_primitive",
    "nested_macro",
    "object_macro",
    "pointer_array",
    "signedness",
    "switch_default",
    "through_library",
    "uninitialised_paths",
    "unreachable_code",
    "wrapper_unknown_mask",
]
"""Programs without configurations whose source and binaries tell the same lives; others differ in how much is known,
as of what a member of a record may hold, and what a compiler takes out."""

CHOSEN = [*AGREEING, *(MORE if WHOLE else ())]


@cache
def pack():
    return load_pack(builtin_rules())


@cache
def regions(path: Path):
    return scan([str(path)], pack(), Options()).regions


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The binary of a program at a level; the watcher under the name ``watcher``."""
    folder = tmp_path_factory.mktemp("lives")
    watcher = folder / "watcher.so"
    subprocess.run(["cc", "-O1", "-Wall", "-shared", "-fPIC", "-o", str(watcher), str(WATCHER)], check=True)

    @cache
    def build(name: str, level: str) -> Path:
        if name == "watcher":
            return watcher
        binary = folder / f"{name}{level}"
        source = PROGRAMS / f"{name}.c"
        subprocess.run(["cc", "-std=gnu17", "-w", level, "-o", str(binary), str(source)], check=True)
        return binary

    return build


def test_there_are_enough():
    assert len(AGREEING) >= 20
    lines = {region.life for name in AGREEING for region in regions(PROGRAMS / f"{name}.c")}
    assert sum("->" in line for line in lines) >= 5


@pytest.mark.parametrize("name", CHOSEN)
def test_source_and_binaries_tell_the_same_lives(name, built):
    said = Counter(region.life for region in regions(PROGRAMS / f"{name}.c"))
    assert said
    for level in LEVELS:
        assert Counter(region.life for region in regions(built(name, level))) == said, level


@pytest.mark.parametrize("name", CHOSEN)
def test_what_a_run_shows_is_a_path_of_a_predicted_life(name, built, tmp_path):
    log = tmp_path / "log"
    binary = built(name, "-O0")
    environment = {**os.environ, "LD_PRELOAD": str(built("watcher", "")), "MAPPROOF_LOG": str(log)}
    for words in ([], ["1"], ["1", "2", "3"]):
        subprocess.run([binary, *words], env=environment, capture_output=True, check=False, timeout=20)
    seen = observed(log.read_text().splitlines() if log.exists() else [])
    assert seen, "the program maps nothing when it runs"
    for predicted in (regions(PROGRAMS / f"{name}.c"), regions(binary)):
        for life in seen:
            assert any(is_path(life, region) for region in predicted), life


def observed(lines: list[str]) -> set[tuple[Prot, ...]]:
    """The sequences of protections that pages went through, from birth on."""
    pages: dict[int, tuple[Prot, ...]] = {}
    found: set[tuple[Prot, ...]] = set()
    for line in lines:
        kind, *numbers = line.split(" ")
        address, length, third, fourth = map(int, numbers)
        span = range(address // PAGE, (address + length + PAGE - 1) // PAGE)
        if kind == "map":
            pages.update(dict.fromkeys(span, (Prot(third & 7),)))
        elif kind == "protect":
            for page in span:
                if page in pages:
                    pages[page] = (*pages[page], Prot(third & 7))
        elif kind == "move":
            last = pages.get(span[0], ()) if span else ()
            for page in span:
                pages.pop(page, None)
            if last:
                pages.update(dict.fromkeys(range(third // PAGE, (third + fourth + PAGE - 1) // PAGE), last))
        else:
            for page in span:
                pages.pop(page, None)
        found |= set(pages.values())
    return found


def is_path(life: tuple[Prot, ...], region) -> bool:
    """Whether a region's automaton can go that way: each protection is what it was born with, or was given."""
    if region.open:
        return True
    given = [transition.to for transition in region.transitions]
    return life[0] in region.born and all(any(step in to for to in given) for step in life[1:])
