"""`mapproof triage` as a user runs it: a tool's report in, an answer to each alert out."""

from __future__ import annotations

import json
import platform
import shutil
import subprocess
import zipfile
from pathlib import Path

import corpus
import jsonschema
import pytest

BENIGN = """\
#include <sys/mman.h>
void *shared(int fd, unsigned long n) {
  return mmap(0, n, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
}
"""
VIOLATION = BENIGN.replace("PROT_WRITE,", "PROT_WRITE | PROT_EXEC,")


def sarif(*results: dict, tool: str = "Some Scanner") -> str:
    """A log of one run."""
    return json.dumps({"version": "2.1.0", "runs": [{"tool": {"driver": {"name": tool}}, "results": list(results)}]})


def result(message: str, uri: str, line: int | None = None, rule: str = "r1") -> dict:
    """A result as most tools write one."""
    region = {} if line is None else {"region": {"startLine": line}}
    place = {"physicalLocation": {"artifactLocation": {"uri": uri}, **region}}
    return {"ruleId": rule, "message": {"text": message}, "locations": [place]}


@pytest.fixture
def answered(tmp_path, mapproof_in):
    """The answers to some results about the source in ``src/``."""

    def run(source: str, *results: dict, code: int = 0) -> list[dict]:
        (tmp_path / "src").mkdir(exist_ok=True)
        (tmp_path / "src" / "shared.c").write_text(source)
        (tmp_path / "scan.sarif").write_text(sarif(*results))
        done = mapproof_in("triage", "scan.sarif", "--source", "src", "--format", "json")
        assert done.returncode == code, done.stderr
        found = json.loads(done.stdout)
        assert found["summary"]["alerts"] == found["summary"]["answers"] == len(results)
        return found["answers"]

    return run


def test_what_is_true_and_harmless_is_said_to_be_both(answered, tmp_path, mapproof_in):
    (one,) = answered(BENIGN, result("maps memory with PROT_WRITE", "src/shared.c", 3))
    assert (one["outcome"], one["claim"], one["match"]["how"]) == ("true-but-benign", "writable-mapping", "line")
    assert one["rule"] == "shared-data-memory"
    assert len(one["proofs"]) == 1
    mapproof_in("triage", "scan.sarif", "--source", "src", "--proofs", "proofs")
    (proof,) = (tmp_path / "proofs").iterdir()
    assert mapproof_in("verify", proof).stdout.startswith("holds: src/shared.c:3")


def test_a_false_claim_about_the_same_call_is_refuted(answered):
    (one,) = answered(BENIGN, result("memory is mapped PROT_WRITE | PROT_EXEC", "shared.c", 3))
    assert (one["outcome"], one["claim"]) == ("refuted", "writable-and-executable")
    assert one["proofs"]


@pytest.mark.parametrize("message", ["maps with PROT_WRITE", "PROT_EXEC memory", "RWX mapping", "calls mmap"])
def test_what_is_writable_and_executable_is_confirmed_whatever_is_claimed(answered, message):
    (one,) = answered(VIOLATION, result(message, "/build/agent7/src/shared.c", 3), code=1)
    assert one["outcome"] == "confirmed"
    assert not one["proofs"]


def test_nothing_is_dropped(answered):
    found = answered(
        BENIGN,
        result("a cat sat on the mat", "src/shared.c", 3),
        result("maps memory with PROT_WRITE", "src/gone.c", 3),
        result("no stack canary", "src/shared.c"),
        {"message": 7},
    )
    assert [one["outcome"] for one in found] == ["undecided", "not-covered", "not-covered", "undecided"]
    assert "no claim known" in found[0]["reason"]
    assert "src/gone.c" in found[1]["reason"]


def test_hostile_arguments_are_told_apart_from_hostile_reports(tmp_path, mapproof_in):
    (tmp_path / "scan.sarif").write_text(sarif())
    for arguments, says in (
        (["gone.sarif"], "gone.sarif: No such file"),
        (["scan.sarif", "--source", "gone"], "gone: no such file or folder"),
        (["scan.sarif", "--format", "docx"], "no such format: choose one of"),
        (["scan.sarif", "--map", "here"], "'here' is not FROM=TO"),
    ):
        done = mapproof_in("triage", *arguments)
        assert (done.returncode, done.stdout) == (2, "")
        assert says in done.stderr
    assert "0 alerts in, 0 answered" in mapproof_in("triage", "scan.sarif").stdout


