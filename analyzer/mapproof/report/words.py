"""How a finding is said and weighed where the format has a sentence and a level, not a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mapproof.model.decision import LapseKind
from mapproof.model.evidence import StepKind
from mapproof.model.verdict import Verdict
from mapproof.report.base import portable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mapproof.model.decision import Lapse
    from mapproof.model.evidence import Step
    from mapproof.model.report import Report
    from mapproof.model.site import Advice, Coverage, Finding
    from mapproof.report.base import Rendering

LEVELS: Final[Mapping[Verdict, str]] = {
    Verdict.VIOLATION: "error",
    Verdict.EXECUTABLE: "warning",
    Verdict.UNRESOLVED: "note",
    Verdict.BENIGN: "none",
}
"""The level of a verdict, in SARIF's words."""

LAPSES: Final[Mapping[LapseKind, str]] = {
    LapseKind.UNUSED: "A suppression is there for nothing",
    LapseKind.EXPIRED: "A suppression has expired, or its date can't be read",
    LapseKind.UNPROVED: "What a suppression claims is no longer proved",
}
"""The summary of each way in which a decision lapses; as rules they are called ``suppression-<kind>``."""


def sentence(finding: Finding) -> str:
    """What was found and what can be done, in a sentence or two."""
    text = stopped(finding.reason)
    return portable(f"{text} Remedy: {stopped(finding.remedy)}" if finding.remedy else text)


def advice_sentence(advice: Advice) -> str:
    """What a reader should know, and what can be done."""
    return portable(f"{stopped(advice.reason)} Remedy: {stopped(advice.remedy)}")


def advised(report: Report) -> Iterator[Finding]:
    """The findings with advice, but for old debt."""
    return (finding for finding in report.findings if finding.advice and finding.site.id not in report.known)


def lapse_sentence(lapse: Lapse) -> str:
    """What is the matter with a decision, and what can be done."""
    return portable(f"Suppression {lapse.suppression.alias}: {stopped(lapse.detail)} {stopped(lapse.remedy)}".strip())


def gap_sentence(gap: Coverage) -> str:
    """What was not covered."""
    return portable(f"Not covered: {stopped(gap.detail)}")


def gap_place(gap: Coverage, rendering: Rendering) -> str:
    """``path:line``, or the path alone, as seen from the project."""
    return portable(f"{rendering.path(gap.path)}{'' if gap.line is None else f':{gap.line}'}")


def stopped(text: str) -> str:
    """The text as one line with a full stop."""
    text = " ".join(text.split())
    return text if not text or text[-1] in ".!?" else text + "."


def title(finding: Finding) -> str:
    """A heading: verdict, callee and function."""
    where = f" in {finding.site.function}" if finding.site.function else ""
    return portable(f"{finding.verdict}: {finding.site.callee.written}{where}")


def place(finding: Finding, rendering: Rendering) -> str:
    """``path:line:column``, ``path:0x1234`` or ``path:+0x1234`` as seen from the project."""
    return portable(f"{rendering.path(finding.site.artifact)}:{finding.site.location.position}")


def alerts(report: Report) -> Iterator[Finding]:
    """The findings that a reader is to look at: not decided about, no old debt, not proved harmless."""
    for finding in report.standing():
        if finding.verdict is not Verdict.BENIGN or finding.site.id in report.unverified:
            yield finding


def step_words(step: Step) -> str:
    """One step of the evidence in words."""
    match step.kind:
        case StepKind.TOKEN:
            text = f"`{step.text}` is written here"
        case StepKind.CONSTANT:
            text = f"{step.name or step.text} is {step.value:#x}" if step.value is not None else step.text
        case StepKind.ARITHMETIC:
            text = f"{step.text} gives {step.value:#x}" if step.value is not None else step.text
        case StepKind.DECODE:
            mask = "" if step.value is None else f"mask {step.value:#x} "
            text = f"{mask}means {step.text}"
        case StepKind.HEADER:
            text = f"{step.name} of {step.text} is {step.value:#x}" if step.value is not None else step.text
        case StepKind.ABSENT:
            text = f"there is no {step.text}"
    return portable(" ".join(text.split()))
