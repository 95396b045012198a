"""What SQLite says of itself: source id, version, and the options that it was compiled with."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from mapproof.model.library import Mark

if TYPE_CHECKING:
    from mapproof.model.binary import Binary

_SOURCE_ID: Final = re.compile(
    rb"(?<![0-9])20\d\d-[01]\d-[0-3]\d [0-2]\d:[0-5]\d:[0-5]\d (?:[0-9a-f]{60}(?:[0-9a-f]{4}|alt\d)|[0-9a-f]{40})\0"
)
_VERSION: Final = re.compile(rb"(?<![^\0])3\.\d{1,3}\.\d{1,3}(?:\.\d{1,3})?\0")
_OPTION: Final = re.compile(r"[A-Z][A-Z0-9_]*(=.*)?\Z")
_ANCHOR: Final = re.compile(rb"(?<![^\0])THREADSAFE=\d\0")
_MOST: Final = 400


def source_id(binary: Binary) -> Mark | None:
    """The date and hash of the sources; one that ends in ``alt1`` was edited."""
    for address, text in binary.texts(_SOURCE_ID):
        return Mark(text[:-1].decode(), address)
    return None


def version(binary: Binary) -> str | None:
    """The version, from ``sqlite3_version`` under any prefix, else the one text that looks like one."""
    at = binary.symbol("sqlite3_version")
    named = None if at is None else binary.text_at(at)
    if named:
        return named
    found = {text[:-1].decode() for _address, text in binary.texts(_VERSION)}
    return found.pop() if len(found) == 1 else None


def options(binary: Binary) -> tuple[str, ...] | None:
    """The list of compile options; ``None`` when it was left out (``SQLITE_OMIT_COMPILEOPTION_DIAGS``)."""
    texts = [address for address, _ in binary.texts(_ANCHOR)]
    for cells in binary.holders(texts).values():
        for cell in cells:
            low = cell
            while cell - low < _MOST * binary.word and _option(binary, low - binary.word) is not None:
                low -= binary.word
            found: list[str] = []
            while len(found) < _MOST and (option := _option(binary, low + len(found) * binary.word)) is not None:
                found.append(option)
            if len(found) > 1:
                return tuple(found)
    return None


def _option(binary: Binary, cell: int) -> str | None:
    at = binary.pointer_at(cell)
    text = None if at is None else binary.text_at(at)
    return text if text is not None and _OPTION.match(text) else None
