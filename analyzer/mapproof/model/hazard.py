"""Hazards: what a program may do to memory without any call that maps it or changes its protection."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mapproof.model.location import Location


class HazardKind(StrEnum):
    """What is done.

    OWN_MEMORY: the process's memory has a name there that can be opened and written, whatever protections say.
    STACK_NOTE: a ``.note.GNU-stack`` that asks for an executable stack, and with it for READ_IMPLIES_EXEC.
    OPEN_FILES: a file that is open, be it a memfd without any other name, has a name there (``/proc/self/fd/3``).
    LOADS: a file is mapped as code by the dynamic loader. LOADS_ANY: one whose name is not known. LOADS_OWN: one that
    the program itself may make or write.
    """

    OWN_MEMORY = "own-memory"
    STACK_NOTE = "stack-note"
    OPEN_FILES = "open-files"
    LOADS = "loads"
    LOADS_ANY = "loads-any"
    LOADS_OWN = "loads-own"


@dataclass(frozen=True, slots=True)
class Hazard:
    """One place; ``detail`` says in a sentence what is done there."""

    kind: HazardKind
    location: Location
    detail: str
