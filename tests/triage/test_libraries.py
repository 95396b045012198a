"""What a binary has others do for it is not forgotten: their wrappers are its calls."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from .conftest import log, result

pytestmark = pytest.mark.skipif(shutil.which("gcc") is None, reason="needs gcc")

WRAPPER = """\
#include <sys/mman.h>
void *wrap(unsigned long n, int prot) { return mmap(0, n, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); }
"""
USER = "void *wrap(unsigned long n, int prot);\nvoid *use(unsigned long n) { return wrap(n, 7); }\n"
WORDS = "memory is writable and executable at once"


@pytest.fixture
def libraries(answers):
    """A library with a wrapper, and one that calls it."""
    for name, text in (("wrap", WRAPPER), ("use", USER)):
        Path(f"{name}.c").write_text(text)
        linked = ["-L.", "-lwrap"] if name == "use" else []
        subprocess.run(["gcc", "-O1", "-shared", "-fPIC", "-o", f"lib{name}.so", f"{name}.c", *linked], check=True)

    def run(*artifacts):
        return answers(log(result(WORDS, "libuse.so")), artifacts=artifacts).answers[0]

    return run


def test_a_wrapper_at_hand_keeps_its_callers_from_being_cleared(libraries):
    found = libraries("libuse.so", "libwrap.so")
    assert found.outcome.value == "undecided"
    assert "it takes wrap() from libwrap.so" in found.reason
    assert "--deps" in found.settles


def test_without_it_the_answer_says_that_it_speaks_of_this_file(libraries):
    found = libraries("libuse.so")
    assert found.outcome.value == "refuted"
    assert found.reason == "no code in libuse.so calls a system function that maps memory or changes its protection"
