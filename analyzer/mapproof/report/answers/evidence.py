"""One site on a page: the call, what it may ask for, its region's life, its obligations, and what they rest on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mapproof.model.evidence import Step, StepKind
from mapproof.model.verdict import Assumption
from mapproof.report.answers.life import picture
from mapproof.report.answers.listing import disassembled, listing
from mapproof.report.assumed import grouped
from mapproof.report.markup import shown
from mapproof.report.text import ASSUMPTIONS
from mapproof.report.words import step_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mapproof.model.dossier import Change, Instruction, Judged, Life, Proof, Reasoning
    from mapproof.model.rule import Rule

DUTIES: Final = {
    "O1": "The call is what it seems",
    "O2": "Execute is not asked for from the start",
    "O3": "Execute is not added later",
    "O4": "The system does not add it unasked",
    "O5": "The content is not mapped executable elsewhere",
    "O6": "What the memory is for",
}
"""Each obligation as a clause."""
_REACH: Final = {"this": "this memory", "maybe": "this memory or other", "any": "any memory at all"}
_MOST_CHANGES: Final = 12
_MOST_STEPS: Final = 60


def evidence(
    site: Judged, proof: Proof | None, rule: Rule | None, places: Mapping[str, str], code: Sequence[Instruction] = ()
) -> Iterator[str]:
    """All that is known of one site, as HTML. ``places`` says of other sites' ids where they are; ``code`` are the
    instructions up to a binary's call."""
    lines = [*listing(site), *disassembled(code)]
    if lines:
        yield '<pre tabindex="0">' + "\n".join(lines) + "</pre>"
    yield f"<p>{shown(_call(site))}</p>"
    yield from _protections(site)
    if site.life is not None:
        yield "<h4>Life of the memory</h4>"
        yield from picture(site.life, "Life of the memory")
        yield from _changes(site.life, places)
    if site.duties:
        yield "<h4>Obligations</h4><ul>"
        for duty in site.duties:
            name = shown(f"{duty.name} {DUTIES.get(duty.name, '')}".strip())
            said = f"<b>{name}</b>: {shown(duty.status)}. {shown(duty.detail)}"
            yield f'<li class="{shown(duty.status)}">{said}</li>'
        yield "</ul>"
    yield from _list("Assumptions", [f"{name}: {_assumed(name)}" for name in site.assumptions])
    yield from _steps(site.evidence)
    yield from _proof(proof)
    if rule is not None:
        yield from _list("References", [*rule.references, f"mapproof explain {rule.id}: {rule.summary}"])


def _call(site: Judged) -> str:
    inside = f" in {site.function}()" if site.function else ""
    if site.role == "segment":
        return f"{site.written} of the file's headers asks for {', '.join(site.protections)}"
    via = f" through {', '.join(site.via)}" if site.via else ""
    what = f"{site.written}{inside} is {site.primitive}{via}" if via or site.written != site.primitive else ""
    flags = f"; sharing: {', '.join(site.sharing)}" if site.sharing else ""
    return (what or f"{site.written}{inside} is called") + flags


def _protections(site: Judged) -> Iterator[str]:
    conditions = dict(site.conditions)
    yield "<table><caption>Protections by configuration</caption><thead><tr>"
    yield '<th scope="col">may ask for</th><th scope="col">in which configuration</th></tr></thead><tbody>'
    every = f"where {site.presence}" if site.presence else "every"
    for protection in site.protections:
        yield f"<tr><td><code>{shown(protection)}</code></td><td>{shown(conditions.get(protection, every))}</td></tr>"
    if site.open:
        yield "<tr><td>anything</td><td>more may come from outside what was read</td></tr>"
    yield "</tbody></table>"


def _changes(life: Life, places: Mapping[str, str]) -> Iterator[str]:
    lines = [_change(change, places) for change in life.changes[:_MOST_CHANGES]]
    if len(life.changes) > _MOST_CHANGES:
        lines.append(f"... and {len(life.changes) - _MOST_CHANGES} more")
    if life.open:
        lines.append("more may come from outside what was read")
    yield (
        "<ul>" + "".join(f"<li>{shown(line)}</li>" for line in lines) + "</ul>"
        if lines
        else ("<p>Nothing in scope changes it.</p>")
    )


def _change(change: Change, places: Mapping[str, str]) -> str:
    where = places.get(change.site, change.site)
    to = ", ".join(change.to) + (", or anything" if change.open else "")
    return f"{where}: to {to}; {_REACH.get(change.reach, change.reach)}"


def _assumed(name: str) -> str:
    return ASSUMPTIONS.get(Assumption(name), "") if name in set(Assumption) else ""


def _steps(steps: Sequence[Reasoning]) -> Iterator[str]:
    if not steps:
        return
    yield "<h4>Where the bits come from</h4><ol>"
    for step in steps[:_MOST_STEPS]:
        spot = f' <code class="dim">{shown(str(step.spot))}</code>' if step.spot is not None else ""
        yield f"<li>{shown(_step(step))}{spot}</li>"
    yield "</ol>"
    if len(steps) > _MOST_STEPS:
        yield f"<p>... and {len(steps) - _MOST_STEPS} more</p>"


def _step(step: Reasoning) -> str:
    return step_words(Step(StepKind(step.kind), step.text, name=step.name, value=step.value))


def _proof(proof: Proof | None) -> Iterator[str]:
    if proof is None:
        return
    if not proof.holds:
        if proof.gap:
            yield f"<h4>Proof</h4><p>The checker stops: {shown(proof.gap)}</p>"
        return
    yield f'<h4>Proof</h4><p><code class="digest">{shown(proof.digest)}</code>, {proof.steps} steps</p>'
    yield from _list("", list(grouped(proof.assumes)), "What the proof takes for granted")


def _list(heading: str, lines: Sequence[str], lead: str = "") -> Iterator[str]:
    if not lines:
        return
    if heading:
        yield f"<h4>{heading}</h4>"
    if lead:
        yield f"<p>{lead}:</p>"
    yield "<ul>" + "".join(f"<li>{shown(line)}</li>" for line in lines) + "</ul>"
