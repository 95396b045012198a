"""Tables without a public format: CSV, a JSON list of records, or JSON lines, by a mapping of columns from the policy.

In JSON a column may be a path of keys with dots between (``at.file``), or a key that has dots in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from mapproof.model.alert import Alert, Columns, Place
from mapproof.triage.readers.base import Reader, Shape, broken, one
from mapproof.triage.readers.delimited import header, rows
from mapproof.triage.readers.dig import line, natural, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mapproof.triage.readers.dig import Node

_FORM: Final = "columns"


def _knows(shape: Shape) -> bool:
    return _mapping(shape) is not None


def _mapping(shape: Shape) -> Columns | None:
    """The mapping that fits a file: the one with most columns of those whose columns are all there."""
    if shape.list is not None or shape.keys or shape.fault:
        sample = next((record for _, record in _records(shape) if isinstance(record, dict)), None)
        fitting = [] if sample is None else [one for one in shape.columns if _fits(one, sample)]
    else:
        names = set(header(shape.head)[1])
        fitting = [one for one in shape.columns if names and one.needs <= names]
    return max(fitting, key=lambda one: len(one.columns), default=None)


def _fits(columns: Columns, record: dict[str, Node]) -> bool:
    return all(_found(record, column) is not None for column in columns.needs)


def _records(shape: Shape) -> Iterator[tuple[str, Node]]:
    """Each record with where it stands; of one that can't be read, the reason as text."""
    if shape.list is not None:
        for number, raw in enumerate(shape.list):
            yield f"/{number}", _decoded(raw)
        return
    for number, row in enumerate(shape.data.splitlines(), start=1):
        if row.strip():
            yield f"line {number}", _decoded(row)


def _decoded(raw: bytes | msgspec.Raw) -> Node:
    try:
        return msgspec.json.decode(raw)
    except (msgspec.DecodeError, RecursionError) as error:
        return str(error)


def _read(shape: Shape, origin: str) -> Iterator[Alert]:
    mapping = _mapping(shape)
    assert mapping is not None  # noqa: S101  it was asked before
    if shape.list is not None or shape.keys or shape.fault:
        for pointer, record in _records(shape):
            if isinstance(record, dict):
                yield _alert({key: _found(record, key) for key in mapping.columns.values()}, mapping, origin, pointer)
            else:
                why = record if isinstance(record, str) else "the record is no object"
                yield broken(origin, pointer, _FORM, mapping.tool, why)
        return
    for number, row in rows(shape.data, header(shape.head)[0]):
        yield _alert(row, mapping, origin, f"line {number}")


def _found(record: Node, column: str) -> Node:
    """The value of a column: a key, or a path of keys."""
    if isinstance(record, dict) and column in record:
        return record[column]
    for key in column.split("."):
        record = record.get(key) if isinstance(record, dict) else None
    return record


def _alert(row: dict[str, Node], mapping: Columns, origin: str, pointer: str) -> Alert:
    at = mapping.columns

    def said(name: str) -> str:
        return text(row, at[name]).strip() if name in at else ""

    mark = said("fingerprint")
    return Alert(
        number=0,
        origin=origin,
        pointer=pointer,
        format=_FORM,
        tool=mapping.tool,
        rule=said("rule"),
        message=said("message"),
        severity=said("severity"),
        places=one(
            Place(
                path=said("path"),
                line=line(row, at["line"]) if "line" in at else None,
                column=line(row, at["column"]) if "column" in at else None,
                address=natural(row, at["address"]) if "address" in at else None,
                offset=natural(row, at["offset"]) if "offset" in at else None,
                symbol=said("symbol"),
                member=said("member"),
                sha256=said("sha256").lower(),
                build_id=said("build-id").lower(),
            )
        ),
        fingerprints=(("fingerprint", mark),) if mark else (),
    )


READER: Final = Reader(_FORM, "CSV, JSON lines or a JSON list with [[alerts]] in the policy", _knows, _read, rank=9)
