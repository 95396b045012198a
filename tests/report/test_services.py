"""The formats that services read: each document fits what its service documents, and says what it should."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema
import pytest

from mapproof.classify.pack import builtin_rules, load_pack
from mapproof.classify.page import page
from mapproof.commands.rendering import FORMATS, PROFILES
from mapproof.model.decision import Claim, Lapse, LapseKind, Origin, Suppression
from mapproof.model.rule import Severity
from mapproof.model.site import Advice
from mapproof.report import sarif
from mapproof.report.base import Rendering, formats

SCHEMAS = Path(__file__).with_name("schemas")
MULTITOOL = (
    Path(os.environ.get("MAPPROOF_TOOLS", Path(__file__).parents[2] / ".cache" / "tools"))
    / "node_modules/@microsoft/sarif-multitool-linux"
)
needs_multitool = pytest.mark.skipif(
    not MULTITOOL.is_dir(), reason="Microsoft's SARIF multitool is not there: run `make tools`"
)


@pytest.fixture
def rendering(tmp_path) -> Rendering:
    return Rendering(
        rules=load_pack(builtin_rules()).rules,
        page=page,
        folder=str(tmp_path),
        root=str(tmp_path),
        now="2026-01-31T12:00:00",
    )


@pytest.fixture
def decision() -> Suppression:
    return Suppression(
        alias="wal",
        claim=Claim.ACCEPTED,
        reason="the generator <owns> it: 100%, see\nticket",
        author="Ada",
        origin=Origin.FILE,
        written_at=("mapproof.suppressions.toml", 3),
        expires=date(2030, 1, 2),
        created=date(2026, 1, 2),
    )


@pytest.fixture
def full(report, decision, violation):
    """A report in which everything occurs: four verdicts' worth of sites, a decision, a lapse, gaps, awkward names."""
    odd = replace(
        violation,
        site=replace(violation.site, id="site-9", function="f<\udce9>|`x`", artifact="d ir/ü%.c"),
        reason='it\'s 100% "<odd>" & new\nline',
    )
    return replace(
        report,
        findings=(*report.findings, odd),
        suppressed={"site-2": decision},
        lapses=(Lapse(replace(decision, alias="old"), LapseKind.EXPIRED, "its last day was 2020-01-01", "renew it"),),
    )


@pytest.fixture
def with_advice(full):
    """The same with something to say besides, of a site that was proved harmless and of one with an awkward name."""
    advice = (Advice("null-compare", Severity.WARNING, "compared with <NULL> | 100%", "Compare with `MAP_FAILED`."),)
    note = (Advice("numeric-mask", Severity.NOTE, "0x3", "Write names."),)
    first, *others, last = full.findings
    return replace(full, findings=(replace(first, advice=advice), *others, replace(last, advice=(*advice, *note))))


def schema(name: str):
    return jsonschema.Draft202012Validator(json.loads((SCHEMAS / name).read_text()))


def rendered(name: str, report, rendering: Rendering) -> str:
    text = formats()[name].render(report, rendering)
    assert text == formats()[name].render(report, rendering), "twice the same"
    text.encode()
    return text


def test_the_help_names_every_format_and_profile():
    assert set(FORMATS) == set(formats())
    assert PROFILES == sarif.PROFILES


@pytest.mark.parametrize(
    ("name", "document"),
    [("gitlab-sast", "gitlab-sast.json"), ("gitlab", "gitlab-quality.json"), ("rdjson", "rdjson.json")],
)
def test_documents_fit_what_their_readers_document(name, document, full, rendering):
    schema(document).validate(json.loads(rendered(name, full, rendering)))


@pytest.mark.parametrize(
    ("name", "document"),
    [("gitlab", "gitlab-quality.json"), ("rdjson", "rdjson.json")],
)
def test_advice_is_said_with_its_weight(name, document, with_advice, rendering):
    text = rendered(name, with_advice, rendering)
    schema(document).validate(json.loads(text))
    assert text.count("Compare with `MAP_FAILED`.") == 2


def test_advice_is_a_warning_or_a_note_and_changes_nothing_else(full, with_advice, rendering):
    for profile in PROFILES:
        before, after = (sarif_run(report, rendering, profile)["results"] for report in (full, with_advice))
        added = [result for result in after if result not in before]
        assert [(each["ruleId"], each["kind"], each["level"]) for each in added] == [
            ("null-compare", "fail", "warning"),
            ("null-compare", "fail", "warning"),
            ("numeric-mask", "fail", "note"),
        ]
        assert [result for result in after if result not in added] == before
    annotations = rendered("github", with_advice, rendering)
    assert annotations.count("::warning file=") == rendered("github", full, rendering).count("::warning file=") + 2
    assert "::notice file=" in annotations
    assert "Advice" in rendered("md", with_advice, rendering)
    assert "null-compare" in rendered("html", with_advice, rendering)
    shown = rendered("text", with_advice, rendering)
    assert "warning[null-compare]" in shown
    assert "3 pieces of advice" in shown
    (first, *_) = json.loads(rendered("json", with_advice, rendering))["findings"]
    assert first["advice"][0]["severity"] == "warning"


