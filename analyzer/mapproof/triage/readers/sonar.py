"""SonarQube's generic issues, both shapes: rules apart (since 10.3), and each issue with its engine.

Source: SonarQube's documentation, "Importing third-party issues". Its columns count from 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mapproof.model.alert import Alert, Place
from mapproof.triage.readers.base import Reader, Shape, each, one
from mapproof.triage.readers.dig import at, items, line, natural, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mapproof.triage.readers.dig import Node


def _knows(shape: Shape) -> bool:
    return "issues" in shape.keys and ('"primaryLocation"' in shape.head or "rules" in shape.keys)


def _read(shape: Shape, origin: str) -> Iterator[Alert]:
    rules = {text(rule, "id"): rule for rule in items({"rules": shape.value("rules")}, "rules")}

    def alert(issue: Node, pointer: str) -> Alert:
        rule = rules.get(text(issue, "ruleId"))
        place = at(issue, "primaryLocation")
        column = natural(place, "textRange", "startColumn")
        return Alert(
            number=0,
            origin=origin,
            pointer=pointer,
            format="sonar",
            tool=text(issue, "engineId") or text(rule, "engineId") or "generic issues",
            rule=text(issue, "ruleId"),
            rule_text=" ".join(filter(None, (text(rule, "name"), text(rule, "description")))),
            message=text(place, "message"),
            severity=text(issue, "severity") or text(rule, "severity"),
            places=one(
                Place(
                    path=text(place, "filePath"),
                    line=line(place, "textRange", "startLine"),
                    column=None if column is None else column + 1,
                    end_line=line(place, "textRange", "endLine"),
                )
            ),
        )

    yield from each(shape, "issues", origin, "sonar", "generic issues", alert)


READER: Final = Reader("sonar", "SonarQube generic issues", _knows, _read)
