"""Which sites an alert is taken to mean: lines that have moved, functions, addresses, offsets, other builds."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from .conftest import REPORTS, log, result

SOURCE = """\
#include <sys/mman.h>

void *shared(int fd, unsigned long n) {
  unsigned long size = n;
  return mmap(0, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
}

int guard(void *p, unsigned long n) {
  return mprotect(p, n, PROT_NONE);
}
"""
FILLER = "int filler{0}(void) {{ return {0}; }}\n"


@pytest.fixture
def of(answers):
    """The match of one alert about a source."""

    def run(source, *results, **more):
        Path("shared.c").write_text(source)
        return answers(log(*results), ["shared.c"], **more).answers

    return run


def callees(found, answer):
    """What the sites that an answer is about call."""
    sites = found.sites()
    return sorted(sites[name].primitive for name in answer.match.sites)


@pytest.mark.parametrize(
    ("line", "more", "how", "drift"),
    [
        (5, {}, "line", 0),
        (4, {}, "function", 1),
        (3, {}, "function", 2),
        (40, {}, "near-line", 31),
        (500, {}, "nothing", None),
        (9, {"region": {"snippet": {"text": "  return mprotect(p, n, PROT_NONE);"}}}, "line", 0),
        (2, {"region": {"snippet": {"text": "return   mmap(0, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);"}}},
         "text", 3),
        (9, {"region": {"snippet": {"text": "return mmap(0, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);"}}},
         "text", 4),
        (9, {"region": {"snippet": {"text": "something that is gone"}}}, "line", 0),
    ],
)  # fmt: skip
def test_a_line_means(of, line, more, how, drift):
    (one,) = of(SOURCE, result("maps memory with PROT_WRITE", "shared.c", line, **more))
    assert one.match.how.value == how
    assert one.match.drift == drift or how == "line"


def test_text_that_moved_far_is_found_and_told_apart_from_what_stands_there_now(of):
    moved = "".join(FILLER.format(number) for number in range(300)) + SOURCE
    (one,) = of(
        moved,
        result("RWX mapping", "shared.c", 5, region={"snippet": {"text": "mmap(0, size, PROT_READ | PROT_WRITE"}}),
    )
    assert (one.match.how.value, one.outcome.value) == ("nothing", "undecided")
    place = {"logicalLocations": [{"name": "shared", "kind": "function"}]}
    alert = result("maps memory with PROT_WRITE", "shared.c", 5)
    alert["locations"][0] |= place
    (one,) = of(moved, alert)
    assert (one.match.how.value, one.outcome.value) == ("function", "true-but-benign")


def test_a_function_that_contradicts_the_line_makes_both_decide(of):
    alert = result("maps memory", "shared.c", 9)
    alert["locations"][0]["logicalLocations"] = [{"fullyQualifiedName": "ns::shared(int, unsigned long)"}]
    (one,) = of(SOURCE, alert)
    assert len(one.match.sites) == 2
    assert one.match.confidence.value == "low"


def test_an_alert_without_a_line_is_about_all_of_the_file(of):
    (one,) = of(SOURCE, result("maps memory with PROT_WRITE", "shared.c"))
    assert (one.match.how.value, len(one.match.sites)) == ("file", 2)


@pytest.fixture
def library(answers):
    """The answers about a real library, `libdata.so` of the reports."""

    def run(*places, message="maps memory with PROT_WRITE", **run):
        shutil.copy(REPORTS / "target" / "libdata.so", "libdata.so")
        results = [{"message": {"text": message}, "locations": [{"physicalLocation": place}]} for place in places]
        return answers(log(*results, **run), artifacts=["libdata.so"])

    return run


def at(**address) -> dict:
    return {"artifactLocation": {"uri": "libdata.so"}, "address": address}


def test_an_address_means_the_call_there_or_the_function(library):
    found = library(
        at(absoluteAddress=0x1135),
        at(absoluteAddress=0x113A),
        at(absoluteAddress=0x113F),
        at(absoluteAddress=0x7777),
        {"artifactLocation": {"uri": "libdata.so"}, "region": {"byteOffset": 0x1135}},
    )
    hows = [(answer.match.how.value, callees(found, answer)) for answer in found.answers]
    assert hows == [
        ("address", ["mmap"]),
        ("address", ["mmap"]),
        ("function", ["mprotect"]),
        ("file", ["mmap", "mprotect"]),
        ("address", ["mmap"]),
    ]


def test_a_symbol_means_its_calls(library):
    shown = {"artifactLocation": {"uri": "libdata.so"}}
    found = library(shown)
    assert callees(found, found.answers[0]) == ["mmap", "mprotect"]
    found = library({**shown, "address": {"fullyQualifiedName": "guard"}})
    assert callees(found, found.answers[0]) == ["mprotect"]
    found = library({**shown, "address": {"fullyQualifiedName": "nowhere"}})
    assert callees(found, found.answers[0]) == ["mmap", "mprotect"]
    assert any("nowhere" in note for note in found.answers[0].match.notes)


def test_another_build_is_said_to_be_one(library):
    indexed = {"artifactLocation": {"uri": "libdata.so", "index": 0}}
    found = library(indexed, artifacts=[{"location": {"uri": "libdata.so"}, "hashes": {"sha-256": "ab" * 32}}])
    (one,) = found.answers
    assert one.outcome.value == "true-but-benign"
    assert re.search(r"another build: .*abababababab.*libdata.so has [0-9a-f]{12}", one.match.notes[-1])
    own = found.held()["libdata.so"]
    found = library(indexed, artifacts=[{"location": {"uri": "x/renamed.so"}, "hashes": {"sha-256": own.sha256}}])
    assert found.answers[0].match.notes == ()
    found = library(at(absoluteAddress=0x1135), message=f"mmap with PROT_WRITE (build id {'0' * 40})")
    assert "build id 000" in found.answers[0].match.notes[0]
    found = library(at(absoluteAddress=0x1135), message=f"mmap with PROT_WRITE (build id {own.build_id})")
    assert found.answers[0].match.notes == ()
