"""Sources and the binary built from them: what one says holds only as far as the other does not contradict it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from .conftest import REPORTS, log, result

DATA = (REPORTS / "target" / "data.c").read_text()


@pytest.fixture
def both(answers):
    """The answers with a source beside `libdata.so`, which was built from `data.c`."""

    def run(source, *results):
        shutil.copy(REPORTS / "target" / "libdata.so", "libdata.so")
        Path("data.c").write_text(source)
        return answers(log(*results), ["data.c"], ["libdata.so"]).answers

    return run


def test_what_agrees_is_said_to_agree(both):
    source, binary = both(
        DATA, result("maps memory with PROT_WRITE", "data.c", 3), result("maps memory with PROT_WRITE", "libdata.so")
    )
    assert source.outcome.value == binary.outcome.value == "true-but-benign"
    assert "mmap at libdata.so:0x1135 is the same call, and judged harmless too" in source.match.notes
    assert not source.disagreements


def test_a_source_that_asks_for_less_than_the_binary_is_said_to_differ(both):
    (one,) = both(DATA.replace("PROT_READ | PROT_WRITE", "PROT_READ"), result("mmap is called", "data.c", 3))
    (said,) = one.disagreements
    assert said.startswith("source and binary differ: mmap at libdata.so:0x1135 asks for rw-, mmap at data.c:3")
    assert one.confidence.value == "low"


def test_other_flags_are_said_to_differ(both):
    (one,) = both(DATA.replace("MAP_SHARED", "MAP_PRIVATE"), result("mmap is called", "data.c", 3))
    assert "has other flags than" in one.disagreements[0]


def test_a_source_that_is_worse_takes_the_binarys_answer_back(both):
    worse = DATA.replace("PROT_READ | PROT_WRITE", "PROT_READ | PROT_WRITE | PROT_EXEC")
    (one,) = both(worse, result("maps memory with PROT_WRITE", "libdata.so"))
    assert one.outcome.value == "confirmed"
    assert not one.proofs
    assert "is proved harmless, but mmap at data.c:3" in one.reason
    assert one.disagreements


def test_calls_of_other_functions_are_not_tied(both):
    (one,) = both(DATA.replace("shared_index", "something_else"), result("mmap is called", "data.c", 3))
    assert not one.disagreements
    assert not any("same call" in note for note in one.match.notes)
