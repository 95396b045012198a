"""A summary in Markdown: for the page of a CI job, or a comment on a change."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from mapproof.model.verdict import Verdict
from mapproof.report.base import Format, portable
from mapproof.report.style import flat, visible
from mapproof.report.words import (
    advice_sentence,
    advised,
    alerts,
    gap_place,
    gap_sentence,
    lapse_sentence,
    place,
    sentence,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mapproof.model.report import Report
    from mapproof.report.base import Rendering

_MOST_ROWS: Final = 200
"""Rows of a table: GitHub takes a summary of 1 MiB and cuts none of it, GitLab a comment of 1,000,000 characters."""
_SPECIAL: Final = re.compile(r"([\\`*_{}\[\]<>()#!|~&])")


def render(report: Report, rendering: Rendering) -> str:
    """Counts first, then what to look at, then what is as it should be."""
    return "\n".join(_lines(report, rendering)) + "\n"


def _lines(report: Report, rendering: Rendering) -> Iterator[str]:
    yield "## mapproof"
    yield ""
    yield from _counts(report)
    yield from _alerts(report, rendering)
    yield from _table(
        "Advice",
        ("where", "rule", "what"),
        [
            (f"`{code(place(finding, rendering))}`", f"{advice.severity} `{code(advice.rule)}`",
             plain(advice_sentence(advice)))
            for finding in advised(report)
            for advice in finding.advice
        ],
    )  # fmt: skip
    yield from _table(
        "Suppressions that no longer count",
        ("where", "what"),
        [
            (f"`{code(rendering.path(lapse.suppression.written_at[0]))}:{lapse.suppression.written_at[1]}`",
             plain(lapse_sentence(lapse)))
            for lapse in report.lapses
        ],
    )  # fmt: skip
    yield from _table(
        "Not covered",
        ("where", "what"),
        [
            (f"`{code(gap_place(gap, rendering))}`", plain(gap_sentence(gap)))
            for gap in report.errors
        ],
    )  # fmt: skip
    yield from _table(
        "Suppressed",
        ("where", "by", "reason"),
        [
            (f"`{code(place(finding, rendering))}`", plain(decision.alias), plain(decision.reason))
            for finding in report.findings
            if (decision := report.suppressed.get(finding.site.id)) is not None
        ],
    )
    harmless = Counter(finding.rule for finding in report.findings if finding.verdict is Verdict.BENIGN)
    yield from _table(
        "Proved harmless",
        ("justification", "sites"),
        [(f"`{code(rule)}`", str(count)) for rule, count in sorted(harmless.items())],
    )


def _counts(report: Report) -> Iterator[str]:
    yield "| violations | executable | unresolved | benign (proved) | suppressed | not covered | files |"
    yield "| ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
    standing = Counter(finding.verdict for finding in report.standing())
    counts = [
        *(standing[verdict] for verdict in (Verdict.VIOLATION, Verdict.EXECUTABLE, Verdict.UNRESOLVED)),
        report.count(Verdict.BENIGN),
        len(report.suppressed),
        len(report.errors),
        report.files,
    ]
    yield "| " + " | ".join(map(str, counts)) + " |"
    if report.unchanged:
        yield ""
        yield f"{report.unchanged} more that the change did not touch are left out."


def _alerts(report: Report, rendering: Rendering) -> Iterator[str]:
    rows = [
        (
            f"`{code(place(finding, rendering))}`",
            f"**{finding.verdict}** `{code(finding.rule)}`",
            plain(sentence(finding)),
        )
        for finding in alerts(report)
    ]
    yield from _table("To look at", ("where", "verdict", "what"), rows)


def _table(heading: str, columns: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    if not rows:
        return
    yield from (
        "",
        f"### {heading}",
        "",
        "| " + " | ".join(columns) + " |",
        "| " + " | ".join("---" for _ in columns) + " |",
    )
    yield from ("| " + " | ".join(row) + " |" for row in rows[:_MOST_ROWS])
    if len(rows) > _MOST_ROWS:
        yield from ("", f"... and {len(rows) - _MOST_ROWS} more; another format has them all.")


def plain(text: str) -> str:
    """Text that Markdown shows as it is."""
    return _SPECIAL.sub(r"\\\1", flat(portable(text)))


def code(text: str) -> str:
    """Text for a code span within a table."""
    return visible(portable(text)).replace("`", "'").replace("|", "\\|")


FORMAT: Final = Format("md", render, "a summary in Markdown")
