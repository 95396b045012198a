"""What real linkers write into headers, as findings, and in every report."""

from __future__ import annotations

import json
import shutil
import subprocess
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest

from mapproof.classify.pack import builtin_rules, load_pack
from mapproof.classify.page import page
from mapproof.report.base import Rendering, formats
from mapproof.scan import scan

pytestmark = pytest.mark.skipif(shutil.which("gcc") is None, reason="needs gcc")

PACK = load_pack(builtin_rules())
PLAIN = "int start(void) { return 0; }\n"
NESTED = "int call(int (*f)(void));\nint start(int n) { int inner(void) { return n; } return call(inner); }\n"
ASSEMBLY = ".text\n.globl start\nstart: ret\n"
NOTED = '.section .note.GNU-stack,"",@progbits\n'
ADDRESS = "extern int other;\nint *start(void) { return &other; }\n"
MODULE = '__attribute__((section(".gnu.linkonce.this_module"))) int module;\n'
AWX = '.section .patched,"awx"\n.long 0\n'

BUILDS = {
    "plain": (PLAIN, "c", ("-nostdlib", "-e", "start"), []),
    "plain.o": (PLAIN, "c", ("-c",), []),
    "shared": (PLAIN, "c", ("-shared", "-fPIC"), []),
    "execstack": (PLAIN, "c", ("-nostdlib", "-e", "start", "-z", "execstack"), ["executable-stack"]),
    "nested.o": (NESTED, "c", ("-c",), ["executable-stack"]),
    "assembly.o": (ASSEMBLY, "s", ("-c",), ["missing-stack-note"]),
    "assembly": (ASSEMBLY, "s", ("-nostdlib", "-e", "start", "-static"), ["missing-stack-note"]),
    "noted": (ASSEMBLY + NOTED, "s", ("-nostdlib", "-e", "start", "-static"), []),
    "omagic": (PLAIN, "c", ("-nostdlib", "-e", "start", "-static", "-Wl,-N"), ["writable-executable-segment"]),
    "textrel": (
        ADDRESS,
        "c",
        ("-shared", "-fno-pic", "-mcmodel=large", "-Wl,-z,notext", "-nostdlib"),
        ["text-relocations"],
    ),
    "awx.o": (ASSEMBLY + AWX + NOTED, "s", ("-c",), ["writable-executable-section"]),
    "awx": (
        ASSEMBLY + AWX + NOTED,
        "s",
        ("-nostdlib", "-e", "start", "-static"),
        ["writable-executable-segment"],
    ),
    "module.ko": (PLAIN + MODULE, "c", ("-c",), []),
    "awx.ko": (
        ASSEMBLY + AWX + '.section .gnu.linkonce.this_module,"aw"\n.long 0\n',
        "s",
        ("-c",),
        ["writable-executable-module-section"],
    ),
}
"""Source, language, options, and the rules of all findings."""


@cache
def built(name: str) -> Path:
    text, suffix, flags, _ = BUILDS[name]
    folder = Path(mkdtemp(prefix="mapproof-headers-"))
    source = folder / f"source.{suffix}"
    source.write_text(text)
    subprocess.run(["gcc", "-w", "-o", folder / name, source, *flags], check=True, capture_output=True)
    return folder / name


@pytest.mark.parametrize("name", BUILDS)
def test_what_a_linker_wrote_is_found(name):
    report = scan([str(built(name))], PACK)
    assert [finding.rule for finding in report.findings] == BUILDS[name][3]
    assert {finding.verdict.value for finding in report.findings} <= {"violation"}
    assert report.unverified == frozenset()
    assert report.errors == ()


@pytest.mark.skipif(shutil.which("ar") is None, reason="needs ar")
def test_a_member_of_an_archive_is_named(tmp_path):
    archive = tmp_path / "all.a"
    subprocess.run(["ar", "rc", archive, built("plain.o"), built("nested.o")], check=True)
    (finding,) = scan([str(archive)], PACK).findings
    assert finding.rule == "executable-stack"
    assert "nested.o" in finding.site.location.path


@pytest.mark.parametrize("name", sorted(formats()))
def test_every_report_says_it(name, tmp_path):
    report = scan([str(built("execstack"))], PACK)
    rendering = Rendering(
        rules=PACK.rules, page=page, folder=str(tmp_path), root=str(tmp_path), now="2026-01-31T12:00:00"
    )
    text = formats()[name].render(report, rendering)
    assert "executable-stack" in text
    assert "PT_GNU_STACK" in text.replace("\\_", "_")


def test_the_contract_names_field_and_offset():
    path = built("execstack")
    report = scan([str(path)], PACK)
    document = json.loads(formats()["json"].render(report, Rendering()))
    (site,) = document["sites"]
    field, offset = site["location"]["field"], site["location"]["offset"]
    assert (field, set(site["location"])) == ("p_flags", {"field", "offset"})
    assert int.from_bytes(path.read_bytes()[offset : offset + 4], "little") == site["masks"][0] == 7
    assert [step["kind"] for step in site["evidence"]] == ["header", "decode"]


def test_sarif_points_at_the_bytes():
    report = scan([str(built("omagic"))], PACK)
    log = json.loads(formats()["sarif"].render(report, Rendering(rules=PACK.rules)))
    (result,) = log["runs"][0]["results"]
    region = result["locations"][0]["physicalLocation"]["region"]
    assert region == {"byteOffset": report.findings[0].site.location.offset, "byteLength": 4}
    (artifact,) = log["runs"][0]["artifacts"]
    assert any(line.startswith("gnu-stack: ") for line in artifact["properties"]["posture"])
