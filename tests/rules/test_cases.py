"""Every case of every rule through the real scan: what is marked on a line is what is found there."""

from __future__ import annotations

from functools import cache

import pytest

from mapproof.classify.cases import said_of
from mapproof.classify.pack import Pack, builtin_rules, load_pack
from mapproof.model.location import Span
from mapproof.scan import scan

from .elf import files_of
from .marks import RULES, case_files, header_cases, marks_of

WITHOUT_CASES = {"no-justification"}
"""The pack that ships fits every data mapping; tests/classify meets this limit with a narrower one."""


@cache
def builtin() -> Pack:
    return load_pack(builtin_rules())


def findings_of(path):
    """Line to the findings of calls that begin there."""
    found = {}
    for finding in scan([str(path)], builtin()).findings:
        assert isinstance(finding.site.location, Span)
        found.setdefault(finding.site.location.line, []).append(finding)
    return found


@pytest.mark.parametrize("path", case_files(), ids=lambda path: "/".join((path.parts[-3], path.name)))
def test_what_is_marked_is_found(path):
    found = findings_of(path)
    wrong = [
        f"{path.name}:{mark.line}: {mark.kind}: {mark.rule} {mark.verdict}: found {here}"
        for mark in marks_of(path)
        if not holds(mark, here := said_of(found.get(mark.line, [])))
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("path", header_cases(), ids=lambda path: "/".join((path.parts[-3], path.name)))
def test_what_is_marked_is_found_in_headers(path, tmp_path):
    """Of a file that is marked ``ok`` something else may be found, or nothing."""
    wrong = []
    files = dict(files_of(path.read_text()))
    marks = marks_of(path)
    assert {mark.line for mark in marks} == set(files), "a mark for each [[elf]]"
    for mark in marks:
        written = tmp_path / f"{mark.line}.elf"
        written.write_bytes(files[mark.line])
        report = scan([str(written)], builtin())
        assert (report.errors, report.unverified) == ((), frozenset()), f"{path.name}:{mark.line}"
        here = [(each.rule, each.verdict.value) for each in report.findings]
        fits = mark.rule not in dict(here) if mark.kind == "ok" else holds(mark, here)
        if not fits:
            wrong.append(f"{path.name}:{mark.line}: {mark.kind}: {mark.rule} {mark.verdict}: found {here}")
    assert not wrong, "\n".join(wrong)


def holds(mark, here) -> bool:
    """Whether a mark is true of the findings on its line; a ``todo`` that has come true wants to be an ``expect``."""
    if mark.kind == "ok":
        return bool(here) and mark.rule not in {rule for rule, _ in here}
    return ((mark.rule, mark.verdict) in here) is (mark.kind == "expect")


def test_every_rule_shows_itself_and_its_twin():
    """At least two lines where a rule applies and two where it does not, in its own folder."""
    thin = []
    for rule in builtin().rules:
        if rule.id in WITHOUT_CASES:
            continue
        marks = [
            mark for path in [*case_files(), *header_cases()] if path.parts[-3] == rule.id for mark in marks_of(path)
        ]
        own = [mark.kind for mark in marks if mark.rule == rule.id]
        if own.count("expect") < 2 or own.count("ok") < 2:
            thin.append(f"{rule.group}/{rule.id}: {own}")
        files = {path.name for path in [*case_files(), *header_cases()] if path.parts[-3] == rule.id}
        if not any({f"bad.{kind}", f"ok.{kind}"} <= files for kind in ("c", "toml")):
            thin.append(f"{rule.group}/{rule.id}: {files}")
    assert not thin


def test_marks_name_rules_that_exist():
    verdicts = {rule.id: (rule.verdict or rule.severity).value for rule in builtin().rules}
    for path in [*case_files(), *header_cases()]:
        for mark in marks_of(path):
            assert mark.rule in verdicts, f"{path.relative_to(RULES)}:{mark.line}: {mark.rule}"
            if mark.kind != "ok":
                assert mark.verdict == verdicts[mark.rule], f"{path.relative_to(RULES)}:{mark.line}: {mark.verdict}"


def test_what_is_still_wrong_is_counted(record_property):
    """``todo`` marks pass above; they are counted here so that nobody forgets them."""
    waiting = [
        f"{path.relative_to(RULES)}:{mark.line}"
        for path in case_files()
        for mark in marks_of(path)
        if mark.kind == "todo"
    ]
    record_property("todo", len(waiting))
    print(f"\n{len(waiting)} lines are still judged wrong: {', '.join(waiting) or 'none'}")  # noqa: T201  counted aloud
