"""Reviewdog's diagnostic format: one JSON document with a diagnostic for each alert."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from mapproof.model.location import Span
from mapproof.report.base import Format, portable
from mapproof.report.words import LEVELS, advice_sentence, advised, alerts, gap_sentence, lapse_sentence, sentence

if TYPE_CHECKING:
    from mapproof.model.report import Report
    from mapproof.report.base import Rendering

_SEVERITIES: Final = {"error": "ERROR", "warning": "WARNING", "note": "INFO", "none": "WARNING"}


def render(report: Report, rendering: Rendering) -> str:
    """The document."""
    diagnostics = [
        {
            "message": sentence(finding),
            "location": {
                "path": portable(rendering.path(finding.site.artifact)),
                **_range(finding.site.location),
            },
            "severity": _SEVERITIES[LEVELS[finding.verdict]],
            "code": {"value": finding.rule},
        }
        for finding in alerts(report)
    ]
    diagnostics += [
        {
            "message": advice_sentence(advice),
            "location": {
                "path": portable(rendering.path(finding.site.artifact)),
                **_range(finding.site.location),
            },
            "severity": _SEVERITIES[advice.severity.value],
            "code": {"value": advice.rule},
        }
        for finding in advised(report)
        for advice in finding.advice
    ]
    diagnostics += [
        {
            "message": lapse_sentence(lapse),
            "location": {"path": portable(rendering.path(path)), "range": {"start": {"line": line}}},
            "severity": "ERROR",
            "code": {"value": f"suppression-{lapse.kind}"},
        }
        for lapse in report.lapses
        for path, line in (lapse.suppression.written_at,)
    ]
    diagnostics += [
        {
            "message": gap_sentence(gap),
            "location": {
                "path": portable(rendering.path(gap.path)),
                **({} if gap.line is None else {"range": {"start": {"line": gap.line}}}),
            },
            "severity": "WARNING",
            "code": {"value": f"not-covered/{gap.kind}"},
        }
        for gap in report.errors
    ]
    document = {"source": {"name": "mapproof"}, "diagnostics": diagnostics}
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _range(place: object) -> dict[str, Any]:
    """Positions; columns count bytes of UTF-8 from 1, and the end is exclusive."""
    if not isinstance(place, Span):
        return {}
    content = _content(place.path)
    if content is None or not 0 <= place.start < place.end <= len(content):
        return {"range": {"start": {"line": place.line}, "end": {"line": place.end_line}}}
    start = place.start - (content.rfind(b"\n", 0, place.start) + 1) + 1
    end = place.end - (content.rfind(b"\n", 0, place.end) + 1) + 1
    return {
        "range": {
            "start": {"line": place.line, "column": start},
            "end": {"line": place.end_line, "column": end},
        }
    }


@lru_cache(maxsize=4)
def _content(path: str) -> bytes | None:
    try:
        return Path(path).read_bytes()
    except (OSError, ValueError):
        return None


FORMAT: Final = Format("rdjson", render, "reviewdog's JSON")
