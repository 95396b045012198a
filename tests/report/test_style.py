"""Terminal manners: nothing in a scanned file can steer the reader's terminal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapproof.model.verdict import Verdict
from mapproof.report.base import portable
from mapproof.report.style import Style, cells, visible, wants_color, wrapped


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("a\x1b[2Jb", "a\\x1b[2Jb"),
        ("\x07\x00\x7f", "\\x07\\x00\\x7f"),
        ("\x9b31m", "\\x9b31m"),
        ("ab\u202ecd\u2066", "ab\\u202ecd\\u2066"),
        ("\U000e0041", "\\U000e0041"),
        ("caf\udce9", "caf\\xe9"),
        ("\ud800", "\\ud800"),
        ("naïve 漢字", "naïve 漢字"),
    ],
)
def test_what_a_terminal_would_obey_or_hide_is_spelled_out(hostile, shown):
    assert visible(hostile) == shown


@given(st.text(st.characters(exclude_categories=[])))
def test_shown_text_is_printable_and_encodable(text):
    assert visible(text).isprintable()
    assert portable(text).encode().decode() == portable(text)


@pytest.mark.parametrize(("text", "size"), [("abc", 3), ("漢字", 4), ("e\u0301", 1), ("", 0)])
def test_cells_are_what_a_terminal_takes(text, size):
    assert cells(text) == size


@pytest.mark.parametrize(
    ("choice", "environ", "terminal", "color"),
    [
        ("auto", {}, True, True),
        ("auto", {}, False, False),
        ("auto", {"TERM": "dumb"}, True, False),
        ("auto", {"NO_COLOR": "1"}, True, False),
        ("auto", {"NO_COLOR": ""}, True, True),
        ("auto", {"FORCE_COLOR": "1"}, False, True),
        ("auto", {"FORCE_COLOR": "0"}, False, False),
        ("auto", {"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False),
        ("always", {"NO_COLOR": "1"}, False, True),
        ("never", {"FORCE_COLOR": "1"}, True, False),
    ],
)
def test_who_decides_on_color(choice, environ, terminal, color):
    assert wants_color(choice, environ, terminal=terminal) is color


def test_paint_is_only_paint():
    painted = Style(enabled=True).verdict(Verdict.VIOLATION, "violation")
    assert painted != "violation"
    assert painted.replace("\x1b[1;31m", "").replace("\x1b[0m", "") == "violation"
    assert Style().verdict(Verdict.VIOLATION, "violation") == "violation"


@given(st.lists(st.text("abc-/", min_size=1, max_size=30), min_size=1), st.integers(40, 120))
def test_wrapped_prose_keeps_every_word_and_the_width(words, width):
    lines = wrapped(" ".join(words), width, rest="    ")
    assert " ".join(lines).split() == words
    assert all(len(line) <= width for line in lines)
