"""Whatever the input: no traceback, the file named, other files intact, a documented exit code, in time."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Final

import pytest
from tests.hostile.cases import CASES, Case, returning

import mapproof

SECONDS: Final = 100
"""How long any one case may take on a busy machine; most take less than one second."""
MEMORY: Final = 4 << 30
"""Bytes of address space: a case must not ask for all there is."""
DOCUMENTED: Final = frozenset({0, 1, 2, 3})

GOOD: Final = """#include <sys/mman.h>
void *good_code(unsigned long good_length) {
  return mmap(0, good_length, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}
"""

Run = subprocess.CompletedProcess[bytes]
Document = dict[str, Any]


def mapproof_check(*arguments: str | Path) -> Run:
    return subprocess.run(
        [sys.executable, "-m", "mapproof", "check", *arguments],
        env={**os.environ, "PYTHONPATH": str(Path(mapproof.__file__).resolve().parents[1])},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=SECONDS,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY)),
    )


def civil(run: Run) -> None:
    said = run.stdout + run.stderr
    assert b"Traceback" not in said, said[-2000:].decode(errors="replace")
    assert run.returncode in DOCUMENTED, (run.returncode, run.stderr[-2000:])


def document(run: Run) -> Document:
    civil(run)
    return json.loads(run.stdout)


def good_is_intact(report: Document) -> None:
    found = [site for site in report["sites"] if site["artifact"].endswith("/good.c")]
    assert [(site["location"]["line"], site["function"], site["verdict"]) for site in found] == [
        (3, "good_code", "violation")
    ]
    assert "rwx" in found[0]["protections"]


def is_bad(path: str) -> bool:
    return Path(path).stem == "bad"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_hostile_file_beside_a_good_one(case: Case, tmp_path: Path) -> None:
    (tmp_path / "good.c").write_text(GOOD)
    case.write(tmp_path)
    started = time.monotonic()
    run = mapproof_check("--format", "json", tmp_path)
    assert time.monotonic() - started < SECONDS
    report = document(run)
    assert run.returncode == 1, "the good file has a violation"
    good_is_intact(report)
    gaps = [gap for gap in report["errors"] if is_bad(gap["path"])]
    sites = [site for site in report["sites"] if is_bad(site["artifact"])]
    assert case.hidden or gaps or sites, "neither a site nor a gap: the file is passed over in silence"
    if case.allows:
        said = {protection for site in sites for protection in site["protections"]}
        assert gaps or any(site["open"] for site in sites) or case.allows in said, said
    assert all(gap["detail"] and gap["kind"] for gap in gaps)
    for site in sites:
        executable = any("x" in protection for protection in site["protections"])
        assert site["verdict"] != "benign" or not (executable or site["open"]), site


def test_missing_path_alone(tmp_path: Path) -> None:
    run = mapproof_check(tmp_path / "nowhere.c")
    civil(run)
    assert run.returncode == 2
    assert b"nowhere.c" in run.stderr
    assert run.stderr.count(b"\n") <= 2


def test_missing_path_beside_a_good_file(tmp_path: Path) -> None:
    (tmp_path / "good.c").write_text(GOOD)
    run = mapproof_check("--format", "json", tmp_path / "nowhere.c", tmp_path / "good.c")
    report = document(run)
    assert run.returncode == 1
    good_is_intact(report)
    assert [(Path(gap["path"]).name, gap["kind"]) for gap in report["errors"]] == [("nowhere.c", "missing")]


def test_path_through_a_file(tmp_path: Path) -> None:
    (tmp_path / "good.c").write_text(GOOD)
    run = mapproof_check("--format", "json", tmp_path / "good.c", tmp_path / "good.c" / "inside.c")
    report = document(run)
    good_is_intact(report)
    assert [Path(gap["path"]).name for gap in report["errors"]] == ["inside.c"]


def test_folder_without_sources(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mmap(0, 0, 7)")
    run = mapproof_check("--format", "json", tmp_path)
    report = document(run)
    assert run.returncode == 0
    assert report["summary"]["files"] == 0
    assert report["sites"] == []
    assert mapproof_check("--strict", tmp_path).returncode == 3, "nothing was looked at: a strict gate must not pass"


def test_devices_and_pipes_named_on_the_command_line(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.c")
    (tmp_path / "good.c").write_text(GOOD)
    run = mapproof_check("--format", "json", "/dev/zero", tmp_path / "pipe.c", "/dev/null", tmp_path / "good.c")
    report = document(run)
    good_is_intact(report)
    assert {gap["path"] for gap in report["errors"]} >= {"/dev/zero", str(tmp_path / "pipe.c")}


def test_one_file_named_often(tmp_path: Path) -> None:
    (tmp_path / "good.c").write_text(GOOD)
    (tmp_path / "again.c").symlink_to("good.c")
    run = mapproof_check("--format", "json", tmp_path / "good.c", tmp_path, tmp_path / "." / "good.c")
    report = document(run)
    good_is_intact(report)


def test_strict_gate_does_not_pass_a_gap(tmp_path: Path) -> None:
    (tmp_path / "bad.c").write_text(returning("(" * 10_000 + "PROT_READ"))
    assert mapproof_check("--strict", tmp_path).returncode == 3
    assert mapproof_check("--strict", "--exit-zero", tmp_path).returncode == 0


def test_output_that_nobody_reads(tmp_path: Path) -> None:
    """As in ``mapproof check . | head -1``: the reader goes away early."""
    (tmp_path / "bad.c").write_text("".join(returning("PROT_READ").replace(" *f", f" *f{i}") for i in range(3000)))
    environment = {**os.environ, "PYTHONPATH": str(Path(mapproof.__file__).resolve().parents[1])}
    command = [sys.executable, "-m", "mapproof", "check", "--format", "json", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        complaint = process.stderr.read()
        process.wait(SECONDS)
    assert b"Traceback" not in complaint
    assert b"Exception ignored" not in complaint
