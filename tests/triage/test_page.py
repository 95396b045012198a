"""The page of answers: whole in itself, obedient to no input, and, where there is a Chromium, used as people use it."""

from __future__ import annotations

import json
import platform
import re
import shutil
import subprocess
import time
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser

import pytest

from mapproof.commands.disassembly import Disassembly
from mapproof.model.dossier import Change, Life
from mapproof.report.answers.life import picture
from mapproof.report.answers.listing import listing

from .conftest import log, result
from .documents import HARM, RENDERING, rendered, six

CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: apt-get install chromium")


@pytest.fixture
def found(answers, tmp_path):
    return six(answers, tmp_path)


class Page(HTMLParser):
    """Tags that are opened and closed, attributes, and the text outside of script and style."""

    VOID = frozenset({"meta", "input"})

    def __init__(self, text):
        super().__init__()
        self.open, self.attributes, self.text = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):  # noqa: D102  as the standard library says
        self.attributes.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):  # noqa: D102  as the standard library says
        self.attributes.append((tag, dict(attrs)))

    def handle_endtag(self, tag):  # noqa: D102  as the standard library says
        assert self.open.pop() == tag

    def handle_data(self, data):  # noqa: D102  as the standard library says
        if not {"script", "style"} & set(self.open):
            self.text.append(data)


def test_the_page_is_whole_and_obeys_no_input(found):
    text = rendered("html", found)
    page = Page(text)
    assert page.open == []
    tags = {tag for tag, _ in page.attributes}
    assert not tags & {"img", "link", "iframe", "object", "base", "form"}
    assert not [name for _, attributes in page.attributes for name in attributes if name.startswith("on")]
    hrefs = [attributes["href"] for _, attributes in page.attributes if "href" in attributes]
    ids = [attributes["id"] for _, attributes in page.attributes if "id" in attributes]
    assert hrefs
    assert len(ids) == len(set(ids))
    assert all(href.removeprefix("#") in ids for href in hrefs), "every link leads to a place on the page"
    assert sum(tag == "article" for tag, _ in page.attributes) == 7
    said = " ".join(page.text)
    assert "7 alerts in, 7 answered" in said
    assert '<img src=x onerror=alert(1)> \\x1b]0;owned\\x07 \\u202egnp.exe =HYPERLINK("x")' in said
    assert found.answers[0].proofs[0] in said
    assert "O3 Execute is not added later" in said
    assert set(re.findall(r"<mark>(.*?)</mark>", text)) == {
        "PROT_READ | PROT_WRITE",
        "PROT_READ | PROT_WRITE | PROT_EXEC",
    }


def test_the_deciding_tokens_are_marked(found):
    site = next(site for site in found.sites().values() if site.artifact == "shared.c")
    lines = list(listing(site))
    marked = [line for line in lines if "<mark>" in line]
    assert marked
    shown = unescape(re.sub("<[^>]*>", "", "\n".join(lines)))
    assert [line[7:] for line in shown.split("\n")] == list(site.excerpt)


def test_a_life_is_drawn_with_its_changes():
    life = Life(("rw-",), ("rw-", "r-x"), (Change("s2", ("r-x",), "this", open=False),), "rw- -> <r-x>", open=False)
    text = "".join(picture(life, "Life"))
    page = Page(text)
    assert page.open == []
    assert page.text == ["rw-", "r-x"]
    assert page.attributes[0][1]["aria-label"] == "Life: rw- -> <r-x>"
    assert [attributes["class"] for tag, attributes in page.attributes if tag == "rect"] == ["data", "run"]
    assert 'class="maybe"' not in text
    unsure = replace(life, changes=(Change("s2", ("r-x",), "any", open=False),))
    assert 'class="maybe"' in "".join(picture(unsure, "Life"))
    heads = [attributes for tag, attributes in page.attributes if attributes.get("class") == "head"]
    assert len(heads) == 2, "one into the first state, one between the two"


