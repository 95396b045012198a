"""flawfinder's CSV (``--csv``). Source: what release 2.0.19 writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mapproof.model.alert import Alert, Place
from mapproof.triage.readers.base import Reader, Shape, one
from mapproof.triage.readers.delimited import header, rows
from mapproof.triage.readers.dig import line

if TYPE_CHECKING:
    from collections.abc import Iterator

_COLUMNS: Final = {"File", "Line", "Column", "Level", "Category", "Name", "Warning"}


def _knows(shape: Shape) -> bool:
    return not shape.keys and set(header(shape.head)[1]) >= _COLUMNS


def _read(shape: Shape, origin: str) -> Iterator[Alert]:
    for number, row in rows(shape.data, header(shape.head)[0]):
        mark = row.get("Fingerprint", "")
        yield Alert(
            number=0,
            origin=origin,
            pointer=f"line {number}",
            format="flawfinder",
            tool="Flawfinder",
            rule=row.get("RuleId", "") or row.get("Name", ""),
            rule_text=" ".join(filter(None, (row.get("Category", ""), row.get("Name", "")))),
            message=row.get("Warning", ""),
            severity=row.get("Level", ""),
            places=one(
                Place(
                    path=row.get("File", ""),
                    line=line(row, "Line"),
                    column=line(row, "Column"),
                    snippet=row.get("Context", ""),
                )
            ),
            fingerprints=(("contextHash", mark),) if mark else (),
            tool_version=row.get("ToolVersion", ""),
        )


READER: Final = Reader("flawfinder", "flawfinder CSV", _knows, _read)
