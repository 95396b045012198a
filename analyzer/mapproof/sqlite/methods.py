"""``sqlite3_io_methods``, the tables of file operations (``sqlite.h.in``): a version number, then 12 functions, four
more from version 2 on (``xShmMap`` first), and two more from version 3 on (``xFetch``, ``xUnfetch``).

SQLite's Unix layer has several that share most entries: they differ in how files are closed and locked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mapproof.model.binary import Binary

_LENGTHS: Final = {1: 12, 2: 16, 3: 18}
_SHM_MAP: Final = 12
_FETCH: Final = 16
_SHARED: Final = (1, 2, 3, 4, 5, 10, 11)
"""Entries that the Unix layer's tables have in common: reading, writing, sizes, sectors, characteristics."""


@dataclass(frozen=True, slots=True)
class Methods:
    """One table at ``address``. ``shm_map`` and ``fetch`` are functions, ``None`` where the table has none."""

    address: int
    version: int
    functions: tuple[int, ...]
    shm_map: int | None
    fetch: int | None


def method_tables(binary: Binary) -> list[Methods]:
    """Every table of file operations that shares its entries for reading and writing with another one, or that has
    ``xShmMap``."""
    found = [table for cell, functions in binary.code_tables(12) if (table := _read(binary, cell, functions))]
    groups: dict[tuple[int, ...], list[Methods]] = {}
    for table in found:
        groups.setdefault(tuple(table.functions[index] for index in _SHARED), []).append(table)
    return [table for group in groups.values() for table in group if len(group) > 1 or table.shm_map is not None]


def _read(binary: Binary, cell: int, functions: Sequence[int]) -> Methods | None:
    version = binary.number_at(cell - binary.word, 4)
    if version not in _LENGTHS or binary.pointer_at(cell - binary.word) is not None:
        return None
    length = _LENGTHS[version]
    if len(functions) not in {12, length}:
        return None
    whole = len(functions) == length
    shm_map = functions[_SHM_MAP] if whole and version > 1 else None
    fetch = functions[_FETCH] if whole and version > 2 else None
    if fetch is None and version > 2:
        fetch = binary.pointer_at(cell + _FETCH * binary.word)
    return Methods(cell - binary.word, version, tuple(functions), shm_map, fetch)
