"""What exchange formats for vulnerabilities share: the files that answers are about, and how an answer is put.

VEX speaks of vulnerabilities with a public number; an alert is a weakness that a tool suspects. Each alert is an entry
of its own, named by the tool and its rule.
"""

from __future__ import annotations

from dataclasses import dataclass
from posixpath import basename
from typing import TYPE_CHECKING, Final
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

from mapproof.model.alert import Claim
from mapproof.model.answer import Outcome
from mapproof.report.answers.text import SHORT
from mapproof.report.base import portable
from mapproof.report.weakness import title

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from mapproof.model.alert import Alert
    from mapproof.model.answer import Answer, Triage
    from mapproof.report.base import Rendering

CWE: Final = "CWE-732", title("CWE-732")
"""The weakness that :data:`ABOUT_CWE` speak of."""
ABOUT_CWE: Final = frozenset({
    Claim.WRITE_AND_EXECUTE, Claim.WRITE_THEN_EXECUTE, Claim.RWX_SEGMENT, Claim.STACK_EXECUTABLE,
})  # fmt: skip
"""Claims of memory that can be written and run."""


@dataclass(frozen=True, slots=True)
class Product:
    """A file that an answer is about. ``sha256`` and ``build_id`` are empty where it was not read."""

    path: str
    sha256: str = ""
    build_id: str = ""

    @property
    def purl(self) -> str:
        """A package URL: the file's name, and its digest."""
        name = quote(portable(basename(self.path.rpartition("!")[2])) or "unnamed", safe="")
        return f"pkg:generic/{name}" + (f"?checksum=sha256:{self.sha256}" if self.sha256 else "")


def products(found: Triage, rendering: Rendering) -> Mapping[int, tuple[Product, ...]]:
    """The files of each answer, by the alert's number: those that were analysed, or else the one that is named."""
    held = found.held()
    told: dict[int, tuple[Product, ...]] = {}
    for answer in found.answers:
        files = [
            Product(rendering.path(path), one.sha256 if one else "", one.build_id if one else "")
            for path in answer.match.files
            for one in [held.get(path)]
        ]
        place = answer.alert.place
        named = f"{place.path}!{place.member}" if place.member else place.path
        told[answer.alert.number] = tuple(files) or (Product(named or answer.alert.origin),)
    return told


def name_of(alert: Alert) -> str:
    """What an alert is called: the rule, or the tool where there is none."""
    return alert.rule or alert.tool or "alert"


def description(alert: Alert) -> str:
    """What the alert says, and where."""
    message = " ".join(alert.message.split()) or alert.rule or "an alert without words"
    return f"{message} ({alert.place or alert.origin})"


def detail(answer: Answer) -> str:
    """The answer in a few sentences, with its proof."""
    sentences = [SHORT[answer.outcome], _stopped(answer.reason)]
    if answer.settles:
        what = "Remedy" if answer.outcome is Outcome.CONFIRMED else "What would settle it"
        sentences.append(f"{what}: {_stopped(answer.settles)}")
    if answer.proofs:
        more = f" and {len(answer.proofs) - 1} more" if len(answer.proofs) > 1 else ""
        sentences.append(f"Proof: {answer.proofs[0]}{more}.")
    return " ".join(sentences)


def identity(found: Triage, kind: str) -> UUID:
    """A name for a document: the same for the same alerts, answers and rules."""
    parts = [kind, found.version, found.rule_pack]
    parts += [file.sha256 or file.path for file in found.files]
    parts += [f"{answer.alert.number} {answer.outcome} {' '.join(answer.proofs)}" for answer in found.answers]
    return uuid5(NAMESPACE_URL, "\n".join(parts).encode("utf-8", "replace").decode())


def _stopped(text: str) -> str:
    text = " ".join(text.split())
    return text if text.endswith((".", "!", "?")) else f"{text}."
