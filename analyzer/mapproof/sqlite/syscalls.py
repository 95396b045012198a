"""``aSyscall``, the table through which SQLite's Unix layer calls the system (``os_unix.c`` since 3.7.6).

Entries are ``{zName, pCurrent, pDefault}``. The order of the names is SQLite's own and grew at the end only, so that
the first of them already tell the table; 26 SQLite-bearing files of all kinds had one each, files without SQLite none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from mapproof.model.binary import Binary

_FIRST: Final = ("open", "close", "access", "getcwd", "stat", "fstat", "ftruncate", "fcntl", "read")
_NAME: Final = re.compile(r"[A-Za-z0-9_]{2,24}\Z")
_OPEN: Final = re.compile(rb"(?<![^\0])open\0")
_LONGEST: Final = 64


@dataclass(frozen=True, slots=True)
class SyscallTable:
    """The table at ``address``: the cells of the functions in use, by name."""

    address: int
    cells: dict[str, int]


def syscall_table(binary: Binary) -> SyscallTable | None:
    """Find the table; ``None`` when there is none."""
    texts = [address for address, _ in binary.texts(_OPEN)]
    for cells in binary.holders(texts).values():
        for cell in cells:
            names = _names(binary, cell)
            if tuple(names[: len(_FIRST)]) == _FIRST:
                step = 3 * binary.word
                return SyscallTable(cell, {name: cell + n * step + binary.word for n, name in enumerate(names)})
    return None


def _names(binary: Binary, cell: int) -> list[str]:
    """The names from a cell on, one every three cells."""
    names: list[str] = []
    while len(names) < _LONGEST:
        at = binary.pointer_at(cell + len(names) * 3 * binary.word)
        text = None if at is None else binary.text_at(at)
        if text is None or not _NAME.match(text):
            break
        names.append(text)
    return names
