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

SHORT: Final = {
    Outcome.REFUTED: "No. The claim is false here, and that is proved.",
    Outcome.TRUE_BUT_BENIGN: "True, and harmless: the memory holds data only, and it is proved that none of it can be "
    "run as code.",
    Outcome.ACCEPTED: "True, and somebody has taken the risk.",
    Outcome.CONFIRMED: "Yes. The claim is true, and the memory is not harmless.",
    Outcome.UNDECIDED: "Not decided.",
    Outcome.NOT_COVERED: "Not answered.",
}
"""Each answer as a sentence, for somebody who has never heard of any of this."""

_MOST_PLACES: Final = 4
_MOST_RUNS: Final = 12
"""Places and runs of numbers that are told of alerts with the same answer; JSON tells all."""

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
    alike: dict[tuple[object, ...], list[Answer]] = {}
    for answer in found.answers:
        alike.setdefault(sameness(answer), []).append(answer)
    for answers in alike.values():
        lines += [*_answer(answers, rendering, style), ""]
    lines += [
        f"{style.strong('not read')} {visible(file.path)}: {visible(file.fault)}" for file in found.files if file.fault
    ]
    if not rendering.quiet:
        lines += _summary(found)
    return "\n".join(lines) + ("\n" if lines else "")


def sameness(answer: Answer) -> tuple[object, ...]:
    """What answers have in common that are shown as one."""
    alert = answer.alert
    return (
        *(alert.tool, alert.rule, short(alert.message), answer.understood, answer.outcome, answer.reason),
        *(answer.settles, answer.match.notes, answer.disagreements, answer.rule, answer.proofs),
    )


def _answer(answers: list[Answer], rendering: Rendering, style: Style) -> Iterator[str]:
    """Alerts that have the same answer; all their numbers are told."""
    answer = answers[0]
    alert = answer.alert
    width = rendering.width
    verdict = style.verdict(_COLOR[answer.outcome], answer.outcome.value)
    places = list(dict.fromkeys(str(one.alert.place) or one.alert.origin for one in answers))
    more = f" and {len(places) - _MOST_PLACES} more places" if len(places) > _MOST_PLACES else ""
    told = runs_of([one.alert.number for one in answers])
    first, *rest = wrapped(", ".join(places[:_MOST_PLACES]) + more, width, f"{told}. {answer.outcome} ", "  ")
    yield first.replace(f"{told}. {answer.outcome}", f"{style.strong(f'{told}.')} {verdict}", 1)
    yield from rest
    yield from _field("alert", f"{alert.tool} {alert.rule}: {short(alert.message)}".strip(), width)
    how = {"rule": "", "text": f" (read out of its words, {answer.understood.confidence} confidence)"}
    yield from _field("claim", CLAIMS[answer.understood.claim] + how.get(answer.understood.basis, ""), width)
    yield from _field("answer", SHORT[answer.outcome], width)
    yield from _field("because", answer.reason, width)
    for note in (*answer.match.notes, *answer.disagreements):
        yield from _field("note", note, width)
    if answer.settles:
        yield from _field("cure" if answer.outcome is Outcome.CONFIRMED else "settles", answer.settles, width)
    if answer.rule and answer.proofs:
        many = f"{len(answer.proofs)} proofs, the first " if len(answer.proofs) > 1 else ""
        yield from _field("proof", f"{answer.rule}; {many}{answer.proofs[0]}", width)
        yield from _assumed(answer, width)
        yield from _field("more", f"mapproof explain {answer.rule} says what such memory is for", width)
    elif answer.proofs:
        yield from _field("proof", ", ".join(answer.proofs), width)
        yield from _assumed(answer, width)


def _assumed(answer: Answer, width: int) -> Iterator[str]:
    """What the proofs take for granted, by its short names: `mapproof verify` spells them out."""
    if answer.assumes:
        yield from _field("assumes", ", ".join(answer.assumes), width)


def runs_of(numbers: list[int]) -> str:
    """Numbers, rising, as runs: ``1-3, 7``; of many runs the first, and how many more numbers there are."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    shown = runs[:_MOST_RUNS]
    text = ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in shown)
    left = len(numbers) - sum(last - first + 1 for first, last in shown)
    return f"{text} and {left} more" if left else text


def _field(name: str, text: str, width: int) -> list[str]:
    return wrapped(text, width, f"  {name:<8}", " " * 10)


def short(text: str, most: int = 400) -> str:
    """The text on one line, cut."""
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 3] + "..."


def _summary(found: Triage) -> Iterator[str]:
    counts = found.count()
    told = [f"{counts[outcome]} {outcome}" for outcome in Outcome if counts[outcome]]
    alerts = sum(file.alerts for file in found.files)
    yield f"{alerts} alert{'s' if alerts != 1 else ''} in, {len(found.answers)} answered: {', '.join(told) or 'none'}"
    kept = f", {found.kept} taken from the cache" if found.kept else ""
    yield f"{len(found.dossiers)} analys{'e' if len(found.dossiers) != 1 else 'i'}s{kept} in {found.seconds:.1f} s"


FORMAT: Final = AnswerFormat("text", render, "for people")
