"""The report for people: what is listed, what is counted, and one report held whole."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from mapproof.model.condition import TRUE, defined
from mapproof.model.location import Span
from mapproof.model.site import Coverage
from mapproof.model.verdict import Assumption
from mapproof.report.base import Rendering
from mapproof.report.text import ASSUMPTIONS, render

if TYPE_CHECKING:
    from mapproof.model.report import Report

WHOLE = """\
lib.so:0x0: unresolved[parameter]: `prot` is parameter 2 of exported `xmap`; no caller in scope
   = calls mmap
   = compiled when !defined(OMIT_WAL)
   = may request any protection
   = open (parameter); scan the callers of xmap

shm.c:4:12: benign[sqlite-wal-index]: never executable: r-- or rw- in every configuration
  |
4 |         void *p = osMmap(0, n,
5 |                         ro ? PROT_READ : PROT_READ|PROT_WRITE,
  |                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
6 |                         MAP_SHARED, fd, 0);
  |
  = calls osMmap -> (macro, table) -> mmap in shm_map
  = compiled when !defined(OMIT_WAL)
  = r--
  = rw-  when defined(READWRITE)
  = O1 proved: osMmap comes down to mmap
  = O4 assumed: no personality call in scope
  = assumes gnu-stack: the program that runs this code has a non-executable PT_GNU_STACK
  = assumes table-constant: the table's slots are not overwritten with something else
  = life: {r--, rw-} -> r-x, changed at line 4

shm.c:4:12: violation[write-exec-mapping]: the mapping is writable and executable at once
  |
4 |         void *p = osMmap(0, n,
5 |                         ro ? PROT_READ : PROT_READ|PROT_WRITE,
  |                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
6 |                         MAP_SHARED, fd, 0);
  |
  = calls osMmap -> (macro, table) -> mmap in shm_map
  = compiled when !defined(OMIT_WAL)
  = rwx
  = O2 failed: rwx has x
  = remedy: drop PROT_EXEC, or map twice

broken.c:12: not covered[parse]: an #if splits a brace
gone: not covered[missing]: no such file

benign[sqlite-wal-index]: 1 site
1 violation, 0 executable, 1 unresolved, 1 benign (proved), 2 not covered; 3 files in 0.2 s
"""


def relative(report: Report, monkeypatch, tmp_path) -> Report:
    """The same report as if the file had been given by its name, in the folder it lies in."""
    monkeypatch.chdir(tmp_path)

    def shortened(finding):
        place = finding.site.location
        if isinstance(place, Span):
            place = replace(place, path="shm.c")
        evidence = tuple(
            replace(step, location=replace(step.location, path="shm.c")) if step.location else step
            for step in finding.site.evidence
        )
        return replace(finding, site=replace(finding.site, location=place, evidence=evidence))

    return replace(report, findings=tuple(shortened(finding) for finding in report.findings))


def test_the_whole_report(report, monkeypatch, tmp_path):
    assert render(relative(report, monkeypatch, tmp_path), Rendering(everything=True)) == WHOLE


def test_benign_sites_are_counted_and_how_to_see_them_is_said(report):
    text = render(report, Rendering())
    assert "never executable" not in text
    assert "benign[sqlite-wal-index]: 1 site\n" in text
    assert "--all" in text
    assert "mapproof explain sqlite-wal-index" in text


def test_an_unverified_benign_site_is_listed_and_counted(report, benign):
    text = render(replace(report, unverified=frozenset({benign.site.id})), Rendering())
    assert ": benign[sqlite-wal-index]: never executable" in text
    assert "unverified: the evidence did not replay" in text
    assert "1 unverified;" in text


def test_quiet_keeps_findings_and_gaps_only(report):
    text = render(report, Rendering(quiet=True))
    assert "violation[write-exec-mapping]" in text
    assert "broken.c:12: not covered" in text
    assert "benign" not in text
    assert " files in " not in text


def test_quiet_with_nothing_to_say_says_nothing(report):
    assert render(replace(report, findings=(), errors=()), Rendering(quiet=True)) == ""


def test_strict_says_what_it_refuses(report):
    assert "--strict accepts no assumption: 1 of 1 benign rest on one" in render(report, Rendering(strict=True))


def test_a_flood_of_gaps_is_counted(report):
    gaps = tuple(Coverage(f"f{number:02}.c", "parse", "…", number + 1) for number in range(50))
    text = render(replace(report, errors=gaps), Rendering())
    assert text.count("not covered[") == 20
    assert "... and 30 more not covered (30 parse); --all lists them" in text
    assert "50 not covered;" in text
    assert render(replace(report, errors=gaps), Rendering(everything=True)).count("not covered[") == 50


@pytest.mark.parametrize("width", [60, 80, 100, 120])
def test_nothing_is_wider_than_the_terminal(report, width, violation):
    wordy = replace(violation, remedy="then " * 200)
    text = render(replace(report, findings=(*report.findings, wordy)), Rendering(width=width, everything=True))
    framed = [line for line in text.splitlines() if line.startswith((" ", "4 ", "5 ", "6 "))]
    assert sum("then" in line for line in framed) > 5
    assert all(len(line) <= width for line in framed)


def test_a_finding_is_one_line_to_search_for(report, violation):
    wordy = replace(violation, reason="so " * 200)
    head, *_rest = render(replace(report, findings=(wordy,)), Rendering(width=60)).splitlines()
    assert head.startswith(f"{violation.site.location}: violation[write-exec-mapping]: so so")
    assert head.count("so") >= 200


def test_hostile_paths_and_details_cannot_steer_the_terminal(report, violation):
    place = replace(violation.site.location, path="a\x1b]0;owned\x07\n.c")
    hostile = replace(violation, site=replace(violation.site, location=place, function="f\x1b[31m"), reason="\x9b1m")
    gap = Coverage("b\x1b[2J", "parse", "near \x00", 1)
    text = render(replace(report, findings=(hostile,), errors=(gap,)), Rendering())
    assert all(char == "\n" or char.isprintable() for char in text)
    assert "a\\x1b]0;owned" in text


def test_a_condition_that_nobody_would_read_is_cut_and_said_to_be(report, violation):
    presence = TRUE
    for number in range(40):
        presence = presence & defined(f"CONFIGURATION_{number}")
    monster = replace(violation, site=replace(violation.site, presence=presence))
    text = render(replace(report, findings=(monster,)), Rendering())
    assert "defined(CONFIGURATION_0)" in text
    assert "CONFIGURATION_39" not in text
    assert "more characters; --format json has them)" in " ".join(text.split())


def test_color_only_adds_paint(report):
    painted = render(report, Rendering(color=True))
    plain = render(report, Rendering())
    assert painted != plain
    for code in ("0", "1", "2", "34", "1;31", "1;32", "1;33", "1;35"):
        painted = painted.replace(f"\x1b[{code}m", "")
    assert painted == plain


def test_every_assumption_has_its_words():
    assert set(ASSUMPTIONS) == set(Assumption)
