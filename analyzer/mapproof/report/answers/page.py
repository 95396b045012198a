"""What the page of answers looks like, and what it does when it is clicked: style and script, in one file each way.

Colors are given for light and dark; each text color has a contrast of at least 4.5 to 1 with what it stands on
(WCAG 2.2, 1.4.3), which a test computes.
"""

from __future__ import annotations

from typing import Final

POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
"""The page may load nothing, from nowhere."""

STYLE: Final = """
:root { color-scheme: light dark; --page: #ffffff; --text: #1c1d21; --dim: #5a5f69; --line: #c9ccd3; --code: #f3f4f6;
  --mark: #ffe58a; --refuted: #17692c; --true-but-benign: #0b6068; --accepted: #74299f; --confirmed: #b0161e;
  --undecided: #7a4f00; --not-covered: #555a63; }
@media (prefers-color-scheme: dark) { :root { --page: #16181d; --text: #e7e8eb; --dim: #a8adb7; --line: #454a54;
  --code: #20232a; --mark: #5c4a00; --refuted: #79d48d; --true-but-benign: #6ccfda; --accepted: #d0a3f5;
  --confirmed: #ff918c; --undecided: #f0b652; --not-covered: #adb2bb; } }
* { box-sizing: border-box; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 72rem; padding: 1rem; background: var(--page);
  color: var(--text); }
h1 { font-size: 1.5rem; } h2 { font-size: 1.2rem; } h3 { font-size: 1rem; margin: 0 0 .4rem; }
h4 { font-size: .95rem; margin: .9rem 0 .2rem; }
a { color: inherit; }
code, pre { font-family: ui-monospace, monospace; font-size: .86em; overflow-wrap: anywhere; }
pre { overflow-x: auto; background: var(--code); padding: .5rem; border-radius: .3rem; tab-size: 8; }
mark { background: var(--mark); color: inherit; font-weight: 600; }
.dim, caption { color: var(--dim); } .here { font-weight: 600; }
table { border-collapse: collapse; margin: .5rem 0; } caption { text-align: left; }
th, td { text-align: left; vertical-align: top; padding: .15rem .8rem .15rem 0; border-bottom: 1px solid var(--line); }
nav { position: sticky; top: 0; z-index: 1; background: var(--page); padding: .5rem 0;
  border-bottom: 1px solid var(--line); }
nav > * { margin: 0 .3rem .3rem 0; }
button, input, select { font: inherit; padding: .15rem .6rem; border: 1px solid var(--dim); border-radius: .4rem;
  background: var(--page); color: inherit; max-width: 16rem; }
button[aria-pressed=true] { border-color: var(--color, currentColor); box-shadow: inset 0 0 0 1px; }
:focus-visible { outline: 3px solid var(--text); outline-offset: 2px; }
article, section.site { border: 1px solid var(--line); border-left: .4rem solid var(--color, var(--line));
  border-radius: .4rem; padding: .7rem 1rem; margin: .8rem 0; content-visibility: auto;
  contain-intrinsic-size: auto 14rem; }
.refuted { --color: var(--refuted); } .true-but-benign { --color: var(--true-but-benign); }
.accepted { --color: var(--accepted); } .confirmed { --color: var(--confirmed); }
.undecided { --color: var(--undecided); } .not-covered { --color: var(--not-covered); }
.answer { color: var(--color); font-weight: 600; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; margin: .4rem 0; }
dt { color: var(--dim); } dd { margin: 0; overflow-wrap: anywhere; }
summary { cursor: pointer; }
li.proved::marker { content: "\\2713  "; } li.failed::marker { content: "\\2717  "; }
li.assumed::marker { content: "~  "; }
svg.life { display: block; max-width: 100%; } svg.life path { fill: none; stroke: var(--text); }
svg.life path.maybe { stroke-dasharray: 4 3; } svg.life path.head, svg.life circle { fill: var(--text); stroke: none; }
svg.life rect { fill: var(--page); stroke: var(--refuted); stroke-width: 1.5; }
svg.life rect.run { stroke: var(--accepted); stroke-width: 2.5; }
svg.life rect.both { stroke: var(--confirmed); stroke-width: 3.5; }
svg.life text { fill: var(--text); font: 14px ui-monospace, monospace; }
[hidden] { display: none !important; }
@media print { nav, .keys { display: none !important; } body { max-width: none; font-size: 10pt; }
  article, section.site { content-visibility: visible; break-inside: avoid-page; } pre { white-space: pre-wrap; }
  details:not([open]) > summary::after { content: " (at the end)"; } }
"""

SCRIPT: Final = """
const articles = [...document.querySelectorAll("article")];
const buttons = [...document.querySelectorAll("button[data-answer]")];
const [tool, artifact, query, shown] = ["tool", "artifact", "query", "shown"].map(id => document.getElementById(id));
const evidence = document.getElementById("evidence");
const sites = new Map([...evidence.querySelectorAll("section.site")].map(each => [each.id, each]));
let current = -1;
function update() {
  const on = new Set(buttons.filter(b => b.getAttribute("aria-pressed") === "true").map(b => b.dataset.answer));
  const words = query.value.toLowerCase().split(/\\s+/).filter(Boolean);
  const wanted = new Set();
  let count = 0;
  for (const a of articles) {
    const text = words.length ? a.textContent.toLowerCase() : "";
    const here = on.has(a.dataset.answer) && (!tool.value || a.dataset.tool === tool.value)
      && (!artifact.value || a.dataset.artifact === artifact.value) && words.every(w => text.includes(w));
    if (a.hidden === here) a.hidden = !here;
    count += here;
    if (here && a.dataset.sites) for (const id of a.dataset.sites.split(" ")) wanted.add(id);
  }
  for (const [id, section] of sites) if (section.hidden === wanted.has(id)) section.hidden = !wanted.has(id);
  evidence.hidden = !wanted.size;
  shown.textContent = count + " of " + articles.length + " alerts shown";
}
function fill(details) {
  const site = sites.get(details.dataset.site), place = details.querySelector("div");
  if (!details.open || !site || place.childElementCount) return;
  for (const part of site.children) if (part.tagName !== "H3") place.append(part.cloneNode(true));
}
function go(by) {
  let next = current + by;
  while (next >= 0 && next < articles.length && articles[next].hidden) next += by;
  if (next < 0 || next >= articles.length) return;
  current = next;
  articles[next].scrollIntoView({ block: "center" });
  articles[next].focus({ preventScroll: true });
}
for (const b of buttons) b.addEventListener("click", () => {
  b.setAttribute("aria-pressed", b.getAttribute("aria-pressed") === "true" ? "false" : "true");
  update();
});
for (const each of [tool, artifact, query]) each.addEventListener("input", update);
document.getElementById("all").addEventListener("click", () => {
  for (const b of buttons) b.setAttribute("aria-pressed", "true");
  tool.value = artifact.value = query.value = "";
  update();
});
document.addEventListener("toggle", event => { if (event.target.dataset.site) fill(event.target); }, true);
document.addEventListener("focusin", event => {
  const a = event.target.closest("article");
  if (a) current = articles.indexOf(a);
});
document.addEventListener("keydown", event => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select")) return;
  if (event.key === "j") go(1);
  else if (event.key === "k") go(-1);
  else if (event.key === "o" && articles[current]) {
    const details = articles[current].querySelector("details");
    if (details) details.open = !details.open;
  } else if (event.key === "/") query.focus();
  else return;
  event.preventDefault();
});
document.querySelector("nav").hidden = document.querySelector(".keys").hidden = false;
update();
"""
