"""Running truth: each protection that a real program was seen to ask for lies in what is said of that very call.

The ordinary run takes the quick programs; ``MAPPROOF_MATRIX=1`` (``make matrix``) takes all, and asks for the figures.
"""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING, Final

import pytest
from tests.running.compare import Outcome, compare
from tests.running.observe import missing, observe
from tests.running.program import PROGRAMS

if TYPE_CHECKING:
    from tests.running.observe import Place
    from tests.running.program import Program

WHOLE: Final = bool(os.environ.get("MAPPROOF_MATRIX"))
CHOSEN: Final = [program for program in PROGRAMS if program.quick or WHOLE]
FOUND: Final = 99.0
"""The share of the calls seen that must be among those found, in percent."""


@cache
def seen(program: Program) -> dict[Place, set[int]]:
    """What the program asked for; skips, loudly, what this machine lacks."""
    lack = missing() or program.missing()
    if lack is not None:
        pytest.skip(f"{program.name}: {lack}")
    return observe(program)


@cache
def outcome(program: Program) -> Outcome:
    """What came of the comparison."""
    return compare(seen(program))


@pytest.mark.parametrize("program", CHOSEN, ids=lambda program: program.name)
def test_what_a_program_did_was_predicted(program: Program) -> None:
    found = outcome(program)
    assert not found.missed
    assert not found.false_benign


@pytest.mark.parametrize("program", CHOSEN, ids=lambda program: program.name)
def test_nearly_every_call_that_was_made_is_found(program: Program) -> None:
    found = outcome(program)
    assert found.found_share >= FOUND, found.lost


def test_a_protection_that_was_not_said_is_noticed() -> None:
    program = next(one for one in PROGRAMS if one.name == "sqlite3")
    calls = seen(program)
    place = min(calls)
    found = compare({place: calls[place] | {7}})
    assert any("rwx" in line for line in found.missed)
    assert found.false_benign


def test_a_call_that_was_not_found_is_noticed() -> None:
    program = next(one for one in PROGRAMS if one.name == "sqlite3")
    place = min(seen(program))
    found = compare({type(place)(place.module, place.back + 3): {1}})
    assert found.lost
    assert found.found_share < FOUND
