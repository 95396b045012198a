"""Programs that ask for execution where a reader of text may overlook it: the checker must see it, or refuse them."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapproof.verify.certificate import Court
from mapproof.verify.claim import Claim, Derivation
from mapproof.verify.text import Ambiguous

from .proofs import pack

TRAPS = sorted((Path(__file__).parent / "traps").iterdir())
REGRESS = sorted((Path(__file__).parents[1] / "regress" / "c").iterdir())

OPEN = {
    "two_builds_of_one_system.c": "a macro is taken to be used where some line defines it: elsewhere nothing compiles",
}
"""What is not seen, and why."""


def rights(program: Path) -> set[str] | None:
    """What the checker finds that calls may ask for; ``None`` where it refuses the text."""
    files = [program] if program.is_file() else [path for path in sorted(program.rglob("*")) if path.is_file()]
    derivation = Derivation(Court({str(path): path.read_bytes() for path in files}, pack().callees, {}).rules)
    try:
        return set(derivation.steps[derivation.prove(Claim("program"))].conclusion.rights)
    except Ambiguous:
        return None


@pytest.mark.parametrize("program", [*TRAPS, *REGRESS], ids=lambda path: path.name)
def test_execution_is_not_overlooked(program):
    found = rights(program)
    seen = found is None or any(right.endswith("x") for right in found)
    assert seen or OPEN.get(program.name)


def test_text_that_can_be_read_in_two_ways_is_refused():
    refused = {path.name for path in TRAPS if rights(path) is None}
    assert refused == {"line_in_a_word.c", "quote_hides_comment.c"}


def test_macros_that_keep_together_are_read():
    program = (
        "#define RW PROT_READ | PROT_WRITE\n#define PICK(w) ((w) ? RW : PROT_READ)\n"
        "void *f(int c) { return mmap(0, 1, PICK(c), MAP_PRIVATE, 3, 0); }\n"
        "void *g(void) { return mmap(0, 1, RW | PROT_NONE, MAP_PRIVATE, 3, 0); }\n"
    )
    derivation = Derivation(Court({"a.c": program.encode()}, pack().callees, {}).rules)
    assert derivation.steps[derivation.prove(Claim("program"))].conclusion.rights == ("r--", "rw-")