def test_a_report_that_is_torn_fails_the_run(tmp_path, mapproof_in):
    (tmp_path / "shared.c").write_text(BENIGN)
    (tmp_path / "torn.sarif").write_text(sarif(*[result("maps memory with PROT_WRITE", "shared.c", 3)] * 5)[:-80])
    done = mapproof_in("triage", "torn.sarif", "--source", "shared.c")
    assert done.returncode == 2
    assert "4 alerts in, 4 answered: 4 true-but-benign" in done.stdout
    assert "not read torn.sarif: no whole SARIF log" in done.stdout
    done = mapproof_in("triage", "torn.sarif", "--source", "shared.c", "--quiet")
    assert "not read torn.sarif: no whole SARIF log" in done.stdout, "what was lost is no matter of taste"
    assert "alerts in" not in done.stdout


def test_what_is_undecided_or_not_covered_fails_a_strict_gate(tmp_path, mapproof_in):
    (tmp_path / "shared.c").write_text(BENIGN)
    (tmp_path / "scan.sarif").write_text(sarif(result("a cat sat on the mat", "shared.c", 3)))
    command = ["triage", "scan.sarif", "--source", "shared.c"]
    assert mapproof_in(*command).returncode == 0
    assert mapproof_in(*command, "--strict").returncode == 3
    assert mapproof_in(*command, "--strict", "--exit-zero").returncode == 0


def test_a_folder_of_the_alerts_is_said_to_be_here(tmp_path, mapproof_in):
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "mem.c").write_text(BENIGN)
    (tmp_path / "scan.sarif").write_text(sarif(result("maps memory with PROT_WRITE", "a/mem.c", 3)))
    command = ["triage", "scan.sarif", "--source", "b"]
    assert "only the name in common (--map" in mapproof_in(*command).stdout.replace("\n          ", " ")
    assert "1 true-but-benign" in mapproof_in(*command, "--map", "a=b").stdout


def test_an_acceptance_in_the_policy_answers(tmp_path, mapproof_in):
    (tmp_path / "jit.c").write_text(
        "#include <sys/mman.h>\nvoid *code(int fd) { return mmap(0, 4096, PROT_EXEC, MAP_PRIVATE, fd, 0); }\n"
    )
    (tmp_path / "scan.sarif").write_text(sarif(result("memory is mapped PROT_EXEC", "jit.c", 2)))
    command = ["triage", "scan.sarif", "--source", "jit.c", "--cache", "kept"]
    done = mapproof_in(*command)
    assert (done.returncode, "1 confirmed" in done.stdout) == (1, True)
    (tmp_path / "mapproof.toml").write_text(
        '[[accept]]\npath = "jit.c"\nreason = "the plug-ins"\nauthor = "ada"\nexpires = 2999-01-31\n'
    )
    done = mapproof_in(*command)
    assert (done.returncode, "accepted: the plug-ins (ada)" in " ".join(done.stdout.split())) == (0, True)
    (tmp_path / "mapproof.toml").write_text(
        '[[accept]]\npath = "jit.c"\nreason = "the plug-ins"\nauthor = "ada"\nexpires = 2001-01-31\n'
    )
    assert mapproof_in(*command).returncode == 1, "what has expired accepts nothing, whatever was kept"


def test_what_rests_on_a_refused_assumption_is_not_decided(tmp_path, mapproof_in):
    (tmp_path / "shared.c").write_text(BENIGN)
    (tmp_path / "scan.sarif").write_text(sarif(result("maps memory with PROT_WRITE", "shared.c", 3)))
    (tmp_path / "mapproof.toml").write_text('assumptions = ["gnu-stack"]\n')
    done = mapproof_in("triage", "scan.sarif", "--source", "shared.c")
    assert "1 undecided" in done.stdout
    assert "rests on what the policy does not accept: external-symbol" in " ".join(done.stdout.split())