@pytest.mark.skipif(
    shutil.which("gcc") is None or platform.machine() != "x86_64", reason="needs gcc on x86-64 for a binary"
)
def test_a_binary_is_shown_as_the_instructions_that_set_the_protection(answers, tmp_path):
    (tmp_path / "wx.c").write_text(HARM)
    subprocess.run(["gcc", "-O1", "-shared", "-fPIC", "-o", "libwx.so", "wx.c"], cwd=tmp_path, check=True)
    found = answers(log(result("RWX memory", "libwx.so"), result("NX disabled", "libwx.so")), artifacts=["libwx.so"])
    assert "PT_GNU_STACK" in rendered("html", found), "what the headers say is told"
    (site,) = found.sites().values()
    code = Disassembly(found.sites(), {"mmap": 2}, 1 << 20)
    shown = code(site)
    assert shown[-1].address == site.spot.address
    assert shown[-1].text.startswith("call ")
    assert [one.text for one in shown if one.decides] == ["mov EDX,0x7"]
    page = rendered("html", found, replace(RENDERING, code=code))
    assert "<mark>mov EDX,0x7</mark>" in page
    (tmp_path / "libwx.so").write_bytes((tmp_path / "libwx.so").read_bytes() + b"\0")
    assert Disassembly(found.sites(), {"mmap": 2}, 1 << 20)(site) == (), "another file has no such code"


def browse(path, *options: str) -> subprocess.CompletedProcess[str]:
    """A page in a headless Chromium, after its scripts have run."""
    assert CHROMIUM is not None
    command = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--enable-logging=stderr"]
    done = subprocess.run(
        [*command, *options, path.as_uri()], check=False, capture_output=True, text=True, errors="replace", timeout=120
    )
    assert "CONSOLE" not in done.stderr, done.stderr[-2000:]
    return done


def after(text: str, script: str) -> str:
    """The page with a script behind its own; what ``script`` returns stands in ``document.title`` as JSON."""
    return text.replace(
        "</script>", f"</script><script>document.title = JSON.stringify((() => {{{script}}})())</script>"
    )


def said(done: subprocess.CompletedProcess[str]):
    """What the script behind a page returned."""
    title = re.search(r"<title>(.*?)</title>", done.stdout, re.DOTALL)
    assert title is not None, done.stderr[-2000:]
    return json.loads(unescape(title[1]))


USE = """
const shown = () => document.getElementById("shown").textContent;
const press = key => document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
const told = { first: shown() };
document.querySelector("button[data-answer=undecided]").click();
told.filtered = shown();
document.getElementById("artifact").value = "wx.c";
document.getElementById("artifact").dispatchEvent(new Event("input"));
told.artifact = shown();
document.getElementById("all").click();
document.getElementById("query").value = "sat on";
document.getElementById("query").dispatchEvent(new Event("input"));
told.search = shown();
document.getElementById("all").click();
press("j"); press("j");
told.focused = document.activeElement.id;
document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: "o", bubbles: true }));
const details = document.activeElement.querySelector("details");
told.open = details.open;
fill(details);
told.evidence = details.querySelectorAll("svg, mark, li").length > 3;
press("/");
told.search_focused = document.activeElement.id;
return told;
"""

ACCESS = """
const faults = [];
const parse = color => color.match(/[\\d.]+/g).map(Number);
const linear = value => (value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
const light = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
const behind = each => {
  for (; each; each = each.parentElement) {
    const color = parse(getComputedStyle(each).backgroundColor);
    if (color.length === 3 || color[3] === 1) return color;
  }
  return [255, 255, 255];
};
for (const details of document.querySelectorAll("details")) { details.open = true; fill(details); }
let looked = 0;
for (const each of document.body.querySelectorAll("*")) {
  const texts = [...each.childNodes].some(node => node.nodeType === 3 && node.data.trim());
  if (!texts || each.closest("script, style, [hidden]")) continue;
  const style = getComputedStyle(each);
  const color = parse(each.closest("svg") ? style.fill : style.color);
  const [a, b] = [light(color), light(behind(each))].sort((x, y) => y - x);
  const ratio = (a + 0.05) / (b + 0.05);
  looked += 1;
  if (ratio < 4.5) faults.push(`${each.tagName}.${each.className}: ${ratio.toFixed(2)}`);
}
for (const each of document.querySelectorAll("button, input, select, svg, nav, section, a")) {
  const name = each.getAttribute("aria-label") || (each.matches("button, a") && each.textContent.trim());
  if (!name) faults.push(`${each.tagName} has no name`);
}
for (const each of document.querySelectorAll("svg")) if (each.getAttribute("role") !== "img") faults.push("svg role");
if (!document.documentElement.lang) faults.push("no language");
let level = 0;
for (const each of document.querySelectorAll("h1, h2, h3, h4")) {
  const next = Number(each.tagName[1]);
  if (next > level + 1) faults.push(`heading ${each.textContent} skips a level`);
  level = next;
}
return { faults: [...new Set(faults)], looked };
"""
DARK = ("@media (prefers-color-scheme: dark)", "@media all")


