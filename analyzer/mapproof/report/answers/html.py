"""One page for people: a line for who has to know, the whole argument for who has to check it.

The page is whole in itself: no network, no other file. Each site's evidence stands in it once, below the alerts; the
script copies it to an alert that is opened. Without a script everything is there, only unfiltered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mapproof.model.answer import How, Outcome
from mapproof.report.answers.base import AnswerFormat
from mapproof.report.answers.evidence import evidence
from mapproof.report.answers.page import POLICY, SCRIPT, STYLE
from mapproof.report.answers.text import CLAIMS, SHORT
from mapproof.report.markup import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mapproof.model.answer import Answer, Triage
    from mapproof.model.dossier import Held
    from mapproof.report.base import Rendering

_MOST_SITES: Final = 40
"""Sites that one alert links to; all sites of a file decide together where the alert names no place."""
_MOST_FILES: Final = 4
"""Files whose headers are told of one alert."""
_LONGEST: Final = 2000
"""Characters of a message that are shown."""


def render(found: Triage, rendering: Rendering) -> str:
    """The page."""
    return "\n".join(_page(found, rendering)) + "\n"


def _page(found: Triage, rendering: Rendering) -> Iterator[str]:
    yield '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    yield f"<title>mapproof: answers to {_many(len(found.answers), 'alert')}</title>"
    yield f"<style>{STYLE}</style>\n</head>\n<body>\n<main>"
    yield from _head(found)
    yield from _filters(found)
    linked = {name: f"s{number}" for number, name in enumerate(_named(found), start=1)}
    held = found.held()
    yield '<div id="alerts">\n<h2>Alerts</h2>'
    for answer in found.answers:
        yield from _alert(answer, linked, held)
    yield "</div>"
    yield from _evidence(found, linked, rendering)
    yield f"</main>\n<script>{SCRIPT}</script>\n</body>\n</html>"


def _head(found: Triage) -> Iterator[str]:
    counts = found.count()
    read = sum(file.alerts for file in found.files)
    yield f"<h1>Answers to {_many(len(found.answers), 'alert')}</h1>"
    yield f"<p>{_many(read, 'alert')} in, {len(found.answers)} answered. "
    yield f'<span class="dim">mapproof {shown(found.version)}, rules {shown(found.rule_pack[:12])}</span></p>'
    yield "<table><caption>What the answers mean</caption><thead><tr>"
    yield '<th scope="col">answer</th><th scope="col">alerts</th><th scope="col">meaning</th></tr></thead><tbody>'
    for outcome in Outcome:
        name = f'<th scope="row"><span class="{outcome} answer">{outcome}</span></th>'
        yield f"<tr>{name}<td>{counts[outcome]}</td><td>{shown(SHORT[outcome])}</td></tr>"
    yield "</tbody></table>"
    for file in found.files:
        said = f"; not read to its end: {file.fault}" if file.fault else ""
        yield f'<p class="dim">{shown(file.path)}: {_many(file.alerts, "alert")}{shown(said)}</p>'
    yield '<p class="keys dim" hidden>Keys: j next alert, k the one before, o its evidence, / search.</p>'


def _filters(found: Triage) -> Iterator[str]:
    counts = found.count()
    yield '<nav aria-label="Filters" hidden>'
    for outcome in Outcome:
        yield (
            f'<button type="button" class="{outcome}" data-answer="{outcome}" aria-pressed="true">'
            f'<span class="answer">{outcome}</span> {counts[outcome]}</button>'
        )
    yield _choice("tool", "all tools", (answer.alert.tool for answer in found.answers))
    yield _choice("artifact", "all artifacts", map(_artifact, found.answers))
    yield '<input id="query" type="search" placeholder="search" aria-label="Search the alerts">'
    yield '<button type="button" id="all">All</button> <span id="shown" class="dim" role="status"></span></nav>'


def _choice(name: str, all_of_them: str, values: Iterable[str]) -> str:
    options = "".join(f'<option value="{shown(value)}">{shown(value)}</option>' for value in sorted(set(values) - {""}))
    return (
        f'<select id="{name}" aria-label="Filter by {name}"><option value="">{all_of_them}</option>{options}</select>'
    )


def _alert(answer: Answer, linked: Mapping[str, str], held: Mapping[str, Held]) -> Iterator[str]:
    alert, outcome = answer.alert, answer.outcome
    sites = _sites(answer)
    names = " ".join(linked[site] for site in sites[:_MOST_SITES])
    place = str(alert.place) or alert.origin
    yield (
        f'<article id="a{alert.number}" class="{outcome}" tabindex="-1" data-answer="{outcome}" '
        f'data-tool="{shown(alert.tool)}" data-artifact="{shown(_artifact(answer))}" data-sites="{names}">'
    )
    yield f'<h3>{alert.number}. <span class="answer">{outcome}</span> <code>{shown(place)}</code></h3>'
    yield f"<p>{shown(SHORT[outcome])}</p><dl>"
    message = " ".join(alert.message.split())
    yield _term("Alert", f"{alert.tool} {alert.rule}: {_cut(message)}".strip())
    basis = f" (read out of its words, {answer.understood.confidence} confidence)"
    yield _term("Claim", CLAIMS[answer.understood.claim] + (basis if answer.understood.basis == "text" else ""))
    yield _term("Because", _cut(answer.reason))
    for note in (*answer.match.notes, *answer.disagreements):
        yield _term("Note", note)
    if answer.settles:
        yield _term("Cure" if outcome is Outcome.CONFIRMED else "Would settle it", answer.settles)
    if answer.proofs:
        more = f" and {len(answer.proofs) - 1} more" if len(answer.proofs) > 1 else ""
        yield f'<dt>Proof</dt><dd><code class="digest">{shown(answer.proofs[0])}</code>{more}</dd>'
    if answer.match.how is How.HEADERS:
        yield from _headers(answer, held)
    yield "</dl>"
    if sites:
        links = ", ".join(
            f'<a href="#{linked[site]}">{number}</a>' for number, site in enumerate(sites[:_MOST_SITES], 1)
        )
        more = f" and {len(sites) - _MOST_SITES} more" if len(sites) > _MOST_SITES else ""
        yield f'<details data-site="{linked[sites[0]]}"><summary>Evidence</summary>'
        yield f"<p>{_many(len(sites), 'place')} in the code: {links}{more}</p><div></div></details>"
    yield "</article>"


def _headers(answer: Answer, held: Mapping[str, Held]) -> Iterator[str]:
    """What the headers of the files say that an answer rests on."""
    for path in answer.match.files[:_MOST_FILES]:
        for fact in held[path].stated if path in held else ():
            yield _term("Headers", f"{fact.field}: {fact.detail}")


def _evidence(found: Triage, linked: Mapping[str, str], rendering: Rendering) -> Iterator[str]:
    sites, proofs = found.sites(), found.proofs()
    rules = {rule.id: rule for rule in rendering.rules}
    places = {
        name: f"{site.written}{f' in {site.function}()' if site.function else ''} at {rendering.path(str(site.spot))}"
        for name, site in sites.items()
    }
    yield '<div id="evidence">\n<h2>Evidence</h2>'
    for name, mark in linked.items():
        site = sites[name]
        yield f'<section class="site" id="{mark}" aria-label="{shown(places[name])}">'
        yield f"<h3>{shown(site.verdict)} <code>{shown(rendering.path(str(site.spot)))}</code> {shown(site.rule)}</h3>"
        yield f"<p>{shown(site.reason)}</p>"
        yield from evidence(site, proofs.get(name), rules.get(site.rule), places, rendering.code(site))
        yield "</section>"
    yield "</div>"


def _named(found: Triage) -> list[str]:
    """The sites that alerts link to, each once, in the order of the alerts."""
    return list(dict.fromkeys(site for answer in found.answers for site in _sites(answer)[:_MOST_SITES]))


def _sites(answer: Answer) -> list[str]:
    """The sites of an answer, the one that decided first."""
    decisive = [answer.decisive] if answer.decisive else []
    return list(dict.fromkeys([*decisive, *answer.match.sites]))


def _artifact(answer: Answer) -> str:
    """The file that an answer is about: the first that was analysed, or else the one that the alert names."""
    return answer.match.files[0] if answer.match.files else answer.alert.place.path


def _term(name: str, text: str) -> str:
    return f"<dt>{name}</dt><dd>{shown(text)}</dd>"


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


FORMAT: Final = AnswerFormat("html", render, "one page for people, with all evidence")
