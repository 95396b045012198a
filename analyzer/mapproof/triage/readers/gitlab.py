"""GitLab's security report for SAST. Source: its ``sast-report-format`` schema, version 15."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mapproof.model.alert import Alert, Place
from mapproof.triage.readers.base import Reader, Shape, each, one
from mapproof.triage.readers.dig import at, items, line, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mapproof.triage.readers.dig import Node


def _knows(shape: Shape) -> bool:
    return "vulnerabilities" in shape.keys and ("scan" in shape.keys or '"identifiers"' in shape.head)


def _read(shape: Shape, origin: str) -> Iterator[Alert]:
    scanner = at(shape.value("scan"), "scanner")
    name = text(scanner, "name") or "GitLab SAST"

    def alert(found: Node, pointer: str) -> Alert:
        place = at(found, "location")
        identifiers = [(text(one, "type"), text(one, "value")) for one in items(found, "identifiers")]
        marks = (("gitlab-id", text(found, "id")), ("gitlab-cve", text(found, "cve")))
        flags = [text(flag, "type") for flag in items(found, "flags")]
        return Alert(
            number=0,
            origin=origin,
            pointer=pointer,
            format="gitlab-sast",
            tool=text(found, "scanner", "name") or name,
            rule=identifiers[0][1] if identifiers else "",
            rule_text=text(found, "name"),
            message=text(found, "message") or text(found, "description") or text(found, "name"),
            severity=text(found, "severity"),
            places=one(
                Place(
                    path=text(place, "file"),
                    line=line(place, "start_line"),
                    end_line=line(place, "end_line"),
                    symbol=text(place, "method"),
                )
            ),
            fingerprints=tuple((key, value) for key, value in marks if value),
            tool_version=text(scanner, "version"),
            answered="flagged-as-likely-false-positive" in flags,
        )

    yield from each(shape, "vulnerabilities", origin, "gitlab-sast", name, alert)


READER: Final = Reader("gitlab-sast", "GitLab SAST JSON", _knows, _read)
