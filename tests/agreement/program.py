"""The test programs of this folder and what their head comments say about them.

A program is a file of ``c/``, or a folder there whose sources make one program. In the comments at its top, or at the
top of the folder's ``main.c``:

* ``configurations: A B=0|1|-``: macros to define in every combination; ``A`` alone means undefined or 1,
  ``-`` undefined;
* ``arguments: 0 | 1 | x 2``: the argument vectors to run it with, empty ones too; ``@fail=N`` in a vector makes the
  requests whose bits are set in N fail;
* ``exact: no <reason>``: the prediction may hold more than any run shows, for the reason given;
* ``open: yes <reason>``: the protection may come from outside the program;
* ``callers: no <reason>``: what a call of a wrapper leads to in the end is more than what arrives from that call.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Final, TypeVar

FOLDER: Final = Path(__file__).parent / "c"
SUFFIXES: Final = (".c", ".cpp")
MAX_CONFIGURATIONS: Final = 8
MAX_ARGUMENTS: Final = 8
KEYS: Final = ("configurations", "arguments", "exact", "open", "callers")

_Entry = TypeVar("_Entry")

Configuration = tuple[tuple[str, str | None], ...]
"""Macro names and what each is defined as; ``None`` for undefined."""


@dataclass(frozen=True)
class Program:
    """One program. ``sources`` are compiled together, ``path`` is what the analyzer is given."""

    name: str
    path: Path
    sources: tuple[Path, ...]
    configurations: tuple[Configuration, ...]
    arguments: tuple[tuple[str, ...], ...]
    exact: bool
    open: bool
    callers: bool

    @property
    def files(self) -> list[Path]:
        """Everything that is part of the program, headers included."""
        return sorted(entry for entry in self.path.iterdir() if entry.is_file()) if self.path.is_dir() else [self.path]

    @property
    def symbols(self) -> frozenset[str]:
        """The macros that the configurations speak of."""
        return frozenset(symbol for configuration in self.configurations for symbol, _ in configuration)


def programs() -> list[Program]:
    """Every program of the folder, by name."""
    return [read(path) for path in sorted(FOLDER.iterdir()) if path.is_dir() or path.suffix in SUFFIXES]


def read(path: Path) -> Program:
    """One program from its head comments; raises ``ValueError`` on anything not understood there."""
    sources = tuple(sorted(e for e in path.iterdir() if e.suffix in SUFFIXES)) if path.is_dir() else (path,)
    main = next(source for source in sources if source.stem == "main" or source == path)
    head = _head(main)
    for key, expected in (("exact", "no"), ("open", "yes"), ("callers", "no")):
        word, _, reason = head.get(key, "").partition(" ")
        if key in head and (word != expected or not reason):
            message = f"{main}: `{key}:` needs its word and a reason"
            raise ValueError(message)
    return Program(
        name=path.name,
        path=path,
        sources=sources,
        configurations=_configurations(main, head.get("configurations", "")),
        arguments=_arguments(main, head.get("arguments", "")),
        exact="exact" not in head,
        open="open" in head,
        callers="callers" not in head,
    )


def _head(main: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in main.read_text("utf-8-sig").splitlines():
        if not line.startswith("//"):
            break
        entry = re.fullmatch(r"// ([a-z]+): ?(.*)", line)
        if entry and entry[1] in KEYS:
            found[entry[1]] = entry[2].strip()
    return found


def _configurations(main: Path, text: str) -> tuple[Configuration, ...]:
    dimensions = []
    for token in text.split():
        symbol, equals, values = token.partition("=")
        choices = values.split("|") if equals else ["-", "1"]
        dimensions.append([(symbol, None if choice == "-" else choice) for choice in choices])
    return _at_most(main, MAX_CONFIGURATIONS, tuple(product(*dimensions)))


def _arguments(main: Path, text: str) -> tuple[tuple[str, ...], ...]:
    return _at_most(main, MAX_ARGUMENTS, tuple(tuple(vector.split()) for vector in text.split("|")))


def _at_most(main: Path, limit: int, entries: tuple[_Entry, ...]) -> tuple[_Entry, ...]:
    if len(entries) > limit:
        message = f"{main}: {len(entries)} combinations, {limit} at most"
        raise ValueError(message)
    return entries
