"""`mapproof semgrep`: slices in, both answers out; with a stand-in that fails, and with Semgrep itself."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BESIDE = ROOT / ".cache" / "tools" / "semgrep" / "bin" / "semgrep"
SEMGREP = os.environ.get("MAPPROOF_SEMGREP") or shutil.which("semgrep") or (str(BESIDE) if BESIDE.exists() else None)

SOURCE = """\
#include <sys/mman.h>
#define LINKAGE static

int nothing(void) { return 1; }

LINKAGE void *code(unsigned long n)
{
    return mmap(0, n, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

void *never(unsigned long n)
{
    int prot = PROT_WRITE | PROT_EXEC;
    prot = PROT_READ;
    return mmap(0, n, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void *inner(int prot) { return mmap(0, 1, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); }
void *outer(void) { return inner(7); }
"""

STAND_IN = """\
#!{python}
import json, pathlib, sys
results, scanned, errors = [], [], []
for path in sorted(pathlib.Path(sys.argv[-1]).iterdir()):
    text = path.read_text()
    if "LINKAGE" in text:
        errors.append({{"type": "Syntax error", "path": str(path)}})
    scanned.append(str(path))
    for number, line in enumerate(text.splitlines(), 1):
        if "PROT_EXEC" in line:
            results.append({{"check_id": "rules.x.write-exec", "path": str(path), "start": {{"line": number}}}})
print(json.dumps({{"results": results, "errors": errors, "paths": {{"scanned": scanned}}}}))
"""


@pytest.fixture
def source(tmp_path):
    (tmp_path / "a.c").write_text(SOURCE)
    return tmp_path / "a.c"


def test_both_answers_stand_side_by_side(mapproof_in, tmp_path, source):
    program = tmp_path / "stand-in"
    program.write_text(STAND_IN.format(python=sys.executable))
    program.chmod(0o755)
    done = mapproof_in("semgrep", "--semgrep", program, source.name)
    assert done.returncode == 1, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].startswith("a.c:8: semgrep[write-exec]: violation[write-exec-mapping]")
    assert lines[1].startswith("a.c:13: semgrep[write-exec]: ")
    assert "violation" not in lines[1], "what is taken away again is no violation"
    assert "a.c:18:39: only mapproof: violation[write-exec-mapping]" in lines
    assert "a.c:6: not covered by Semgrep: Syntax error" in lines
    assert lines[-1].endswith("1 of 4 functions not covered by Semgrep")
    document = json.loads(mapproof_in("semgrep", "--semgrep", program, "--format", "json", source.name).stdout)
    assert [match["line"] for match in document["matches"]] == [8, 13]
    assert document["functions"] == 4


def test_a_program_that_is_missing_or_says_nothing_is_told(mapproof_in, tmp_path, source):
    assert "no such program" in mapproof_in("semgrep", "--semgrep", "nosuch", source.name).stderr
    program = tmp_path / "mute"
    program.write_text("#!/bin/sh\necho broken >&2\nexit 2\n")
    program.chmod(0o755)
    done = mapproof_in("semgrep", "--semgrep", program, source.name)
    assert (done.returncode, "gave no JSON: broken" in done.stderr) == (2, True)


@pytest.mark.skipif(SEMGREP is None, reason="semgrep is not installed: run `make tools`")
def test_semgrep_itself(mapproof_in, source):
    assert SEMGREP is not None
    done = mapproof_in("semgrep", "--semgrep", SEMGREP, source.name)
    assert done.returncode == 1, done.stderr
    assert "a.c:8: semgrep[write-exec-mapping]: violation[write-exec-mapping]" in done.stdout
    assert "a.c:18:39: only mapproof: violation[write-exec-mapping]" in done.stdout
