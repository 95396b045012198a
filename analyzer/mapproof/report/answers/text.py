"""The answers for people: each alert with its claim, what was found, and what that rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mapproof.model.alert import Claim
from mapproof.model.answer import Outcome
from mapproof.model.verdict import Verdict
from mapproof.report.answers.base import AnswerFormat
from mapproof.report.style import Style, visible, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mapproof.model.answer import Answer, Triage
    from mapproof.report.base import Rendering

CLAIMS: Final = {
    Claim.WRITABLE: "memory is mapped writable",
    Claim.EXECUTABLE: "memory is made executable",
    Claim.WRITE_AND_EXECUTE: "memory is writable and executable at once",
    Claim.WRITE_THEN_EXECUTE: "memory that was writable becomes executable",
    Claim.STACK_EXECUTABLE: "the stack is executable",
    Claim.RWX_SEGMENT: "a segment of the file is writable and executable",
    Claim.PROTECTION_CHANGED: "the protection of memory is changed",
    Claim.MAPPING_CALL: "a function that maps memory is called",
    Claim.TEXT_RELOCATIONS: "the loader has to write to code",
    Claim.OUT_OF_SCOPE: "none about mapped memory",
    Claim.NONE: "none: the tool says that all is well",
    Claim.UNKNOWN: "not known",
}
"""Each claim as a clause."""

_COLOR: Final = {
    Outcome.REFUTED: Verdict.BENIGN,
    Outcome.TRUE_BUT_BENIGN: Verdict.BENIGN,
    Outcome.ACCEPTED: Verdict.EXECUTABLE,
    Outcome.CONFIRMED: Verdict.VIOLATION,
    Outcome.UNDECIDED: Verdict.UNRESOLVED,
    Outcome.NOT_COVERED: Verdict.UNRESOLVED,
}
"""The verdict whose color an answer has."""


def render(found: Triage, rendering: Rendering) -> str:
    """The answers in the order of the alerts, then the counts."""
    style = Style(rendering.color)
    lines: list[str] = []
    for answer in found.answers:
        lines += [*_answer(answer, rendering, style), ""]
    if not rendering.quiet:
        lines += _summary(found, style)
    return "\n".join(lines) + ("\n" if lines else "")


def _answer(answer: Answer, rendering: Rendering, style: Style) -> Iterator[str]:
    alert = answer.alert
    width = rendering.width
    verdict = style.verdict(_COLOR[answer.outcome], answer.outcome.value)
    yield f"{style.strong(f'{alert.number}.')} {verdict} {visible(str(alert.place)) or visible(alert.origin)}"
    yield from _field("alert", f"{alert.tool} {alert.rule}: {_short(alert.message)}".strip(), width)
    how = {"rule": "", "text": f" (read out of its words, {answer.understood.confidence} confidence)"}
    yield from _field("claim", CLAIMS[answer.understood.claim] + how.get(answer.understood.basis, ""), width)
    yield from _field("answer", answer.reason, width)
    for note in (*answer.match.notes, *answer.disagreements):
        yield from _field("note", note, width)
    if answer.settles:
        yield from _field("settles", answer.settles, width)
    if answer.rule and answer.proofs:
        many = f"{len(answer.proofs)} proofs, the first " if len(answer.proofs) > 1 else ""
        yield from _field("proof", f"{answer.rule}; {many}{answer.proofs[0]}", width)
    elif answer.proofs:
        yield from _field("proof", ", ".join(answer.proofs), width)


def _field(name: str, text: str, width: int) -> list[str]:
    return wrapped(text, width, f"  {name:<8}", " " * 10)


def _short(text: str, most: int = 400) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 3] + "..."


def _summary(found: Triage, style: Style) -> Iterator[str]:
    counts = found.count()
    for file in found.files:
        if file.fault:
            yield f"{style.strong('not read')} {visible(file.path)}: {visible(file.fault)}"
    told = [f"{counts[outcome]} {outcome}" for outcome in Outcome if counts[outcome]]
    alerts = sum(file.alerts for file in found.files)
    yield f"{alerts} alert{'s' if alerts != 1 else ''} in, {len(found.answers)} answered: {', '.join(told) or 'none'}"
    kept = f", {found.kept} taken from the cache" if found.kept else ""
    yield f"{len(found.dossiers)} analyses{kept} in {found.seconds:.1f} s"


FORMAT: Final = AnswerFormat("text", render, "for people")
