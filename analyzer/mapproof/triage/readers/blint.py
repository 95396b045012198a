"""The findings that blint writes (``findings.json``). Source: what release 4 writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mapproof.model.alert import Alert, Place
from mapproof.triage.readers.base import Reader, Shape, each, one
from mapproof.triage.readers.dig import text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mapproof.triage.readers.dig import Node


def _knows(shape: Shape) -> bool:
    return "findings" in shape.keys and ("scan_id" in shape.keys or '"exe_name"' in shape.head)


def _read(shape: Shape, origin: str) -> Iterator[Alert]:
    def alert(found: Node, pointer: str) -> Alert:
        mark = text(found, "finding_id")
        return Alert(
            number=0,
            origin=origin,
            pointer=pointer,
            format="blint",
            tool="blint",
            rule=text(found, "id"),
            rule_text=text(found, "description"),
            message=text(found, "title"),
            severity=text(found, "severity"),
            places=one(Place(path=text(found, "filename") or text(found, "exe_name"))),
            fingerprints=(("finding_id", mark),) if mark else (),
        )

    yield from each(shape, "findings", origin, "blint", "blint", alert)


READER: Final = Reader("blint", "blint JSON", _knows, _read)
