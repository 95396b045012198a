"""GitHub's workflow commands: each alert becomes an annotation of the line it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mapproof.model.location import Span
from mapproof.report.base import Format, portable
from mapproof.report.words import (
    LEVELS,
    advice_sentence,
    advised,
    alerts,
    gap_sentence,
    lapse_sentence,
    sentence,
    title,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mapproof.model.report import Report
    from mapproof.report.base import Rendering

_COMMANDS: Final = {"error": "error", "warning": "warning", "note": "notice", "none": "warning"}
"""A level as a command; ``none`` is what was proved harmless and did not replay."""


def render(report: Report, rendering: Rendering) -> str:
    """One command a line: alerts, lapsed suppressions, and what was not covered."""
    return "".join(f"{line}\n" for line in _lines(report, rendering))


def _lines(report: Report, rendering: Rendering) -> Iterator[str]:
    for finding in alerts(report):
        spot = finding.site.location
        fields = {"file": rendering.path(finding.site.artifact)}
        message = sentence(finding)
        if isinstance(spot, Span):
            fields |= {"line": str(spot.line), "endLine": str(spot.end_line), "col": str(spot.column)}
        else:
            message = f"At {spot.position}: {message}"
        fields["title"] = f"{title(finding)} [{finding.rule}]"
        yield _command(_COMMANDS[LEVELS[finding.verdict]], fields, message)
    for finding in advised(report):
        for advice in finding.advice:
            spot = finding.site.location
            fields = {"file": rendering.path(finding.site.artifact)}
            if isinstance(spot, Span):
                fields |= {"line": str(spot.line), "endLine": str(spot.end_line), "col": str(spot.column)}
            fields["title"] = f"{advice.severity} [{advice.rule}]"
            yield _command(_COMMANDS[advice.severity.value], fields, advice_sentence(advice))
    for lapse in report.lapses:
        path, line = lapse.suppression.written_at
        fields = {"file": rendering.path(path), "line": str(line), "title": f"suppression {lapse.kind}"}
        yield _command("error", fields, lapse_sentence(lapse))
    for gap in report.errors:
        fields = {"file": rendering.path(gap.path)}
        if gap.line is not None:
            fields["line"] = str(gap.line)
        yield _command("warning", {**fields, "title": f"not covered [{gap.kind}]"}, gap_sentence(gap))


def _command(name: str, fields: dict[str, str], message: str) -> str:
    listed = ",".join(f"{key}={_property(value)}" for key, value in fields.items())
    return f"::{name} {listed}::{_data(message)}"


def _data(text: str) -> str:
    """As GitHub's toolkit escapes a message."""
    return portable(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


FORMAT: Final = Format("github", render, "annotations for a GitHub workflow")
