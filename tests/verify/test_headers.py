"""Evidence about headers: it replays from the file alone, and any other claim in its place does not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.rules.elf import files_of
from tests.rules.marks import header_cases

from mapproof.classify.pack import builtin_rules, load_pack
from mapproof.model.evidence import StepKind
from mapproof.model.protection import Prot, ProtSet
from mapproof.scan import scan
from mapproof.verify.check import replay

PACK = load_pack(builtin_rules())
BAD = [
    pytest.param(content, id=f"{path.parts[-3]}:{line}")
    for path in header_cases()
    if path.name == "bad.toml"
    for line, content in files_of(path.read_text())
]


@pytest.fixture(params=BAD)
def sites(request, tmp_path):
    """The sites of one file, and how a checker reads it."""
    file = tmp_path / "case.elf"
    file.write_bytes(request.param)
    found = [finding.site for finding in scan([str(file)], PACK).findings]
    assert found
    return found, request.param


def outcome(site, content) -> str | None:
    return replay(site, lambda _: content, PACK.callees)


def changed(site, number, **fields):
    evidence = list(site.evidence)
    evidence[number] = replace(evidence[number], **fields)
    return replace(site, evidence=tuple(evidence))


def test_what_was_found_replays(sites):
    found, content = sites
    assert [outcome(site, content) for site in found] == [None] * len(found)


def test_another_value_place_or_entry_does_not(sites):
    found, content = sites
    for site in found:
        for number, step in enumerate(site.evidence):
            forged = [changed(site, number, text=step.text + "0")]
            if step.value is not None:
                forged.append(changed(site, number, value=step.value ^ 1))
            if step.location is not None:
                forged += [
                    changed(site, number, location=replace(step.location, offset=step.location.offset + shift))
                    for shift in (-16, -4, 1, 8)
                ]
            assert None not in [outcome(one, content) for one in forged], (step, forged)


def test_another_conclusion_does_not(sites):
    found, content = sites
    for site in found:
        assert outcome(replace(site, protections=ProtSet.of([Prot.parse("rw-")])), content) is not None
        assert outcome(replace(site, evidence=()), content) is not None
        assert outcome(replace(site, evidence=site.evidence[:1], masks=(1,)), content) is not None


def test_the_same_claim_of_a_file_cut_short_does_not(sites):
    found, content = sites
    for site in found:
        offsets = [step.location.offset for step in site.evidence if step.location is not None]
        assert outcome(site, content[: max(offsets)]) is not None


def test_a_missing_entry_is_missing_only_where_it_is(tmp_path):
    """The claim of one file, made of another that has the entry or whose architecture asks for nothing."""
    (bad,) = [path for path in header_cases() if path.parts[-3:] == ("missing-stack-note", "cases", "bad.toml")]
    cases = files_of(bad.read_text())
    there = bad.read_text().replace('"PT_LOAD r-x"]', '"PT_LOAD r-x", "PT_GNU_STACK rw-"]')
    elsewhere = bad.read_text().replace('"i386"', '"aarch64"')
    for other in (there, elsewhere):
        path = tmp_path / "case.elf"
        path.write_bytes(cases[0][1])
        (site,) = [finding.site for finding in scan([str(path)], PACK).findings]
        assert site.evidence[-1].kind is StepKind.ABSENT
        assert outcome(site, files_of(other)[0][1]) is not None
