"""One page for people: every finding with its code and its proof, to be filtered by verdict and searched.

The page is whole in itself: no network, no other file. Without JavaScript everything is there, only unfiltered.
"""

from __future__ import annotations

from collections import Counter
from html import escape
from typing import TYPE_CHECKING, Final

from mapproof import __version__
from mapproof.model.condition import TRUE
from mapproof.model.location import HeaderField
from mapproof.model.verdict import Verdict
from mapproof.report.base import Format
from mapproof.report.excerpt import excerpt
from mapproof.report.markup import shown
from mapproof.report.posture import posture
from mapproof.report.words import advice_sentence, gap_place, gap_sentence, lapse_sentence, place, step_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mapproof.model.report import Report
    from mapproof.model.site import Finding
    from mapproof.report.base import Rendering

_ORDER: Final = (Verdict.VIOLATION, Verdict.EXECUTABLE, Verdict.UNRESOLVED, Verdict.BENIGN)

_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
_STYLE: Final = """
:root { color-scheme: light dark; --line: #8884; --dim: #777; --violation: #c22; --executable: #92c; --unresolved: #b70;
  --benign: #282; }
@media (prefers-color-scheme: dark) { :root { --dim: #aaa; --violation: #f66; --executable: #c8f; --unresolved: #fb4;
  --benign: #6c6; } }
body { font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 70rem; padding: 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1rem; margin: 0; }
nav { position: sticky; top: 0; background: Canvas; padding: .5rem 0; border-bottom: 1px solid var(--line); }
button, input { font: inherit; padding: .2rem .7rem; margin: 0 .3rem .3rem 0; border: 1px solid var(--line);
  border-radius: 1rem; background: Canvas; color: inherit; }
button[aria-pressed=true] { border-color: currentColor; font-weight: 600; }
article { border: 1px solid var(--line); border-left: .4rem solid var(--color); border-radius: .4rem;
  padding: .7rem 1rem; margin: 1rem 0; }
.violation { --color: var(--violation); } .executable { --color: var(--executable); }
.unresolved { --color: var(--unresolved); } .benign { --color: var(--benign); }
.verdict { color: var(--color); font-weight: 600; }
.dim { color: var(--dim); }
pre { overflow-x: auto; background: #8881; padding: .5rem; border-radius: .3rem;
  font: 13px/1.45 ui-monospace, monospace; }
pre mark { background: none; color: inherit; text-decoration: underline wavy var(--color); }
li.failed::marker { content: "\\2717  "; } li.proved::marker { content: "\\2713  "; }
li.assumed::marker { content: "~  "; }
[hidden] { display: none; }
"""

_SCRIPT: Final = """
const articles = [...document.querySelectorAll("article")];
const buttons = [...document.querySelectorAll("button[data-verdict]")];
const query = document.getElementById("query"), shown = document.getElementById("shown");
function update() {
  const on = new Set(buttons.filter(b => b.getAttribute("aria-pressed") === "true").map(b => b.dataset.verdict));
  const words = query.value.toLowerCase().split(/\\s+/).filter(Boolean);
  let count = 0;
  for (const a of articles) {
    const text = a.dataset.text;
    a.hidden = !(on.has(a.dataset.verdict) && words.every(w => text.includes(w)));
    count += !a.hidden;
  }
  shown.textContent = count + " of " + articles.length + " shown";
}
for (const b of buttons) b.addEventListener("click", () => {
  b.setAttribute("aria-pressed", b.getAttribute("aria-pressed") === "true" ? "false" : "true");
  update();
});
query.addEventListener("input", update);
document.querySelector("nav").hidden = false;
update();
"""


def render(report: Report, rendering: Rendering) -> str:
    """The page."""
    return "\n".join(_page(report, rendering)) + "\n"


def _page(report: Report, rendering: Rendering) -> Iterator[str]:
    counts = Counter(finding.verdict for finding in report.findings)
    yield '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    yield f"<title>mapproof: {_title(report)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>"
    yield f"<h1>mapproof: {_title(report)}</h1>"
    yield f'<p class="dim">mapproof {escape(__version__)}, rules {escape(report.rule_pack[:12])}; '
    yield f"{report.files} files, {len(report.suppressed)} suppressed, {len(report.known)} in the baseline, "
    yield f"{len(report.errors)} not covered</p>"
    yield "<nav hidden>"
    for verdict in _ORDER:
        pressed = "true" if verdict is not Verdict.BENIGN or len(counts) == 1 else "false"
        yield (
            f'<button type="button" class="{verdict}" data-verdict="{verdict}" aria-pressed="{pressed}">'
            f'<span class="verdict">{verdict}</span> {counts[verdict]}</button>'
        )
    yield '<input id="query" type="search" placeholder="file, function, rule ..." aria-label="search">'
    yield '<span id="shown" class="dim" role="status"></span>\n</nav>\n<main>'
    for finding in sorted(report.findings, key=lambda each: _ORDER.index(each.verdict)):
        yield from _finding(finding, report, rendering)
    yield "</main>"
    yield from _list("Suppressions that no longer count", [lapse_sentence(lapse) for lapse in report.lapses])
    gaps = [f"{gap_place(gap, rendering)}: {gap_sentence(gap)}" for gap in report.errors]
    yield from _list("Not covered", gaps)
    for artifact in report.artifacts:
        yield from _list(f"What the headers of {shown(rendering.path(artifact.path))} ask for", posture(artifact))
    yield f"<script>{_SCRIPT}</script>\n</body>\n</html>"


