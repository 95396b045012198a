"""One program seen twice: what the analyzer says of its source, and what the built program is seen to request.

Nothing here knows an expected answer: the compiler and the running program give it, in every configuration and with
every argument vector that a program's head asks for.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest
from tests.agreement.compare import PRIMITIVES, Comparison
from tests.agreement.program import Program, programs

from mapproof.classify.pack import Pack, builtin_rules, load_pack
from mapproof.scan import scan

if TYPE_CHECKING:
    from concurrent.futures import Future

    from tests.agreement.observe import Observation

    from mapproof.model.report import Report

PROGRAMS = programs()
every_program = pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)


@cache
def pack() -> Pack:
    return load_pack(builtin_rules())


@cache
def report_on(program: Program) -> Report:
    return scan([str(program.path)], pack())


@pytest.fixture
def comparison(program: Program, observations: dict[str, Future[Observation]]) -> Comparison:
    """The program's observation beside the analyzer's sites."""
    sites = tuple(finding.site for finding in report_on(program).findings)
    return Comparison(program, observations[program.name].result(), sites)


def agree(faults: list[str]) -> None:
    assert not faults, "\n".join(faults)


@every_program
def test_runs_request_something(program: Program, observations: dict[str, Future[Observation]]) -> None:
    requests = observations[program.name].result().requests
    assert requests
    assert all(request.primitive in PRIMITIVES and request.places for request in requests)
    assert {request.configuration for request in requests} <= set(range(len(program.configurations)))


@every_program
def test_everything_was_covered(program: Program) -> None:
    agree([f"{gap.path}:{gap.line}: {gap.kind}: {gap.detail}" for gap in report_on(program).errors])


@every_program
def test_every_request_has_a_site(comparison: Comparison) -> None:
    agree(comparison.unseen_calls())


@every_program
def test_every_protection_seen_was_said(comparison: Comparison) -> None:
    agree(comparison.missed_protections())


@pytest.mark.parametrize("program", [p for p in PROGRAMS if p.callers], ids=lambda program: program.name)
def test_every_protection_seen_through_a_caller_was_said_there(comparison: Comparison) -> None:
    agree(comparison.missed_at_callers())


@every_program
def test_every_mask_seen_was_said(comparison: Comparison) -> None:
    agree(comparison.masks_not_said())


@pytest.mark.parametrize("program", [p for p in PROGRAMS if p.exact], ids=lambda program: program.name)
def test_nothing_is_said_that_no_run_shows(comparison: Comparison) -> None:
    agree(comparison.needless_protections())


@pytest.mark.parametrize("program", [p for p in PROGRAMS if p.exact and not p.open], ids=lambda program: program.name)
def test_a_whole_program_is_not_open(comparison: Comparison) -> None:
    agree(comparison.needless_openness())


@pytest.mark.parametrize("program", [p for p in PROGRAMS if p.open], ids=lambda program: program.name)
def test_a_protection_from_outside_is_open(comparison: Comparison) -> None:
    assert any(site.open for site in comparison.sites)


@every_program
def test_conditions_are_those_of_the_builds_that_showed_it(comparison: Comparison) -> None:
    agree(comparison.wrong_conditions())


def test_there_are_enough_programs() -> None:
    assert sum(program.sources[0].suffix == ".c" for program in PROGRAMS) >= 80
    assert sum(program.sources[0].suffix == ".cpp" for program in PROGRAMS) >= 12
