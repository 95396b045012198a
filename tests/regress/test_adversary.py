"""Programs that try to look harmless. None of their marked calls may be benign, and each is told why it is not.

A line of ``corpus/adversary/`` marked ``adversary: VERDICT[RULE]`` holds a call; the real scan must give it that
verdict under that rule. The checker that proves without the engine is held against the same programs: whatever it
takes for granted, it may not come to the end that nothing there can ask for execution.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from mapproof.classify.pack import Pack, builtin_rules, load_pack
from mapproof.model.location import Span
from mapproof.scan import scan
from mapproof.verify.certificate import Court
from mapproof.verify.claim import Claim, Derivation
from mapproof.verify.text import Ambiguous

PROGRAMS = Path(__file__).resolve().parents[2] / "corpus" / "adversary"
MARK = re.compile(r"adversary: (\w+)(?:\[([\w-]+)\])?")


@cache
def pack() -> Pack:
    return load_pack(builtin_rules())


def programs() -> list[Path]:
    return sorted(path for path in PROGRAMS.iterdir() if path.suffix in {".c", ".cpp"})


def cases() -> list[object]:
    return [
        pytest.param(
            path,
            id=path.name,
        )
        for path in programs()
    ]


@pytest.mark.parametrize("program", cases())
def test_no_marked_call_is_benign_and_each_is_told_why(program: Path) -> None:
    wanted = {
        number: found.groups()
        for number, line in enumerate(program.read_text().splitlines(), 1)
        if (found := MARK.search(line))
    }
    assert wanted, "no line is marked"
    found: dict[int, list[tuple[str, str]]] = {}
    for finding in scan([str(program)], pack()).findings:
        assert isinstance(finding.site.location, Span)
        found.setdefault(finding.site.location.line, []).append((finding.verdict.value, finding.rule))
    for number, (verdict, rule) in wanted.items():
        assert found.get(number) == [(verdict, rule)], f"line {number}"


def test_the_checker_is_not_taken_in_either() -> None:
    taken_in = []
    for program in programs():
        court = Court({program.name: program.read_bytes()}, pack().callees, {})
        derivation = Derivation(court.rules)
        try:
            rights = derivation.steps[derivation.prove(Claim("program"))].conclusion.rights
        except Ambiguous:
            continue
        if not any(right.endswith("x") for right in rights):
            taken_in.append(program.name)
    assert not taken_in


def test_there_are_enough() -> None:
    assert len(programs()) >= 40