@needs_chromium
def test_the_page_is_used_with_mouse_and_keys(found, tmp_path):
    path = tmp_path / "page.html"
    path.write_text(after(rendered("html", found), USE))
    assert said(browse(path, "--dump-dom")) == {
        "first": "7 of 7 alerts shown",
        "filtered": "5 of 7 alerts shown",
        "artifact": "2 of 7 alerts shown",
        "search": "1 of 7 alerts shown",
        "focused": "a2",
        "open": True,
        "evidence": True,
        "search_focused": "query",
    }


@needs_chromium
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast_and_labels(found, tmp_path, scheme):
    """What axe-core checks as color-contrast, button-name, label, svg-img-alt, html-has-lang and heading-order."""
    text = rendered("html", found)
    assert DARK[0] in text
    path = tmp_path / "page.html"
    path.write_text(after(text.replace(*DARK) if scheme == "dark" else text, ACCESS))
    told = said(browse(path, "--dump-dom"))
    assert told["faults"] == []
    assert told["looked"] > 100
    if scheme == "light":
        path.write_text(after(text.replace("--dim: #5a5f69", "--dim: #8a8f99"), ACCESS))
        assert said(browse(path, "--dump-dom"))["faults"], "faint text is noticed"


@needs_chromium
def test_three_states_are_seen(found, tmp_path):
    """As it opens, with an answer filtered away, and with evidence open: three pictures, each another."""
    text = rendered("html", found)
    pictures = []
    for number, script in enumerate((
        "", "document.querySelector('button[data-answer=refuted]').click();",
        "const d = document.querySelector('details'); d.open = true; fill(d);",
    )):  # fmt: skip
        path, picture_path = tmp_path / f"page{number}.html", tmp_path / f"{number}.png"
        path.write_text(after(text, f"{script} return 0;"))
        browse(path, "--window-size=1000,1600", f"--screenshot={picture_path}")
        pictures.append(picture_path.read_bytes())
    assert all(data.startswith(b"\x89PNG") and len(data) > 20_000 for data in pictures)
    assert len(set(pictures)) == 3


@needs_chromium
def test_a_report_of_5000_alerts_opens_in_less_than_three_seconds(found, tmp_path):
    """2,500 sites under 5,000 alerts. The best of three, for a machine that others work on too."""
    site = next(iter(found.sites().values()))
    sites = tuple(replace(site, id=f"site{number}") for number in range(2500))
    base = found.answers[1]
    answers = tuple(
        replace(
            base,
            alert=replace(base.alert, number=number + 1),
            match=replace(base.match, sites=(f"site{number % 2500}",)),
            decisive=f"site{number % 2500}",
        )
        for number in range(5000)
    )
    dossier = replace(found.dossiers[0], sites=sites)
    started = time.process_time()
    text = rendered("html", replace(found, answers=answers, dossiers=(dossier,)))
    assert time.process_time() - started < 10
    path = tmp_path / "page.html"
    opened = (
        "return { count: document.getElementById('shown').textContent, height: document.body.offsetHeight > 0, "
        "ms: performance.now() }"
    )
    path.write_text(after(text, opened))
    best = None
    for _ in range(3):
        told = said(browse(path, "--dump-dom"))
        assert told["count"] == "5000 of 5000 alerts shown"
        best = min(best or told["ms"], told["ms"])
        if best < 3000:
            break
    assert best < 3000, f"{best} ms, {len(text)} characters"
