"""Whether a binary holds SQLite, and which of its functions map the wal-index and the database file.

A text proves little: scanners and wrappers have it too. So at least one of SQLite's own tables must be there
(:mod:`syscalls`, :mod:`methods`) beside its texts. Names of files, functions and symbols play no part. What is found
here chooses a justification; it never makes a mapping harmless.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from mapproof.model.library import Library, Mark
from mapproof.sqlite.methods import method_tables
from mapproof.sqlite.options import options, source_id, version
from mapproof.sqlite.syscalls import syscall_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mapproof.model.binary import Binary
    from mapproof.sqlite.methods import Methods
    from mapproof.sqlite.syscalls import SyscallTable

WAL_INDEX: Final = "sqlite-wal-index"
MMAP_IO: Final = "sqlite-mmap-io"

_MAGIC: Final = re.compile(rb"SQLite format 3\0")
_RECOVERED: Final = re.compile(rb"recovered %d frames from WAL file %s\0")
_TEXTS: Final = (
    (_MAGIC, "the magic of database files"),
    (_RECOVERED, "the message of log recovery"),
    (re.compile(rb"(?<![^\0])%s-shm\0"), "the name of the wal-index's file"),
    (re.compile(rb"unable to close due to unfinalized statements or unfinished backups\0"), "a message of its own"),
    (re.compile(rb"etilqs_"), "the names of its temporary files"),
)
_ENOUGH: Final = 3
_DEEP: Final = 2
"""Calls between a method and the function that does its mapping."""


def identify(binary: Binary) -> Library | None:
    """SQLite in a binary, or ``None``."""
    if next(binary.texts(_MAGIC), None) is None:
        return None
    marks = [Mark(what, found[0]) for pattern, what in _TEXTS if (found := next(binary.texts(pattern), None))]
    sources = source_id(binary)
    if sources is not None:
        marks.append(Mark(f"source id {sources.text}", sources.address))
    calls = syscall_table(binary)
    tables = method_tables(binary)
    if calls is not None:
        marks.append(Mark(f"aSyscall with {len(calls.cells)} entries", calls.address))
    marks += [Mark(f"sqlite3_io_methods version {table.version}", table.address) for table in tables]
    if len(marks) < _ENOUGH or (calls is None and len(tables) < 2):
        return None
    listed = options(binary)
    return Library(
        "SQLite",
        version(binary),
        None if sources is None else sources.text,
        listed,
        tuple(sorted(_features(binary, calls, tables, listed).items())),
        tuple(marks),
        tuple(_roles(calls, tables)),
    )


def _features(
    binary: Binary, calls: SyscallTable | None, tables: Sequence[Methods], listed: tuple[str, ...] | None
) -> dict[str, bool | None]:
    """Whether the log and memory-mapped reading are compiled in."""
    wal: bool | None = any(table.shm_map is not None for table in tables)
    if not wal and next(binary.texts(_RECOVERED), None) is not None:
        wal = None
    limit = next((option.partition("=")[2] for option in listed or () if option.startswith("MAX_MMAP_SIZE=")), None)
    fetch = any(table.fetch is not None for table in tables)
    mapping = _is_used(binary, calls, "mmap") or _is_used(binary, calls, "mmap64")
    reading: bool | None = fetch and mapping and limit not in {"0", "0x0"}
    return {"wal": wal, "mmap-io": reading}


def _is_used(binary: Binary, calls: SyscallTable | None, name: str) -> bool:
    """Whether the table's entry for a system call leads anywhere."""
    if calls is None or name not in calls.cells:
        return False
    cell = calls.cells[name]
    return binary.bound_at(cell) is not None or binary.pointer_at(cell) is not None


def _roles(calls: SyscallTable | None, tables: Sequence[Methods]) -> list[tuple[int, str, tuple[Mark, ...]]]:
    table = () if calls is None else (Mark("aSyscall", calls.address),)
    found: dict[tuple[int, str], tuple[Mark, ...]] = {}
    for methods in tables:
        own = Mark(f"sqlite3_io_methods version {methods.version}", methods.address)
        for function, role, slot in ((methods.shm_map, WAL_INDEX, "xShmMap"), (methods.fetch, MMAP_IO, "xFetch")):
            if function is not None:
                found.setdefault((function, role), (own, Mark(f"its {slot}", function), *table))
    return [(function, role, marks) for (function, role), marks in found.items()]


def role_of(binary: Binary, library: Library, address: int) -> tuple[str, tuple[Mark, ...]] | None:
    """Which of the library's mappings a call at an address is: that of a method, in the method itself or in a function
    that it calls and no method of the other kind does; ``None`` when that is not certain."""
    home = binary.function_of(address)
    around = set() if home is None else {home}
    for _step in range(_DEEP + 1):
        found = [(role, marks) for function, role, marks in library.roles if function in around]
        if found:
            return found[0] if len({role for role, _marks in found}) == 1 else None
        around = {caller for function in around for caller in binary.callers(function)}
    return None
