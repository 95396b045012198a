"""The whole argument for one site in plain words, for somebody who has never seen this tool."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mapproof.model.condition import TRUE
from mapproof.model.location import HeaderField, Span
from mapproof.model.verdict import Status, Verdict
from mapproof.report.excerpt import excerpt
from mapproof.report.style import flat, visible, wrapped
from mapproof.report.text import ASSUMPTIONS
from mapproof.report.words import step_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from mapproof.model.protection import Prot
    from mapproof.model.site import Finding, Site

_LETTERS: Final = {"r": "read", "w": "write", "x": "execute"}
_VERDICTS: Final = {
    Verdict.BENIGN: "Benign: it is proved that this memory never becomes executable.",
    Verdict.EXECUTABLE: "Executable: the memory becomes executable, and it is proved never to be writable meanwhile.",
    Verdict.VIOLATION: "Violation: the memory can be writable and executable at once, so whoever can write there "
    "can run what they wrote.",
    Verdict.UNRESOLVED: "Unresolved: neither harm nor harmlessness is proved.",
}
_QUESTIONS: Final = {
    "O1": "Is the call what it seems?",
    "O2": "Can the memory be executable from the start?",
    "O3": "Can it be made executable later?",
    "O4": "Can the system make it executable unasked?",
    "O5": "Can the same content be mapped executable a second time?",
    "O6": "What is the memory for? (This names the reason; it proves nothing.)",
}
_STATUS: Final = {Status.PROVED: "Proved", Status.ASSUMED: "Holds under an assumption", Status.FAILED: "Not proved"}
_ROLES: Final = {
    "map": "makes new memory",
    "object": "makes an object that can be mapped as memory",
    "protect": "changes what existing memory may be used for",
    "remap": "moves or resizes existing memory, which keeps what it may be used for",
    "personality": "changes what the system adds to such requests",
}


def argument(
    finding: Finding,
    protection_at: Mapping[str, int],
    summary: str,
    source: str,
    steps: Sequence[str],
    gap: str,
    width: int = 100,
) -> str:
    """The text. ``summary`` is the deciding rule's, ``source`` documents the mapping function; ``steps`` are the
    checker's own in order, and ``gap`` says why there are none."""
    site = finding.site
    paragraphs = [
        [f"{visible(str(site.location))}", *_shown(site, width, protection_at)],
        _prose(f"{_VERDICTS[finding.verdict]} {_sentence(finding.reason)}", width),
        ["What is called", *_indented(_called(site, source), width)],
        ["What it can ask for", *_indented(_asked(site), width)],
        ["The six questions", *_duties(finding, width)] if finding.obligations else [],
        ["What is taken for granted", *_indented(_assumed(finding), width)],
        ["How that is known", *_indented(_evidence(site), width)] if site.evidence else [],
        ["The argument without the engine", *_indented(_checked(steps, gap), width)] if steps or gap else [],
        ["What next", *_indented(_next(finding, summary), width)],
    ]
    return "\n\n".join("\n".join(lines) for lines in paragraphs if lines) + "\n"


def _prose(text: str, width: int) -> list[str]:
    return wrapped(flat(text), width, rest="")


def _indented(sentences: Iterable[str], width: int) -> Iterator[str]:
    for sentence in sentences:
        lines = wrapped(flat(sentence), width - 4, rest="  ")
        yield from ("  " + line for line in lines)


def _sentence(text: str) -> str:
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", ":")) else ".")


def _shown(site: Site, width: int, protection_at: Mapping[str, int]) -> Iterator[str]:
    if not isinstance(site.location, Span):
        return
    for line in excerpt(site, width - 8, protection_at):
        yield "  ..." if line.number is None else f"  {line.number:>5} | {line.text}".rstrip()


def _called(site: Site, source: str) -> Iterator[str]:
    callee = site.callee
    if isinstance(site.location, HeaderField):
        yield f"No code: the headers of the file ask for it, in {site.location.name} at {site.location.position}."
        return
    where = f" in the function {site.function}" if site.function else ""
    if callee.written == callee.primitive and not callee.via:
        yield f"The code{where} calls {callee.primitive} itself."
    else:
        through = f" (through {', then '.join(callee.via)})" if callee.via else ""
        yield f"The code{where} calls {callee.written}, which comes down to {callee.primitive}{through}."
    doing = _ROLES.get(site.role.value, "")
    if doing:
        documented = f", as {source} documents" if source else ""
        yield f"{callee.primitive} {doing}{documented}."


def _asked(site: Site) -> Iterator[str]:
    conditions = dict(site.conditions)
    if site.open:
        yield "Not everything that it may ask for is known:"
        yield from (f"- {opening.detail}" for opening in site.open_because)
        return
    if not len(site.protections):
        yield "Nothing was found that it could ask for."
    for protection in site.protections:
        presence = conditions.get(protection, TRUE).build_part()
        text = str(presence)
        shown = "" if presence is TRUE else f", in builds where {text if len(text) < 200 else text[:200] + ' ...'}"
        yield f"- {_in_words(protection)} ({protection}){shown}"


def _in_words(protection: Prot) -> str:
    words = [word for letter, word in _LETTERS.items() if letter in str(protection)]
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words) if words else "no access"


def _duties(finding: Finding, width: int) -> Iterator[str]:
    for duty in finding.obligations:
        status = _STATUS[duty.status]
        if finding.verdict is not Verdict.BENIGN and duty.name == "O6":
            continue
        yield f"  {duty.name} {_QUESTIONS.get(duty.name, '')}"
        yield from ("    " + line for line in _prose(f"{status}: {duty.detail}.", width - 4))


def _assumed(finding: Finding) -> Iterator[str]:
    if not finding.assumptions:
        yield "Nothing."
    yield from (f"- {ASSUMPTIONS[assumption]} ({assumption})" for assumption in sorted(finding.assumptions))


def _evidence(site: Site) -> Iterator[str]:
    for number, step in enumerate(site.evidence, 1):
        where = f", at {step.location}" if step.location is not None else ""
        resting = f", from {' and '.join(str(premise + 1) for premise in step.premises)}" if step.premises else ""
        yield f"{number}. {step_words(step)}{resting}{where}"


def _checked(steps: Sequence[str], gap: str) -> Iterator[str]:
    if gap:
        yield f"A second, simpler checker did not get through: {gap}."
        return
    yield "A second checker, with no part of the engine in it, came to the same end by looking at the bytes alone:"
    yield from (f"{number}. {step}" for number, step in enumerate(steps, 1))


def _next(finding: Finding, summary: str) -> Iterator[str]:
    site = finding.site
    if finding.remedy:
        yield f"- {_sentence(finding.remedy)}"
    if finding.rule:
        yield f"- mapproof explain {finding.rule} prints the page behind this verdict: {summary}"
    if finding.verdict is Verdict.BENIGN and isinstance(site.location, Span):
        place = f"{site.location.path}:{site.location.line}"
        command = f"mapproof prove {site.location.path} --site {place} -o FILE"
        yield f"- {command} writes the steps down; mapproof verify FILE replays them whenever the sources change."
