"""What the tests of written documents share: one run with each of the six answers, and texts that mean harm."""

from __future__ import annotations

from dataclasses import replace

from mapproof.classify.pack import builtin_rules, load_pack
from mapproof.classify.page import page
from mapproof.model.answer import Outcome, Triage
from mapproof.report.answers.base import formats
from mapproof.report.base import Rendering

from .conftest import log, result

SOURCE = """\
#include <sys/mman.h>
void *shared(int fd, unsigned long n) {
  return mmap(0, n, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
}
"""
HARM = """\
#include <sys/mman.h>
void *code(unsigned long n) {
  return mmap(0, n, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}
"""
HOSTILE = (
    '<img src=x onerror=alert(1)> \x1b]0;owned\x07 \u202egnp.exe =HYPERLINK("x") | `x` [a](b)'
    " @ada https://x.invalid \udce9 \x9b2J"
)
"""HTML, terminal and direction escapes, a formula, Markdown, a byte that is no text."""
RENDERING = Rendering(rules=load_pack(builtin_rules()).rules, page=page, now="2026-01-31T12:00:00", author="Ada <&>")


def six(answers, tmp_path) -> Triage:
    """A run in which each answer is given once, and one alert more that is hostile in all its texts."""
    (tmp_path / "shared.c").write_text(SOURCE)
    (tmp_path / "wx.c").write_text(HARM)
    found = answers(
        log(
            result("memory is mapped PROT_WRITE | PROT_EXEC", "shared.c", 3, rule="wx"),
            result("maps memory with PROT_WRITE", "shared.c", 3),
            result("maps PROT_EXEC", "wx.c", 3, rule="exec"),
            result("RWX memory", "wx.c", 3),
            result("a cat sat on the mat", "shared.c", 3),
            result("maps memory with PROT_WRITE", "gone.c", 7),
            result(HOSTILE, f"{HOSTILE}.c", 3, rule=HOSTILE),
            tool="Some Scanner",
        ),
        sources=["shared.c", "wx.c"],
    )
    assert [one.outcome for one in found.answers[:2]] == [Outcome.REFUTED, Outcome.TRUE_BUT_BENIGN]
    accepted = replace(found.answers[2], outcome=Outcome.ACCEPTED, reason=f"{found.answers[2].reason}; accepted: a JIT")
    found = replace(found, answers=(*found.answers[:2], accepted, *found.answers[3:]))
    assert {one.outcome for one in found.answers} == set(Outcome)
    return found


def rendered(name: str, found: Triage, rendering: Rendering = RENDERING) -> str:
    """A document, twice the same, with nothing in it that a terminal obeys."""
    text = formats()[name].render(found, rendering)
    assert text == formats()[name].render(found, rendering)
    text.encode()
    assert not [char for char in text if not char.isprintable() and char not in "\n\t"]
    return text