def sarif_run(report, rendering, profile="full"):
    (run,) = json.loads(rendered("sarif", report, replace(rendering, profile=profile)))["runs"]
    return run


def test_sarif_says_how_each_verdict_stands(full, rendering):
    run = sarif_run(full, rendering)
    said = {
        result["properties"]["siteId"]: result for result in run["results"] if "siteId" in result.get("properties", {})
    }
    assert {name: (result["kind"], result["level"]) for name, result in said.items()} == {
        "site-1": ("pass", "none"),
        "site-2": ("fail", "error"),
        "site-3": ("open", "none"),
        "site-9": ("fail", "error"),
    }
    (kept,) = said["site-2"]["suppressions"]
    assert kept["status"] == "accepted"
    assert kept["properties"]["expiryUtc"].startswith("2030-01-02")
    assert said["site-1"]["suppressions"] == []
    assert [result["ruleId"] for result in run["results"] if result not in said.values()] == ["suppression-expired"]


def test_sarif_tells_where_the_bits_come_from(full, rendering):
    result = next(result for result in sarif_run(full, rendering)["results"] if result["ruleId"] == "sqlite-wal-index")
    steps = result["codeFlows"][0]["threadFlows"][0]["locations"]
    words = [step["location"]["message"]["text"] for step in steps]
    assert words[0] == "`PROT_READ` is written here"
    assert words[-1] == "osMmap may be asked for r--, rw-"
    assert steps[0]["location"]["physicalLocation"]["region"]["startLine"] == 5
    assert result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] == "shm_map"


def test_sarif_tells_what_was_not_covered_and_what_the_rules_are(full, rendering):
    run = sarif_run(full, rendering)
    notifications = run["invocations"][0]["toolExecutionNotifications"]
    assert [note["descriptor"]["id"] for note in notifications] == ["not-covered/parse", "not-covered/missing"]
    rules = {rule["id"]: rule for rule in run["tool"]["driver"]["rules"]}
    assert {rule.id for rule in rendering.rules} < set(rules)
    assert "external/cwe/cwe-732" in rules["write-exec-mapping"]["properties"]["tags"]
    assert "732" in {taxon["id"] for taxon in run["taxonomies"][0]["taxa"]}
    for result in run["results"]:
        assert (
            "ruleIndex" not in result or run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        )


def test_github_gets_only_what_is_an_alert(full, rendering):
    results = sarif_run(full, rendering, "github")["results"]
    assert {(result["kind"], result["level"]) for result in results} == {
        ("fail", "error"),
        ("fail", "note"),
        ("fail", "warning"),
    }
    assert "site-1" not in json.dumps(results)
    assert "site-2" not in json.dumps(results)
    assert not [result for result in results if "suppressions" in result]
    assert all(result["locations"][0]["physicalLocation"]["region"]["startLine"] for result in results)


def test_fingerprints_know_no_lines(full, rendering):
    def marks(report):
        return [result["partialFingerprints"] for result in sarif_run(report, rendering)["results"]]

    moved = replace(
        full,
        findings=tuple(
            replace(
                each, site=replace(each.site, location=replace(each.site.location, line=each.site.location.line + 40))
            )
            if hasattr(each.site.location, "line")
            else each
            for each in full.findings
        ),
    )
    assert marks(full) == marks(moved)
    assert len({mark["mapproof/site/v1"] for mark in marks(full) if "mapproof/site/v1" in mark}) == 4


