"""Rules as data: what they say, and the flat conditions that choose among them.

A rule never makes a verdict, and a rule with a severity in its place, an advice, does not even name one: it says what
else a reader of the call should know. The obligations decide whether a site is benign, executable, a violation or
unresolved; the rule of that verdict whose conditions hold gives the finding its name and its prose. Where several hold,
the one with the highest ``precedence`` is taken, then the first by id: a special reason goes before a general one.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mapproof.model.verdict import Assumption, Verdict


class Field(StrEnum):
    """What a condition asks of a site, answered by lists of words. About absent knowledge the answer is no."""

    ROLE = "role"
    """The callee's role is one of these."""
    PLATFORM = "platform"
    """The callee's platform is one of these."""
    LANGUAGE = "language"
    """The artifact's language is one of these."""
    MAY = "may"
    """Some single protection has all of these rights: ``["write", "execute"]`` asks for w and x at once."""
    WITHIN = "within"
    """Every protection is one of these (``["---", "r--"]``), and there is at least one."""
    SHARING = "sharing"
    """Every sharing the flags allow is one of these (``shared``, ``private``, ``unknown``)."""
    ANONYMOUS = "anonymous"
    """Whether the flags ask for anonymous memory: one of ``never``, ``may``, ``always``."""
    DESCRIPTOR = "descriptor"
    """Every possible value of the object argument is one of these, in the words of ``Site.descriptor``."""
    FUNCTION = "function"
    """The function around the site is one of these."""
    PRIMITIVE = "primitive"
    """The primitive is one of these."""
    WRITTEN = "written"
    """The callee is spelled as one of these."""
    VIA = "via"
    """The chain from the spelling to the primitive has at least one of these links."""
    FACT = "fact"
    """At least one of these facts was found out about the site."""
    OPEN = "open"
    """``yes`` when more protections may come from outside what was read, else ``no``."""
    MASK = "mask"
    """Some concrete mask has all bits of one of these numbers (decimal or ``0x``)."""
    FLAG = "flag"
    """Every mask of the mapping's flags has all bits of one of these numbers (decimal or ``0x``)."""


class Status(StrEnum):
    """How far a rule is: proved by its cases, or still waiting for proof."""

    STABLE = "stable"
    NURSERY = "nursery"


class Severity(StrEnum):
    """How loud an advice is. Neither changes a verdict or an exit code."""

    NOTE = "note"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Predicate:
    """One question about a site: ``field`` and the words that answer it yes."""

    field: Field
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class When:
    """Conditions, flat: each of ``all`` holds, at least one of ``any`` (where there are any), none of ``unless``.

    ``instead`` are other such sets of conditions, each of which does as well: what source shows by names a binary shows
    by other marks.
    """

    all: tuple[Predicate, ...] = ()
    any: tuple[Predicate, ...] = ()
    unless: tuple[Predicate, ...] = ()
    instead: tuple[When, ...] = ()


@dataclass(frozen=True, slots=True)
class Mitigation:
    """Something that can be done about a benign mapping all the same: ``action``, its ``effect`` and its ``cost``."""

    action: str
    effect: str
    cost: str


@dataclass(frozen=True, slots=True)
class Justification:
    """The page of a benign rule: what the mapping is for and how the proof goes.

    ``obligations`` has a sentence for each of O1 to O6, in that order. ``assumes`` are the assumptions that a verdict
    by this rule usually rests on; a finding lists those it really used.
    """

    purpose: str
    upstream: tuple[str, ...]
    obligations: tuple[str, ...]
    assumes: tuple[Assumption, ...]
    changes_verdict: tuple[str, ...]
    mitigations: tuple[Mitigation, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: ``id`` is unique in a pack and is its folder's name, ``group`` the folder above.

    ``since`` is the release that brought it. The prose fields are Markdown without headings. A rule of the group
    ``limits`` has no conditions: its id is the reason it explains. ``justification`` is there exactly when the
    verdict is benign. A rule of the group ``advice`` has a ``severity`` and no verdict, every other a verdict and no
    severity.
    """

    id: str
    group: str
    summary: str
    since: str
    status: Status
    verdict: Verdict | None
    precedence: int
    when: When
    why: str
    remedy: str
    false_positives: str
    false_negatives: str
    references: tuple[str, ...]
    cwe: tuple[str, ...] = ()
    justification: Justification | None = None
    severity: Severity | None = None
