"""Semgrep's JSON (``--json``).

Source: ``semgrep_output_v1``, and what release 1.182 writes. Where nobody is logged in, fingerprint and lines are the
text "requires login", and are not used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mapproof.model.alert import Alert, Place
from mapproof.triage.readers.base import Reader, Shape, each, one
from mapproof.triage.readers.dig import at, line, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mapproof.triage.readers.dig import Node

_WITHHELD: Final = "requires login"


def _knows(shape: Shape) -> bool:
    return "results" in shape.keys and ("paths" in shape.keys or '"check_id"' in shape.head)


def _read(shape: Shape, origin: str) -> Iterator[Alert]:
    version = text({"version": shape.value("version")}, "version")

    def alert(result: Node, pointer: str) -> Alert:
        extra = at(result, "extra")
        mark, lines = text(extra, "fingerprint"), text(extra, "lines")
        return Alert(
            number=0,
            origin=origin,
            pointer=pointer,
            format="semgrep",
            tool="Semgrep",
            rule=text(result, "check_id"),
            message=text(extra, "message"),
            severity=text(extra, "severity"),
            places=one(
                Place(
                    path=text(result, "path"),
                    line=line(result, "start", "line"),
                    column=line(result, "start", "col"),
                    end_line=line(result, "end", "line"),
                    snippet="" if lines == _WITHHELD else lines,
                )
            ),
            fingerprints=(("semgrep", mark),) if mark and mark != _WITHHELD else (),
            tool_version=version,
            answered=at(extra, "is_ignored") is True,
        )

    yield from each(shape, "results", origin, "semgrep", "Semgrep", alert)


READER: Final = Reader("semgrep", "Semgrep JSON", _knows, _read)
