"""Tables of text: a header line, then a row for each record. A row of another length is read as far as it goes."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from mapproof.triage.readers.base import MalformedError

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONGEST: Final = 1 << 20
"""Characters of one cell."""
_DELIMITERS: Final = ",;\t|"


def header(head: str) -> tuple[str, tuple[str, ...]]:
    """The delimiter and the names of the columns, by the first line; no names where it is no such table."""
    first = next((line for line in head.splitlines() if line.strip()), "")
    delimiter = max(_DELIMITERS, key=first.count)
    if first.count(delimiter) < 1:
        return ",", ()
    try:
        names = next(csv.reader([first], delimiter=delimiter), [])
    except csv.Error:
        return delimiter, ()
    return delimiter, tuple(name.strip() for name in names)


def rows(data: bytes, delimiter: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row by the names of its columns, with the number of the line that it ends on."""
    csv.field_size_limit(_LONGEST)
    text = io.TextIOWrapper(io.BytesIO(data), encoding="utf-8", errors="replace", newline="")
    reader = csv.reader((line.replace("\0", "\ufffd") for line in text), delimiter=delimiter)
    names: list[str] | None = None
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if names is None:
                names = [cell.strip() for cell in cells]
                continue
            yield reader.line_num, dict(zip(names, cells, strict=False))
    except csv.Error as error:
        message = f"line {reader.line_num}: {error}"
        raise MalformedError(message) from error
