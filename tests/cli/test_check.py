"""``mapproof check``: verdicts, streams and exit codes of real runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from mapproof.report.document import schema

from .conftest import environment

FULL = Path("/dev/full")


def test_a_violation_is_framed_and_exits_1(mapproof_in, wx):
    done = mapproof_in("check", wx.name)
    assert done.returncode == 1
    assert done.stderr == ""
    assert done.stdout.startswith("wx.c:3:10: violation[")
    assert "3 |   return mmap(0, n, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE" in done.stdout
    carets = next(line for line in done.stdout.splitlines() if "^" in line)
    source = next(line for line in done.stdout.splitlines() if "PROT_EXEC, MAP" in line)
    assert source[carets.index("^") : carets.rindex("^") + 1] == "PROT_READ | PROT_WRITE | PROT_EXEC"
    assert "\x1b" not in done.stdout
    assert done.stdout.splitlines()[-1].startswith("1 violation, 0 executable, 0 unresolved, 0 benign (proved), ")


def test_nothing_found_is_nothing_to_object_to(mapproof_in, hitless):
    done = mapproof_in("check", hitless.name)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(
        "0 violations, 0 executable, 0 unresolved, 0 benign (proved), 0 not covered; 1 file in"
    )
    assert mapproof_in("check", "--quiet", hitless.name).stdout == ""


def test_reporting_only_exits_0(mapproof_in, wx):
    assert mapproof_in("check", "--exit-zero", wx).returncode == 0


def test_json_is_the_contract_and_stays_the_same(mapproof_in, wx, hitless):
    first = mapproof_in("check", "--format", "json", wx.name, hitless.name)
    again = mapproof_in("check", "--format=json", wx.name, hitless.name, FORCE_COLOR="1", COLUMNS="60")
    assert first.stdout == again.stdout
    assert first.returncode == 1
    document = json.loads(first.stdout)
    jsonschema.Draft202012Validator(schema()).validate(document)
    (site,) = document["sites"]
    assert site["artifact"] == "wx.c"
    assert site["protections"] == ["rwx"]
    assert site["location"] == {"line": 3, "column": 10, "end_line": 3}
    assert os.sep + "wx.c" not in first.stdout, "paths are printed as they were given"


def test_a_path_that_is_missing_among_others_is_a_gap(mapproof_in, hitless):
    done = mapproof_in("check", hitless.name, "nosuch.c")
    assert done.returncode == 0
    assert "nosuch.c: not covered[missing]" in done.stdout
    assert "1 not covered; 1 file in" in done.stdout
    assert mapproof_in("check", "--strict", hitless.name, "nosuch.c").returncode == 3
    assert mapproof_in("check", "--strict", hitless.name).returncode == 0


def test_nothing_but_missing_paths_is_a_bad_argument(mapproof_in):
    done = mapproof_in("check", "nosuch.c", "nor-this")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "mapproof: error: nosuch.c: no such file or folder: name one that exists\n"


def test_a_folder_without_anything_to_read_is_clean_unless_strict(mapproof_in, tmp_path):
    (tmp_path / "empty").mkdir()
    assert mapproof_in("check", "empty").returncode == 0
    assert mapproof_in("check", "--strict", "empty").returncode == 3


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ([], "no command given"),
        (["check"], "PATH"),
        (["chekc", "."], "chekc"),
        (["check", "--colour", "always", "."], "--colour"),
        (["check", "--color", "sometimes", "."], "sometimes"),
        (["check", "-D", "1X", "."], "'1X' does not begin with a macro's name"),
        (["check", "-D", "F(x)=x", "."], "'F(x)=x' does not begin with a macro's name"),
        (["check", "-U", "X=1", "."], "'X=1' does not begin with a macro's name"),
        (["check", "--format", "xml", "."], "--format xml: no such format: choose one of github, gitlab, "),
        (["check", "--compile-commands", "none.json", "."], "none.json"),
        (["explain", "write-exec-maping"], "did you mean write-exec-mapping?"),
        (["explain", "zzz"], "zzz: no such rule: mapproof rules lists them"),
        (["rules", "--format", "xml"], "xml"),
    ],
)
def test_bad_arguments_get_one_line_and_exit_2(mapproof_in, arguments, complaint):
    done = mapproof_in(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("mapproof: error: ")
    assert complaint in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_reader_that_goes_away_changes_no_verdict(tmp_path, wx):
    for number in range(5):
        (tmp_path / f"wx{number}.c").write_bytes(wx.read_bytes())
    process = subprocess.Popen(
        [sys.executable, "-m", "mapproof", "check", "."],
        cwd=tmp_path,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(120) == 1


@pytest.mark.skipif(not FULL.exists(), reason="only Linux has a device that is always full")
def test_a_full_disk_is_said(tmp_path, wx):
    with FULL.open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "mapproof", "check", wx],
            cwd=tmp_path,
            env=environment(),
            check=False,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert done.returncode == 2
    assert done.stderr.startswith("mapproof: error: standard output: ")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "extra", "colored"),
    [
        ([], {}, False),
        ([], {"FORCE_COLOR": "1"}, True),
        ([], {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        (["--color", "always"], {"NO_COLOR": "1"}, True),
        (["--color=never"], {"FORCE_COLOR": "1"}, False),
    ],
)
def test_color_is_asked_for(mapproof_in, wx, arguments, extra, colored):
    assert ("\x1b[" in mapproof_in("check", *arguments, wx.name, **extra).stdout) is colored


@pytest.mark.parametrize("name", ["\x1b[2Jclear.c", "new\nline.c", "caf\udce9.c"])
def test_a_hostile_file_name_is_shown_and_not_obeyed(mapproof_in, tmp_path, wx, name):
    try:
        wx.rename(tmp_path / name)
    except OSError:
        pytest.skip("this file system takes no such name")
    done = mapproof_in("check", ".")
    assert done.returncode == 1
    assert all(char == "\n" or char.isprintable() for char in done.stdout)
    document = json.loads(mapproof_in("check", "--format", "json", ".").stdout)
    assert document["summary"]["violation"] == 1


def test_output_that_is_not_utf8_still_works(mapproof_in, wx):
    wx.write_text(wx.read_text().replace("return mmap(0,", "return mmap(/* näher */ 0,"), encoding="utf-8")
    done = mapproof_in("check", wx.name, PYTHONIOENCODING="ascii")
    assert done.returncode == 1
    assert "n\\xe4her" in done.stdout
