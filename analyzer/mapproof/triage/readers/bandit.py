"""Bandit's JSON (``-f json``). Source: ``bandit/formatters/json.py`` of release 1.8."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mapproof.model.alert import Alert, Place
from mapproof.triage.readers.base import Reader, Shape, each, one
from mapproof.triage.readers.dig import items, line, natural, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mapproof.triage.readers.dig import Node


def _knows(shape: Shape) -> bool:
    return "results" in shape.keys and "metrics" in shape.keys


def _read(shape: Shape, origin: str) -> Iterator[Alert]:
    def alert(result: Node, pointer: str) -> Alert:
        lines = [number for number in items(result, "line_range") if isinstance(number, int)]
        column = natural(result, "col_offset")
        return Alert(
            number=0,
            origin=origin,
            pointer=pointer,
            format="bandit",
            tool="Bandit",
            rule=text(result, "test_id"),
            rule_text=text(result, "test_name"),
            message=text(result, "issue_text"),
            severity=text(result, "issue_severity"),
            places=one(
                Place(
                    path=text(result, "filename"),
                    line=line(result, "line_number"),
                    column=None if column is None else column + 1,
                    end_line=max(lines, default=None),
                )
            ),
        )

    yield from each(shape, "results", origin, "bandit", "Bandit", alert)


READER: Final = Reader("bandit", "Bandit JSON", _knows, _read)
