"""The reply to a ticket, in Markdown: written for somebody who has never heard of any of this.

Alerts with the same answer are answered together. What a justification's page says of the memory is told whole.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from mapproof.model.answer import Outcome
from mapproof.model.verdict import Assumption
from mapproof.report.answers.base import AnswerFormat, proof_name
from mapproof.report.answers.evidence import DUTIES
from mapproof.report.answers.text import CLAIMS, SHORT, runs_of, sameness, short
from mapproof.report.markdown import code, plain
from mapproof.report.style import flat
from mapproof.report.text import ASSUMPTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mapproof.model.answer import Answer, Triage
    from mapproof.model.dossier import Judged
    from mapproof.model.rule import Justification, Rule
    from mapproof.report.base import Rendering

_MOST_PLACES: Final = 20
_MOST_GROUPS: Final = 300
"""Groups that are answered at length: services cut a comment at about a million characters."""

_OBEYED: Final = re.compile(r"(?<!\w)@\w|://|\bwww\.")

_HEADINGS: Final = {
    Outcome.REFUTED: "not so",
    Outcome.TRUE_BUT_BENIGN: "true, and harmless",
    Outcome.ACCEPTED: "true, and accepted",
    Outcome.CONFIRMED: "confirmed",
    Outcome.UNDECIDED: "not decided",
    Outcome.NOT_COVERED: "not answered",
}
_WORDS: Final = """\
### What the letters mean

A program asks the system for memory, and says what it wants to do with it: read it (`r`), write to it (`w`), or run it
as code (`x`). `rw-` is memory for data: it may be read and written, and the processor refuses to run any of it. Harm
is possible where memory can be written by somebody and run as code; that needs `w` and `x`, at once or one after the
other.
"""


def render(found: Triage, rendering: Rendering) -> str:
    """The reply."""
    return "\n".join(_reply(found, rendering)).rstrip("\n") + "\n"


def _reply(found: Triage, rendering: Rendering) -> Iterator[str]:
    counts = found.count()
    told = ", ".join(f"{counts[outcome]} {outcome}" for outcome in Outcome if counts[outcome]) or "none"
    read = sum(file.alerts for file in found.files)
    yield f"## Answers to {_many(len(found.answers), 'alert')}"
    yield ""
    yield f"{_many(read, 'alert')} in, {len(found.answers)} answered: {told}."
    for file in found.files:
        if file.fault:
            yield f"\n**Not read to its end:** `{code(file.path)}`: {_said(file.fault)}"
    groups: dict[tuple[object, ...], list[Answer]] = {}
    for answer in found.answers:
        groups.setdefault(sameness(answer), []).append(answer)
    rules = {rule.id: rule for rule in rendering.rules}
    sites = found.sites()
    for answers in list(groups.values())[:_MOST_GROUPS]:
        yield from ("", *_group(answers, sites, rules))
    if len(groups) > _MOST_GROUPS:
        yield f"\n... and {len(groups) - _MOST_GROUPS} more groups of alerts; `--format json` has them all."
    yield from ("", _WORDS)
    yield f"*mapproof {plain(found.version)}, rules {plain(found.rule_pack[:12])}*"


def _group(answers: list[Answer], sites: Mapping[str, Judged], rules: Mapping[str, Rule]) -> Iterator[str]:
    answer = answers[0]
    alert, outcome = answer.alert, answer.outcome
    numbers = runs_of([one.alert.number for one in answers])
    yield f"### Alert{'s' if len(answers) > 1 else ''} {numbers}: {_HEADINGS[outcome]}"
    yield ""
    yield f"> {_said(f'{alert.tool} {alert.rule}'.strip())}: {_said(short(alert.message))}"
    places = list(dict.fromkeys(str(one.alert.place) or one.alert.origin for one in answers))
    more = f" and {len(places) - _MOST_PLACES} more" if len(places) > _MOST_PLACES else ""
    yield f"> (at {', '.join(f'`{code(place)}`' for place in places[:_MOST_PLACES])}{more})"
    yield ""
    yield f"**In short.** {_said(SHORT[outcome])}"
    yield from _part("What the alert claims", _said(CLAIMS[answer.understood.claim]) + ".")
    yield from _part("What was found", _sentence(_said(answer.reason)))
    for note in (*answer.match.notes, *answer.disagreements):
        yield from _part("Note", _sentence(_said(note)))
    if answer.settles:
        yield from _part(
            "What can be done" if outcome is Outcome.CONFIRMED else "What would settle it",
            _sentence(_said(answer.settles)),
        )
    rule = rules.get(answer.rule)
    if outcome in {Outcome.TRUE_BUT_BENIGN, Outcome.REFUTED} and rule is not None and rule.justification is not None:
        yield from _part("What this memory is for", "\n\n" + rule.justification.purpose.strip())
    site = sites.get(answer.decisive)
    if site is not None:
        yield from _site(site, outcome)
    if answer.proofs:
        yield from _checked(answer.proofs, rule.justification if rule is not None else None)


def _site(site: Judged, outcome: Outcome) -> Iterator[str]:
    conditions = dict(site.conditions)
    every = f"where {site.presence}" if site.presence else ""
    asked = [
        f"`{protection}`{f' (in builds with {code(words)})' if words else ''}"
        for protection in site.protections
        for words in [conditions.get(protection, every)]
    ]
    more = ", and more may come from outside what was read" if site.open else ""
    yield from _part("What the memory may be used for", f"{', '.join(asked) or 'nothing'}{more}.")
    if site.duties and outcome is not Outcome.CONFIRMED:
        yield from _part("How that was checked", "")
        yield ""
        for duty in site.duties:
            yield f"- {_said(DUTIES.get(duty.name, duty.name))}: *{duty.status}*. {_sentence(_said(duty.detail))}"
    if site.assumptions and outcome is not Outcome.CONFIRMED:
        yield from _part("What is taken for granted", "")
        yield ""
        for name in site.assumptions:
            words = ASSUMPTIONS.get(Assumption(name), "") if name in set(Assumption) else ""
            yield f"- {_said(words or name)}"


def _checked(proofs: Sequence[str], justification: Justification | None) -> Iterator[str]:
    first = proofs[0]
    many = f" and {len(proofs) - 1} more" if len(proofs) > 1 else ""
    command = f"`mapproof triage ... --proofs proofs` writes it, `mapproof verify proofs/{proof_name(first)}` checks it"
    yield from _part("The proof", f"`{code(first)}`{many}. {command}, without the engine that found it.")
    if justification is not None and justification.changes_verdict:
        yield from _part("What would change this answer", "")
        yield ""
        yield from (f"- {change}" for change in justification.changes_verdict)


def _part(heading: str, text: str) -> tuple[str, str]:
    return "", f"**{heading}.** {text}".rstrip()


def _said(text: str) -> str:
    """Prose. A word that would call somebody or lead somewhere is shown as code: services obey it elsewhere."""
    return " ".join(f"`{code(word)}`" if _OBEYED.search(word) else plain(word) for word in flat(text).split(" "))


def _sentence(text: str) -> str:
    return text + ("" if text.endswith((".", "!", "?")) else ".")


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


FORMAT: Final = AnswerFormat("md", render, "the reply to a ticket, in Markdown")
