"""What people decided about sites: suppressions, and how one lapses."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from mapproof.model.rule import Predicate


class Claim(StrEnum):
    """What a suppression says of its site. All but ``accepted`` hold only as long as they are proved."""

    ACCEPTED = "accepted"
    """The finding is right, and somebody takes the risk: it holds as long as the finding stays what it was."""
    BENIGN = "benign"
    """The verdict is benign: an alert of another tool is false."""
    NEVER_EXECUTABLE = "never-executable"
    """No protection that can be requested has x."""
    NEVER_WRITE_AND_EXECUTE = "never-writable-and-executable"
    """No protection that can be requested has w and x, and the verdict is no violation."""


class Origin(StrEnum):
    """Where a suppression is written down."""

    FILE = "file"
    SOURCE = "source"
    POLICY = "policy"


@dataclass(frozen=True, slots=True)
class Alert:
    """The alert that a suppression answers: whose it is, its rule, and its fingerprint or number there."""

    tool: str
    rule: str = ""
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class Suppression:
    """A decision about the sites it names: by file and, where given, function, primitive, rule and number.

    ``path`` is relative to the folder of the file that it stands in, and may hold ``*`` and ``**``. ``nth`` counts the
    sites of that function and primitive from 1. ``written_at`` is the decision's own file and line. ``expires`` is the
    last day on which it holds; ``faulty_date`` says that a date could not be understood. ``proof`` is the digest of
    what was found out about the site when the decision was made; ``holds_while`` are conditions put to it again.
    """

    alias: str
    claim: Claim
    reason: str
    author: str
    origin: Origin
    written_at: tuple[str, int]
    path: str = ""
    function: str = ""
    primitive: str = ""
    rule: str = ""
    nth: int | None = None
    created: date | None = None
    expires: date | None = None
    faulty_date: bool = False
    alert: Alert | None = None
    proof: str = ""
    holds_while: tuple[Predicate, ...] = ()


class LapseKind(StrEnum):
    """Why a decision no longer counts."""

    UNUSED = "unused"
    """No site in scope is the one it speaks of, or nothing is found there that needs it."""
    EXPIRED = "expired"
    """Its last day is over, or can't be read."""
    UNPROVED = "unproved"
    """What it claims is no longer proved, or the site is no longer what was decided about."""


@dataclass(frozen=True, slots=True)
class Lapse:
    """A decision that no longer counts: a finding of its own. ``site`` is the site's id, if there is one."""

    suppression: Suppression
    kind: LapseKind
    detail: str
    remedy: str
    site: str | None = None
