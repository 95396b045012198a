"""Answers: what an alert of another tool is worth, with what it rests on."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mapproof.model.alert import Alert, AlertFile, Confidence, Understood
    from mapproof.model.dossier import Dossier, Held, Judged, Proof


class Outcome(StrEnum):
    """The six answers. ``refuted`` and ``true-but-benign`` are given only with proofs of every site that is meant."""

    REFUTED = "refuted"
    """The claim is false here."""
    TRUE_BUT_BENIGN = "true-but-benign"
    """The claim is literally true, and harmless."""
    ACCEPTED = "accepted"
    """The claim is true, and somebody has taken the risk."""
    CONFIRMED = "confirmed"
    """The claim is true, and not harmless."""
    UNDECIDED = "undecided"
    """It could not be told; the answer names the one thing that would settle it."""
    NOT_COVERED = "not-covered"
    """The claim is none of mapproof's matter, or what it is about was not read."""


class How(StrEnum):
    """By what an alert was tied to sites."""

    LINE = "line"
    """The site stands on the line that is named."""
    TEXT = "text"
    """The site's line has the text that the tool shows, wherever it has moved to."""
    NEAR = "near-line"
    """The site is the nearest to the line that is named: the text has moved, or the line is that of the statement."""
    FUNCTION = "function"
    """The sites of the function that is named, or that the line lies in."""
    ADDRESS = "address"
    SYMBOL = "symbol"
    FILE = "file"
    """All sites of the file decide together."""
    HEADERS = "headers"
    """The file's headers decide."""
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Match:
    """What an alert is taken to be about: the files and the ids of the sites, by what, and how surely.

    ``drift`` is how many lines lie between the place named and the site. ``notes`` say what was found out on the way:
    another build than the tool saw, a path of another machine.
    """

    how: How
    confidence: Confidence
    files: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    drift: int | None = None
    notes: tuple[str, ...] = ()
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one alert. ``reason`` is a sentence, ``settles`` the one thing that would settle what is undecided.

    ``decisive`` is the id of the site that decided (the worst). ``rule`` is the rule that names the reason.
    ``proofs`` are digests, one for each subject that is proved,
    ``assumes`` is what they take for granted, each kind once. ``disagreements`` say where source and binary differ.
    """

    alert: Alert
    understood: Understood
    match: Match
    outcome: Outcome
    reason: str
    confidence: Confidence
    settles: str = ""
    decisive: str = ""
    rule: str = ""
    proofs: tuple[str, ...] = ()
    assumes: tuple[str, ...] = ()
    disagreements: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Triage:
    """The outcome of a run: an answer for each alert, in the order in which they were read, and what they rest on.

    ``analysed`` and ``kept`` count the dossiers that were worked out and that came from the cache.
    """

    files: tuple[AlertFile, ...]
    answers: tuple[Answer, ...]
    dossiers: tuple[Dossier, ...]
    rule_pack: str
    version: str
    analysed: int = 0
    kept: int = 0
    seconds: float = 0.0

    def count(self) -> Counter[Outcome]:
        """How many alerts got which answer."""
        return Counter(answer.outcome for answer in self.answers)

    def sites(self) -> Mapping[str, Judged]:
        """Every site by its id."""
        return {site.id: site for dossier in self.dossiers for site in dossier.sites}

    def held(self) -> Mapping[str, Held]:
        """Every file by its path."""
        return {held.path: held for dossier in self.dossiers for held in dossier.held}

    def proofs(self) -> Mapping[str, Proof]:
        """Every proof by its subject: a site's id, or a file's path."""
        return {proof.subject: proof for dossier in self.dossiers for proof in dossier.proofs}