@needs_multitool
@pytest.mark.parametrize("profile", PROFILES)
def test_sarif_is_valid_for_who_reads_it(profile, with_advice, rendering, tmp_path):
    log = tmp_path / "log.sarif"
    log.write_text(rendered("sarif", with_advice, replace(rendering, profile=profile)))
    jsonschema.Draft7Validator(json.loads((MULTITOOL / "sarif-2.1.0.json").read_text())).validate(
        json.loads(log.read_text())
    )
    kinds = ["Sarif;Gh", "Sarif;Ghas"] + (["Sarif;Ado;Ghas"] if profile == "azure" else [])
    for kind in kinds:
        command = [MULTITOOL / "Sarif.Multitool", "validate", log, "-j", MULTITOOL / "sarif-2.1.0.json"]
        done = subprocess.run(
            [
                *command,
                "--rule-kind",
                kind,
                "--level",
                "Error;Warning",
                "-o",
                tmp_path / "said.sarif",
                "--log",
                "ForceOverwrite",
            ],
            check=False,
            capture_output=True,
            text=True,
            env={**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"},
        )
        assert (tmp_path / "said.sarif").is_file(), done.stdout + done.stderr
        (said,) = json.loads((tmp_path / "said.sarif").read_text())["runs"]
        assert not [
            result for result in said.get("results", []) if result.get("level", "warning") in {"error", "warning"}
        ], done.stdout


def test_junit_is_what_its_readers_take(full, rendering):
    root = ET.fromstring(rendered("junit", full, rendering))  # noqa: S314  our own text
    assert root.tag == "testsuites"
    cases = [case for suite in root for case in suite]
    assert {suite.tag for suite in root} == {"testsuite"}
    assert {case.tag for case in cases} == {"testcase"}
    assert {case.get("name") is not None and case.get("classname") is not None for case in cases} == {True}
    outcomes = [outcome for case in cases for outcome in case]
    assert {outcome.tag for outcome in outcomes} == {"skipped", "failure", "error"}
    assert all(not outcome.attrib for outcome in outcomes if outcome.tag == "skipped")
    for suite in root:
        for count, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert int(suite.get(count)) == len(suite.findall(f"testcase/{tag}"))
        assert int(suite.get("tests")) == len(suite)
    assert int(root.get("tests")) == len(cases)
    strict = ET.fromstring(rendered("junit", full, replace(rendering, strict=True)))  # noqa: S314  our own text
    assert int(strict.get("failures")) == int(root.get("failures")) + 1


def test_annotations_are_one_line_each_and_escaped(full, rendering):
    lines = rendered("github", full, rendering).splitlines()
    assert [line.split(" ", 1)[0] for line in lines] == ["::notice", "::error", "::error", "::warning", "::warning"]
    assert lines[0].startswith("::notice file=lib.so,title=unresolved%3A mmap [parameter]::At 0x0: ")
    odd = next(line for line in lines if "d ir" in line)
    assert "file=d ir/ü%25.c,line=4,endLine=6,col=12," in odd
    assert "100%25" in odd
    assert "col=12" in odd


def test_a_diagnostic_counts_bytes(full, rendering, source):
    document = json.loads(rendered("rdjson", full, rendering))
    place = next(
        each["location"]["range"] for each in document["diagnostics"] if each["code"]["value"] == "write-exec-mapping"
    )
    line = source.read_bytes().split(b"\n")[3]
    assert place["start"] == {"line": 4, "column": line.index(b"osMmap") + 1}
    assert place["end"]["line"] == 6


def test_the_summary_counts_and_escapes(full, rendering):
    text = rendered("md", full, rendering)
    assert "| 1 | 0 | 1 | 1 | 1 | 2 | 3 |" in text
    assert "\\<odd\\>" in text
    assert "### Suppressed" in text
    assert "### Suppressions that no longer count" in text
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert {line.replace("\\|", "").count("|") for line in rows} == {3, 4, 8}


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

    def handle_endtag(self, tag):  # noqa: D102  as the standard library says
        assert self.open.pop() == tag

    def handle_data(self, data):  # noqa: D102  as the standard library says
        if not {"script", "style"} & set(self.open):
            self.text.append(data)


def test_the_page_is_whole_and_obeys_no_input(full, rendering):
    text = rendered("html", full, rendering)
    page = Page(text)
    assert page.open == []
    verdicts = [attributes["data-verdict"] for tag, attributes in page.attributes if tag == "article"]
    assert sorted(verdicts) == ["benign", "unresolved", "violation", "violation"]
    assert {attributes["data-verdict"] for tag, attributes in page.attributes if tag == "button"} >= set(verdicts)
    assert not [attributes for _, attributes in page.attributes if {"src", "href"} & attributes.keys()], "no network"
    assert "<odd>" not in text
    said = " ".join(page.text)
    assert 'it\'s 100% "<odd>" & new' in said
    assert "never executable: r-- or rw- in every configuration" in said
    assert "`PROT_READ` is written here" in said
    assert "an #if splits a brace" in said
    assert "Suppressed by wal" in said


CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: apt-get install chromium")
def test_the_page_filters_in_a_browser(full, rendering, tmp_path):
    assert CHROMIUM is not None
    text = rendered("html", full, rendering)
    click = "document.querySelector('button[data-verdict=benign]').click();document.querySelector('details').open=true;"
    page = tmp_path / "page.html"
    page.write_text(text.replace("</script>", f"{click}</script>"))
    done = subprocess.run(
        [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", page.as_uri()],
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert "4 of 4 shown" in done.stdout, done.stderr[-2000:]
