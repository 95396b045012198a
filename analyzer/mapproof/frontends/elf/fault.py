"""What is wrong with a file: collected while it is read, never raised."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

_MOST: Final = 200
"""Faults kept per file. A hostile file can be wrong in every entry; nobody reads more."""


@dataclass(frozen=True, slots=True)
class ElfFault:
    """One malformed or unsupported field. ``field`` is spelled as in the gABI (``e_phoff``, ``DT_RELA``); ``offset`` is
    the file offset of the field, or ``None`` when it has none; ``message`` says what is wrong and what was done."""

    field: str
    offset: int | None
    message: str


@dataclass(slots=True)
class FaultLog:
    """Faults in the order found, without repeats, at most a fixed number; ``dropped`` counts the rest."""

    faults: list[ElfFault] = field(default_factory=list)
    dropped: int = 0

    def add(self, name: str, offset: int | None, message: str) -> None:
        """Record one fault."""
        fault = ElfFault(name, offset, message)
        if fault in self.faults:
            return
        if len(self.faults) >= _MOST:
            self.dropped += 1
            return
        self.faults.append(fault)
