"""Programs of which something wrong was once believed: calls that may ask for execution, or whose memory may get it.

Each program, or folder of programs, is compiled nowhere and known by the semantics of its language; a line marked
``never: benign`` holds such a call. The real scan must have a finding there, and none that calls it benign. In the
programs beside them, under ``still``, a line marked ``still: benign`` holds a call that doubt must not reach.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mapproof.classify.pack import Pack, builtin_rules, load_pack
from mapproof.model.location import Span
from mapproof.model.verdict import Verdict
from mapproof.scan import scan

if TYPE_CHECKING:
    from mapproof.model.site import Finding

PROGRAMS = Path(__file__).parent / "c"
HARMLESS = Path(__file__).parent / "still"
MARK = "never: benign"
STILL = "still: benign"


@cache
def pack() -> Pack:
    return load_pack(builtin_rules())


def programs() -> list[object]:
    return [pytest.param(path, id=path.name) for path in sorted(PROGRAMS.iterdir())]


def marked(program: Path, mark: str = MARK) -> set[tuple[str, int]]:
    files = sorted(program.rglob("*")) if program.is_dir() else [program]
    return {
        (str(file), number)
        for file in files
        if file.is_file()
        for number, line in enumerate(file.read_text().splitlines(), start=1)
        if mark in line
    }


def lines(finding: Finding) -> set[tuple[str, int]]:
    location = finding.site.location
    assert isinstance(location, Span)
    return {(location.path, number) for number in range(location.line, location.end_line + 1)}


@pytest.mark.parametrize("program", programs())
def test_marked_calls_are_found_and_not_benign(program: Path) -> None:
    wanted = marked(program)
    assert wanted, "no line is marked"
    findings = scan([str(program)], pack()).findings
    found = {place for finding in findings for place in lines(finding)}
    benign = {place for finding in findings if finding.verdict is Verdict.BENIGN for place in lines(finding)}
    assert wanted <= found
    assert not wanted & benign


@pytest.mark.parametrize("program", sorted(HARMLESS.iterdir()), ids=lambda path: path.name)
def test_harmless_calls_stay_benign(program: Path) -> None:
    wanted = marked(program, STILL)
    assert wanted, "no line is marked"
    findings = scan([str(program)], pack()).findings
    assert wanted <= {place for f in findings if f.verdict is Verdict.BENIGN for place in lines(f)}
