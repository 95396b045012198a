"""What was worked out is used again as long as nothing that it depends on has changed, and never longer."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mapproof.commands import units
from mapproof.commands.cache import Cache, cache_at
from mapproof.commands.triaging import triage

from .conftest import gate, log, result

HARMLESS = """\
#include "n.h"
#include <sys/mman.h>
void *shared(int fd, unsigned long n) {
  return mmap(0, n, PROT_READ | MORE, MAP_SHARED, fd, 0);
}
"""


@pytest.fixture
def scene(tmp_path, monkeypatch):
    """Two runs over sources with a header beside them: what the second comes to."""
    monkeypatch.chdir(tmp_path)
    Path("src").mkdir()
    Path("inc").mkdir()
    Path("src/a.c").write_text(HARMLESS)
    Path("inc/n.h").write_text("#define MORE PROT_WRITE\n")
    Path("report").write_text(json.dumps(log(result("maps memory with PROT_WRITE", "src/a.c", 4))))
    cache = Cache(tmp_path / "cache")

    def run(**options):
        found = triage(["report"], ["src"], [], options.pop("gate", gate()), options.pop("kept", cache), {})
        return found.answers[0].outcome.value, found.kept

    return run


@pytest.fixture
def including():
    own = gate()
    own.options = type(own.options)(include_dirs=("inc",))
    return own


def test_a_second_run_works_nothing_out(scene, including, monkeypatch):
    assert scene(gate=including) == ("true-but-benign", 0)
    monkeypatch.setattr(units, "work_out", None)
    assert scene(gate=including) == ("true-but-benign", 1)


@pytest.mark.parametrize(
    "change",
    [
        lambda: Path("src/a.c").write_text(HARMLESS.replace("MORE", "7")),
        lambda: Path("inc/n.h").write_text("#define MORE (PROT_WRITE | PROT_EXEC)\n"),
        lambda: Path("src/b.c").write_text(
            "#include <sys/mman.h>\nvoid b(void *p) { mprotect(p, 4096, PROT_EXEC); }\n"
        ),
    ],
    ids=["the file", "a header", "another file"],
)
def test_whatever_changes_the_answer_changes_the_key(scene, including, change):
    assert scene(gate=including) == ("true-but-benign", 0)
    change()
    outcome, kept = scene(gate=including)
    assert outcome != "true-but-benign"
    assert kept == 0


def test_rules_and_macros_are_part_of_the_key(scene, including):
    scene(gate=including)
    including.options = type(including.options)(include_dirs=("inc",), defines={"X": "1"})
    assert scene(gate=including)[1] == 0
    including.pack.__dict__["digest"] = "0" * 64
    assert scene(gate=including)[1] == 0
    assert scene(gate=including)[1] == 1


@pytest.mark.parametrize(
    "spoil", [lambda data: data[:0], lambda data: data[:-9], lambda data: data.replace(b"rw-", b"r--")]
)
def test_a_spoiled_entry_is_worked_out_anew(scene, including, tmp_path, spoil):
    scene(gate=including)
    entries = [path for path in (tmp_path / "cache").rglob("*") if path.is_file() and "dossiers" in path.parts]
    assert entries
    for path in entries:
        path.write_bytes(spoil(path.read_bytes()))
    assert scene(gate=including) == ("true-but-benign", 0)
    assert scene(gate=including) == ("true-but-benign", 1)


def test_a_proof_that_was_deleted_is_written_again(scene, including, tmp_path):
    scene(gate=including)
    for path in (tmp_path / "cache").rglob("proofs/*/*"):
        path.unlink()
    assert scene(gate=including)[1] == 0


def test_a_cache_that_cannot_be_written_is_done_without(scene, including, tmp_path):
    (tmp_path / "plain").write_text("no folder")
    cache = Cache(tmp_path / "plain")
    assert scene(gate=including, kept=cache) == ("true-but-benign", 0)
    assert "nothing is kept there" in cache.notes[0]


def test_the_users_cache_is_found_as_the_standard_says(tmp_path):
    assert cache_at(None, {"XDG_CACHE_HOME": str(tmp_path / "x")}).folder == tmp_path / "x" / "mapproof" / "triage"
    assert cache_at(None, {"XDG_CACHE_HOME": "relative", "HOME": str(tmp_path)}).folder == (
        tmp_path / ".cache" / "mapproof" / "triage"
    )
    assert cache_at(None, {}).folder is None
    assert not cache_at(None, {}).notes
    assert cache_at("/proc/nowhere", {}).notes


def test_a_folder_that_others_can_write_to_is_not_believed(tmp_path):
    folder = tmp_path / "shared"
    folder.mkdir()
    folder.chmod(0o777)
    found = cache_at(str(folder), {})
    assert found.folder is None
    assert "somebody else can write there" in found.notes[0]


@pytest.mark.usefixtures("scene")
def test_three_processes_at_once_do_no_harm(tmp_path):
    command = [sys.executable, "-m", "mapproof", "triage", "report", "--source", "src", "-I", "inc", "--cache", "both"]
    here = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    running = [
        subprocess.Popen([*command, "--format", "json"], cwd=tmp_path, env=here, stdout=subprocess.PIPE)
        for _ in range(3)
    ]
    said = {process.communicate()[0] for process in running}
    assert {process.returncode for process in running} == {0}
    assert len(said) == 1
    assert json.loads(said.pop())["answers"][0]["outcome"] == "true-but-benign"
    assert not list((tmp_path / "both").rglob(".*"))
