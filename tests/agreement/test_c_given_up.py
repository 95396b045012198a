"""A function that costs too much to be followed loses precision, never a protection, and never a call in silence.

The limit is made so small that functions of a few lines reach it, some of them and in the end all: whatever a running
program is seen to request still lies inside what is said, or the report says that something was not followed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.agreement.compare import Comparison
from tests.agreement.program import Program, programs
from tests.agreement.test_c import agree, pack

from mapproof.absint import interpret, survey
from mapproof.frontends.c import standpoint
from mapproof.model.verdict import Reason
from mapproof.scan import scan

if TYPE_CHECKING:
    from concurrent.futures import Future

    from tests.agreement.observe import Observation

PROGRAMS = programs()
LIMITS = [0, 6, 12, 20]
"""Units of work: none, a few operations, a small function."""


@pytest.mark.parametrize("limit", LIMITS)
@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)
def test_what_runs_show_is_said_or_not_covered(
    program: Program, limit: int, observations: dict[str, Future[Observation]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(interpret, "MAX_WORK", limit)
    said_or_not_covered(program, observations[program.name].result())


@pytest.mark.parametrize("limit", [0, 50])
@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)
def test_callers_that_are_not_followed_may_pass_anything(
    program: Program, limit: int, observations: dict[str, Future[Observation]], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("CALLER_WORK", "LEAST_WORK"):
        monkeypatch.setattr(survey, name, limit)
    said_or_not_covered(program, observations[program.name].result())


@pytest.mark.parametrize("most", [1, 3, 8])
@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)
def test_conditions_that_are_too_large_only_get_weaker(
    program: Program, most: int, observations: dict[str, Future[Observation]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standpoint, "MOST_SIZE", most)
    said_or_not_covered(program, observations[program.name].result())


def said_or_not_covered(program: Program, observation: Observation) -> None:
    """Scan the program with the limits of now, and set what is said beside what was seen."""
    report = scan([str(program.path)], pack())
    sites = tuple(finding.site for finding in report.findings)
    comparison = Comparison(program, observation, sites)
    if not any(gap.kind in {"limit", "lost"} for gap in report.errors):
        agree(comparison.unseen_calls())
    agree([*comparison.missed_protections(), *comparison.missed_at_callers(), *comparison.masks_not_said()])


def test_the_limit_is_reached_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without this, the test above could hold because nothing was ever given up."""
    monkeypatch.setattr(interpret, "MAX_WORK", 0)
    reasons = reasons_that_say("too large to be followed")
    assert len(reasons) >= len(PROGRAMS) // 4
    assert set(reasons) == {Reason.LIMIT}


def test_callers_that_are_not_followed_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CALLER_WORK", "LEAST_WORK"):
        monkeypatch.setattr(survey, name, 0)
    reasons = reasons_that_say("costs more than it may")
    assert reasons
    assert set(reasons) == {Reason.LIMIT}


def reasons_that_say(words: str) -> list[Reason]:
    """Why the masks of all programs' calls are open, where the detail has these words."""
    return [
        openness.reason
        for program in PROGRAMS
        for finding in scan([str(program.path)], pack()).findings
        for openness in finding.site.open_because
        if words in openness.detail
    ]