def _title(report: Report) -> str:
    counts = Counter(finding.verdict for finding in report.findings)
    return ", ".join(f"{counts[verdict]} {verdict}" for verdict in _ORDER)


def _finding(finding: Finding, report: Report, rendering: Rendering) -> Iterator[str]:
    site = finding.site
    where = place(finding, rendering)
    text = " ".join([where, site.function or "", finding.rule, finding.reason, site.callee.written]).lower()
    yield f'<article class="{finding.verdict}" data-verdict="{finding.verdict}" data-text="{shown(text)}">'
    yield f'<h2><code>{shown(where)}</code> <span class="verdict">{finding.verdict}</span> '
    yield f'<code class="dim">{shown(finding.rule)}</code></h2>'
    yield f"<p>{shown(finding.reason)}</p>"
    yield from _code(finding, rendering)
    yield f'<p class="dim">{shown(_call(finding))}</p>'
    decision = report.suppressed.get(site.id)
    if decision is not None:
        yield f"<p>Suppressed by {shown(decision.alias)} ({shown(decision.author)}): {shown(decision.reason)}</p>"
    if site.id in report.known:
        yield "<p>Known: the baseline lists it.</p>"
    if site.id in report.unverified:
        yield "<p><strong>The evidence did not replay: do not rely on this verdict.</strong></p>"
    if finding.remedy:
        yield f"<p><strong>Remedy.</strong> {shown(finding.remedy)}</p>"
    for advice in finding.advice:
        yield f'<p><strong>{advice.severity}</strong> <code class="dim">{shown(advice.rule)}</code> '
        yield f"{shown(advice_sentence(advice))}</p>"
    yield from _proof(finding)
    yield "</article>"


def _code(finding: Finding, rendering: Rendering) -> Iterator[str]:
    lines = []
    for line in excerpt(finding.site, 160, rendering.protection_at):
        if line.number is None:
            lines.append('<span class="dim">   ...</span>')
            continue
        first, last = line.carets or (0, 0)
        marked = f"{shown(line.text[:first])}<mark>{shown(line.text[first:last])}</mark>{shown(line.text[last:])}"
        lines.append(f'<span class="dim">{line.number:>6} </span>{marked if line.carets else shown(line.text)}')
    if lines:
        yield "<pre>" + "\n".join(lines) + "</pre>"


def _call(finding: Finding) -> str:
    site = finding.site
    if isinstance(site.location, HeaderField):
        asked = ", ".join(map(str, site.protections))
        return f"{site.location.name} of {site.callee.written} in the headers asks for {asked}"
    via = f" through {', '.join(site.callee.via)}" if site.callee.via else ""
    inside = f" in {site.function}" if site.function else ""
    conditions = dict(site.conditions)
    protections = [
        f"{protection} when {presence}"
        if (presence := conditions.get(protection, TRUE).build_part()) is not TRUE
        else str(protection)
        for protection in site.protections
    ]
    more = "; more may come from outside" if site.open else ""
    return (
        f"{site.callee.written} is {site.callee.primitive}{via}{inside}; it may ask for {', '.join(protections)}{more}"
    )


def _proof(finding: Finding) -> Iterator[str]:
    if not finding.obligations and not finding.site.evidence:
        return
    yield f"<details{' open' if finding.verdict is Verdict.BENIGN else ''}><summary>Proof</summary>\n<ul>"
    for obligation in finding.obligations:
        words = f"<b>{shown(obligation.name)}</b> {obligation.status}: {shown(obligation.detail)}"
        yield f'<li class="{obligation.status}">{words}</li>'
    yield "</ul>"
    if finding.assumptions:
        yield f"<p>Assumed: {shown(', '.join(sorted(finding.assumptions)))}</p>"
    if finding.site.evidence:
        yield "<ol>"
        for step in finding.site.evidence:
            spot = f' <code class="dim">{shown(str(step.location))}</code>' if step.location is not None else ""
            yield f"<li>{shown(step_words(step))}{spot}</li>"
        yield "</ol>"
    yield "</details>"


def _list(heading: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield f"<section><h2>{heading}</h2><ul>"
        yield from (f"<li>{shown(line)}</li>" for line in lines)
        yield "</ul></section>"


FORMAT: Final = Format("html", render, "one page for people")
