"""SQLite is known by its own tables, whatever it is called; and being known makes nothing harmless."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mapproof.classify.opening import builtin_rules
from mapproof.classify.pack import load_pack
from mapproof.model.verdict import Verdict
from mapproof.scan import scan
from mapproof.sqlite.identify import identify

if TYPE_CHECKING:
    import re

SOURCE = Path(__file__).with_name("disguised.c")
pytestmark = pytest.mark.skipif(shutil.which("gcc") is None, reason="no gcc here")


def build(folder: Path, *flags: str) -> Path:
    built = folder / "libanything.so"
    subprocess.run(["gcc", "-D_GNU_SOURCE", "-w", *flags, "-o", str(built), str(SOURCE)], check=True)
    return built


def judged(path: Path):
    report = scan([str(path)], load_pack(builtin_rules()))
    return report, [(str(f.site.protections), f.site.callee.primitive, f.rule, f.verdict) for f in report.findings]


@pytest.mark.parametrize("level", ["-O0", "-O1", "-O2", "-O3", "-Os"])
def test_a_stripped_library_of_any_name_is_known(level: str, tmp_path: Path) -> None:
    report, found = judged(build(tmp_path, level, "-shared", "-fPIC", "-s"))
    assert {(rule, verdict) for _p, _c, rule, verdict in found} == {
        ("sqlite-mmap-io", Verdict.BENIGN),
        ("sqlite-wal-index", Verdict.BENIGN),
    }
    assert [p for p, _c, rule, _v in found if rule == "sqlite-wal-index"] == ["{r--, rw-}"]
    (library,) = report.artifacts[0].libraries
    assert (library.name, library.version) == ("SQLite", "3.40.1")
    assert library.options == ("COMPILER=none", "DEFAULT_AUTOVACUUM", "THREADSAFE=1")
    assert dict(library.features) == {"wal": True, "mmap-io": True}
    assert any("aSyscall" in note for f in report.findings for note in f.site.known_by)


def test_being_known_makes_nothing_harmless(tmp_path: Path) -> None:
    _report, found = judged(build(tmp_path, "-O2", "-shared", "-fPIC", "-s", "-DWAL_INDEX_EXTRA=PROT_EXEC"))
    verdicts = {verdict for protections, _c, _rule, verdict in found if "x" in protections}
    assert Verdict.VIOLATION in verdicts
    assert Verdict.BENIGN not in verdicts
    assert not [rule for protections, _c, rule, v in found if rule == "sqlite-wal-index" and v is Verdict.BENIGN]


class _Texts:
    """A binary of which only texts are left: a scanner that knows SQLite's strings has them too."""

    word = 8

    def __init__(self, data: bytes) -> None:
        self.data = data

    def texts(self, pattern: re.Pattern[bytes]):
        return ((found.start(), found.group()) for found in pattern.finditer(self.data))

    def holders(self, addresses):
        return {address: [] for address in addresses}

    def code_tables(self, _shortest):
        return iter(())


def test_texts_alone_prove_nothing() -> None:
    data = b"SQLite format 3\0recovered %d frames from WAL file %s\0%s-shm\0etilqs_\0open\0"
    assert identify(_Texts(data)) is None
