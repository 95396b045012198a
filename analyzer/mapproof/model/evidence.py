"""Evidence: a chain of small claims from bytes to a verdict, each checkable on its own.

``verify/steps.py`` has one check per kind of step, written without looking at how the claim was found.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mapproof.model.location import Location


class StepKind(StrEnum):
    """The kinds of claim in a report. A complete proof has more, and is written by ``verify/`` itself.

    TOKEN: ``text`` stands at ``location`` and is code, not comment or string. CONSTANT: the platform's ``name`` is
    ``value``. ARITHMETIC: ``text`` applied to the premises' values gives ``value``. DECODE: mask ``value`` under
    encoding ``name`` is the protection ``text``. HEADER: the field ``name`` of the header entry ``text`` stands at
    ``location`` and is ``value``. ABSENT: the table that the field at ``location`` counts has no entry ``text``.
    """

    TOKEN = "token"  # noqa: S105  a kind of step, no secret
    CONSTANT = "constant"
    ARITHMETIC = "arithmetic"
    DECODE = "decode"
    HEADER = "header"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Step:
    """One claim. ``premises`` are numbers of earlier steps in the same chain; ``value`` is an unsigned integer."""

    kind: StepKind
    text: str
    location: Location | None = None
    name: str = ""
    value: int | None = None
    premises: tuple[int, ...] = ()
