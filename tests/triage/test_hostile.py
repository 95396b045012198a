"""Hostile and broken input: an answer for every alert there is, a word about every one that there is not."""

from __future__ import annotations

import json
import time
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from mapproof.report.answers.base import formats
from mapproof.report.base import Rendering
from mapproof.triage.readers.base import read_alerts

from .conftest import REPORTS, log, result

HARMLESS = """\
#include <sys/mman.h>
void *shared(int fd, unsigned long n) {
  return mmap(0, n, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
}
"""
WORDS = "maps memory with PROT_WRITE"


@pytest.mark.parametrize(
    "odd",
    [
        7,
        None,
        "text",
        [],
        {},
        {"message": 7, "locations": "x"},
        {"message": {"text": WORDS}, "locations": [7, None, {}]},
        {"message": {"text": WORDS}, "locations": [{"physicalLocation": {"region": {"startLine": "x"}}}]},
        {"message": {"text": WORDS}, "locations": [{"physicalLocation": {"region": {"startLine": -5}}}]},
        {"message": {"text": WORDS}, "locations": [{"physicalLocation": {"artifactLocation": {"index": 10**30}}}]},
        {"message": {"id": "none", "arguments": [1, {}]}, "ruleIndex": 10**18, "rule": {"index": -1}},
        {"message": {"text": "{0} {99999999999}", "arguments": ["a"]}, "ruleId": ["x"]},
    ],
)
def test_an_odd_result_costs_that_result(answers, odd):
    Path("shared.c").write_text(HARMLESS)
    good = result(WORDS, "shared.c", 3)
    found = answers(log(good, odd, good), ["shared.c"])
    assert [answer.alert.number for answer in found.answers] == [1, 2, 3]
    assert {found.answers[0].outcome.value, found.answers[2].outcome.value} == {"true-but-benign"}
    assert found.answers[1].outcome.value in {"undecided", "not-covered"}


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b"\n \n", "empty"),
        (b"{", "no JSON"),
        (b"\x7fELF\x02\x01\x01", "no format that is known"),
        (b"hello, world\n1,2\n", "no format that is known"),
        (b"[" * 100_000, "no JSON"),
        (b'{"version": "1.0.0", "runs": []}', "SARIF version 1.0.0"),
        (b'{"version": "2.1.0", "runs": 7}', "/runs"),
        (b'{"version": "2.1.0", "runs": [7]}', "/runs/0"),
        (b'{"results": 7, "paths": {}}', "/results"),
        (b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "b">]><results version="2"><cppcheck/></results>', "entities"),
        (b'<?xml version="1.0"?><results version="2"><cppcheck version="2"/><errors><error id="a"', "no whole XML"),
        (b"<plist version='1.0'><dict><key>diagnostics</key><array><dict>", "no whole property list"),
    ],
)
def test_a_file_that_is_no_report_is_said_to_be_none(data, says):
    file, found = read_alerts("x", data, 1, "")
    assert says in file.fault
    assert not found


@pytest.mark.parametrize("share", [10, 50, 90, 99])
def test_of_a_torn_log_all_whole_results_are_answered(answers, share):
    Path("shared.c").write_text(HARMLESS)
    whole = json.dumps(log(*[result(WORDS, "shared.c", 3, rule=f"r{number}") for number in range(50)]))
    found = answers(whole[: len(whole) * share // 100], ["shared.c"])
    assert f"{len(found.answers)} results were read" in found.files[0].fault
    assert abs(len(found.answers) - 50 * share // 100) <= 2
    assert {answer.outcome.value for answer in found.answers} == {"true-but-benign"}


NASTY = "<script>alert(1)</script>\x1b]0;owned\x07\x1b[31m=cmd|' /C calc'!A0\u202e\x00 maps memory with PROT_WRITE"


def test_no_string_of_an_alert_reaches_the_terminal_as_it_is(answers):
    Path("shared.c").write_text(HARMLESS)
    found = answers(log(result(NASTY, "shared.c\x1b[2J", 3, rule=NASTY), tool=NASTY), ["shared.c"])
    text = formats()["text"].render(found, Rendering())
    assert not [char for char in text if (ord(char) < 32 and char != "\n") or char in "\x7f\u202e"]
    told = json.loads(formats()["json"].render(found, Rendering()))
    assert told["answers"][0]["alert"]["message"] == NASTY


def test_lone_surrogates_are_no_trouble(answers):
    Path("shared.c").write_text(HARMLESS)
    data = json.dumps(log(result(WORDS + " \ud800", "shared.c", 3)))
    found = answers(data, ["shared.c"])
    for form in formats().values():
        assert form.render(found, Rendering()).encode()


def test_members_that_would_lead_out_of_a_package_stay_in_it(answers):
    library = (REPORTS / "target" / "libdata.so").read_bytes()
    with zipfile.ZipFile("app.apk", "w") as package:
        package.writestr("/etc/passwd.so", library)
        package.writestr("../../outside.so", library)
        package.writestr("lib/x86_64/libdata.so", library)
        package.writestr("lib/x86_64/broken.so", library[:200])
    found = answers(
        log(
            result(WORDS, "app.apk!/lib/x86_64/libdata.so"),
            result(WORDS, "/etc/passwd.so"),
            result(WORDS, "../../outside.so"),
            result(WORDS, "../../../../etc/shadow"),
        ),
        artifacts=["app.apk"],
    )
    assert [answer.outcome.value for answer in found.answers] == [*["true-but-benign"] * 3, "not-covered"]
    assert all(path.startswith("app.apk!") for path in found.held())


def test_an_alert_that_names_no_place_is_not_about_whatever_is_at_hand(answers):
    Path("shared.c").write_text(HARMLESS)
    (one,) = answers(log(result("memory is writable and executable")), ["shared.c"]).answers
    assert (one.outcome.value, one.reason) == ("not-covered", "the alert names no file and no place in one")


def test_what_an_alert_names_and_nobody_gave_is_not_opened(answers):
    Path("elsewhere.c").write_text(HARMLESS)
    Path("given").mkdir()
    Path("given/other.c").write_text(HARMLESS)
    found = answers(log(result(WORDS, str(Path("elsewhere.c").absolute()), 3)), ["given"])
    assert found.answers[0].outcome.value == "not-covered"


def test_a_large_log_is_read_in_time_and_memory_that_grow_with_it():
    padding = "x" * 4000
    data = json.dumps(log(*[result(f"{WORDS} {padding}", "src/a.c", number + 1) for number in range(2500)])).encode()
    assert len(data) > 10_000_000
    tracemalloc.start()
    started = time.process_time()
    file, found = read_alerts("x", data, 1, "")
    seconds, peak = time.process_time() - started, tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert file.alerts == len(found) == 2500
    assert seconds < 10
    assert peak < 4 * len(data)