def test_rows_of_ones_own_are_checked_with_the_rules(tmp_path, mapproof_in):
    (tmp_path / "mine" / "alerts").mkdir(parents=True)
    rows = tmp_path / "mine" / "alerts" / "house.toml"
    rows.write_text('tools = ["House*"]\n[[alert]]\nrule = ["M-1"]\nclaim = "mapping-call"\nsource = "our wiki"\n')
    assert mapproof_in("rules", "lint", "mine/alerts/house.toml").returncode == 0
    rows.write_text(rows.read_text().replace("mapping-call", "mapping-cal"))
    done = mapproof_in("rules", "lint", "mine/alerts/house.toml")
    assert done.returncode == 2
    assert "house.toml:4: claim: mapping-cal is none of" in done.stderr


def test_the_document_keeps_to_its_schema(tmp_path, mapproof_in):
    (tmp_path / "shared.c").write_text(BENIGN)
    (tmp_path / "scan.sarif").write_text(sarif(result("maps memory with PROT_WRITE", "shared.c", 3), {"message": 7}))
    done = mapproof_in("triage", "scan.sarif", "--source", "shared.c", "--format", "json")
    schema = json.loads(mapproof_in("schema", "triage").stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(json.loads(done.stdout))


@pytest.fixture(scope="module")
def libsqlite(tmp_path_factory) -> Path:
    """A real SQLite as a library: this system's, or else built from the pinned sources."""
    for found in sorted(Path("/usr/lib").glob("x86_64-linux-gnu/libsqlite3.so.0")):
        return found
    tree = corpus.path("sqlite-3.50.4")
    if tree is None or shutil.which("gcc") is None or platform.machine() != "x86_64":
        pytest.skip("no libsqlite3.so.0 here, and none can be built: needs x86-64, gcc and `make corpus`")
    folder = tmp_path_factory.mktemp("sqlite")
    text = (tree / "sqlite3.c").read_bytes().partition(b'\n#include "init.h"')[0]
    (folder / "sqlite3.c").write_bytes(text)
    built = folder / "libsqlite.so"
    subprocess.run(
        ["gcc", "-O1", "-w", "-shared", "-fPIC", "-s", "-o", built, folder / "sqlite3.c", "-lpthread", "-ldl", "-lm"],
        check=True,
    )
    return built


def test_the_alert_that_all_this_is_for(tmp_path, mapproof_in, libsqlite):
    """A mobile app's package, a scanner that says PROT_WRITE, and a reader who has never heard of any of this."""
    with zipfile.ZipFile(tmp_path / "app.apk", "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("AndroidManifest.xml", b"\x03\x00\x08\x00")
        package.write(libsqlite, "lib/x86_64/libsqlite.so")
    message = "native library maps memory with PROT_WRITE"
    (tmp_path / "scan.sarif").write_text(
        sarif(
            result(message, "lib/x86_64/libsqlite.so", rule="QK-1107"),
            result(message, "file:///uploads/17/app.apk", rule="QK-1107"),
            result("memory is writable and executable at once", "lib/x86_64/libsqlite.so", rule="QK-1108"),
            tool="Mobile Scanner",
        )
    )
    done = mapproof_in("triage", "scan.sarif", "--artifact", "app.apk", "--proofs", "proofs", "--strict")
    assert done.returncode == 0, done.stdout
    said = " ".join(done.stdout.split())
    assert "1. true-but-benign lib/x86_64/libsqlite.so" in said
    assert "2. true-but-benign /uploads/17/app.apk" in said
    assert "3. refuted lib/x86_64/libsqlite.so" in said
    assert "True, and harmless: the memory holds data only" in said
    assert "shared data by which the processes that use one database find pages in its log" in said
    assert "mapproof explain sqlite-wal-index says what such memory is for" in said
    assert "3 alerts in, 3 answered: 1 refuted, 2 true-but-benign" in said
    proofs = sorted((tmp_path / "proofs").iterdir())
    assert len(proofs) >= 3
    for proof in proofs:
        assert mapproof_in("verify", proof).stdout.startswith("holds: app.apk!lib/x86_64/libsqlite.so")
    (tmp_path / "moved").mkdir()
    (tmp_path / "app.apk").rename(tmp_path / "moved" / "renamed.apk")
    assert mapproof_in("verify", proofs[0], "moved/renamed.apk").stdout.startswith("holds: app.apk!lib/")
