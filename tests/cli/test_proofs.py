"""`mapproof prove` and `mapproof verify` as a user runs them: results, exit codes, and what is said of bad input."""

from __future__ import annotations

import json
import re

import pytest

PROGRAM = """\
#include <sys/mman.h>
static void *map(unsigned long size, int prot) {
  return mmap(0, size, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}
int main(void) { return map(4096, PROT_READ | PROT_WRITE) == 0; }
"""


PROOF: list[bytes] = []
"""What the first test that needs it had the command write."""


@pytest.fixture
def proved(tmp_path, mapproof_in):
    """A program and its proof, in the test's folder."""
    (tmp_path / "a.c").write_text(PROGRAM)
    proof = tmp_path / "a.proof.json"
    if not PROOF:
        done = mapproof_in("prove", "a.c", "--site", "a.c:3", "-o", proof.name)
        assert (done.returncode, done.stderr) == (0, ""), done.stderr
        assert re.fullmatch(r"a\.proof\.json: a\.c:3 asks for rw- only: \d+ steps\n", done.stdout)
        PROOF.append(proof.read_bytes())
    proof.write_bytes(PROOF[0])
    return proof


def test_a_proof_is_an_in_toto_statement_and_holds(proved, mapproof_in):
    document = json.loads(proved.read_bytes())
    assert document["_type"] == "https://in-toto.io/Statement/v1"
    assert document["subject"][0]["name"] == "a.c"
    assert document["predicate"]["site"]["function"] == "map"
    assert [duty["name"] for duty in document["predicate"]["obligations"]] == ["O1", "O2", "O3", "O4", "O5", "O6"]
    done = mapproof_in("verify", "a.proof.json")
    assert done.returncode == 0
    assert done.stdout.startswith("holds: a.c:3: mmap asks for rw- only")


def test_it_is_proved_anew_where_the_file_has_moved_on(proved, mapproof_in):
    (proved.parent / "a.c").write_text("/* one line more */\n" + PROGRAM.replace("4096", "8192"))
    done = mapproof_in("verify", "a.proof.json")
    assert done.returncode == 0
    assert done.stdout.startswith("holds elsewhere: ")
    assert "a.c has changed" in done.stdout
    assert "proved anew at a.c:4" in done.stdout


def test_it_lapses_with_the_step_that_fails(proved, mapproof_in):
    (proved.parent / "a.c").write_text(PROGRAM.replace("PROT_WRITE", "PROT_EXEC"))
    done = mapproof_in("verify", "a.proof.json")
    assert done.returncode == 4
    assert done.stdout.startswith("lapsed: ")
    assert re.search(r"step \d+ \(.+\) fails: it said .+; now .+", done.stdout)


def test_another_place_can_be_given(proved, tmp_path, mapproof_in):
    (tmp_path / "there").mkdir()
    (proved.parent / "a.c").rename(tmp_path / "there" / "b.c")
    assert mapproof_in("verify", "a.proof.json", "there/b.c").stdout.startswith("holds: ")
    done = mapproof_in("verify", "a.proof.json")
    assert done.returncode == 2
    assert "subject[0].name: a.c: No such file or directory: give the file's path after the proof" in done.stderr


def test_a_file_that_has_come_into_the_folder_counts(tmp_path, mapproof_in):
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "a.c").write_text(PROGRAM)
    assert mapproof_in("prove", "src", "--site", "src/a.c:3", "-o", "p.json").returncode == 0
    (tmp_path / "src" / "b.c").write_text("int nothing;\n")
    assert mapproof_in("verify", "p.json").stdout.startswith("holds elsewhere: ")
    (tmp_path / "src" / "b.c").write_text("#include <sys/mman.h>\nint x(void *p) { return mprotect(p, 1, 7); }\n")
    done = mapproof_in("verify", "p.json")
    assert done.returncode == 4
    assert "src/b.c has been added" in done.stdout


def test_nothing_is_written_where_nothing_is_proved(tmp_path, mapproof_in):
    (tmp_path / "a.c").write_text(PROGRAM[: PROGRAM.index("int main")].replace("static ", ""))
    done = mapproof_in("prove", "a.c", "--site", "a.c:3", "-o", "a.proof.json")
    assert done.returncode == 3
    assert "a.c:3:10 is unresolved" in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.c"]


def test_a_violation_is_proved_as_one(tmp_path, mapproof_in):
    (tmp_path / "a.c").write_text(PROGRAM.replace("PROT_WRITE", "PROT_WRITE | PROT_EXEC"))
    done = mapproof_in("prove", "a.c", "--site", "a.c:3", "-o", "a.proof.json")
    assert (done.returncode, done.stderr) == (0, "")
    assert "a.c:3 asks for rwx, violation" in done.stdout
    done = mapproof_in("verify", "a.proof.json")
    assert done.returncode == 0
    assert "holds: a.c:3: violation: mmap asks for rwx, w and x at once, whenever it is called" in done.stdout
    (tmp_path / "a.c").write_text(PROGRAM)
    done = mapproof_in("verify", "a.proof.json")
    assert done.returncode == 4
    assert "a.c has changed" in done.stdout


@pytest.mark.parametrize("site", ["a.c:99", "b.c:3", "0123456789abcdef", "a.c", ""])
@pytest.mark.usefixtures("proved")
def test_a_site_that_is_not_there(site, mapproof_in):
    done = mapproof_in("prove", "a.c", "--site", site)
    assert done.returncode == 2
    assert "no such site: there is a.c:3:10" in done.stderr


@pytest.mark.usefixtures("proved")
def test_a_place_that_cannot_be_written(mapproof_in):
    done = mapproof_in("prove", "a.c", "--site", "a.c:3", "-o", "no/such/folder.json")
    assert done.returncode == 2
    assert "no/such/folder.json: No such file or directory" in done.stderr


def _edit(document, *path, value):
    for key in path[:-1]:
        document = document[key]
    document[path[-1]] = value


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (("predicateType",), "urn:mapproof:proof:v9", "predicateType is 'urn:mapproof:proof:v9'"),
        (("_type",), "else", "_type is 'else'"),
        (("predicate", "steps", 0, "kind"), "oracle", "predicate.steps[0].kind"),
        (("predicate", "steps", 1, "premises"), [1], "predicate.steps[1].premises[0] is 1: a step rests on earlier"),
        (("predicate", "steps", 1, "premises"), [-1], "predicate.steps[1].premises[0]"),
        (("predicate", "site", "line"), 0, "predicate.site.line"),
        (("predicate", "site", "path"), "b.c", "predicate.site.path is none of the subjects"),
        (("subject", 0, "digest", "sha256"), "x", "subject[0].digest.sha256"),
        (("predicate", "verdict"), "harmless", "predicate.verdict"),
        (("predicate", "rule"), 3, "predicate.rule"),
        (("predicate", "unheard"), 3, "unheard"),
    ],
)
def test_a_malformed_proof_names_the_field(path, value, said, proved, mapproof_in):
    document = json.loads(proved.read_bytes())
    _edit(document, *path, value=value)
    proved.write_text(json.dumps(document))
    done = mapproof_in("verify", "a.proof.json")
    assert (done.returncode, done.stdout) == (2, "")
    assert "a.proof.json: malformed: " in done.stderr
    assert said in done.stderr


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"_type": 1}', b"[" * 100_000])
def test_what_is_no_proof_at_all(data, tmp_path, mapproof_in):
    (tmp_path / "p.json").write_bytes(data)
    done = mapproof_in("verify", "p.json")
    assert (done.returncode, done.stdout) == (2, "")
    assert "p.json: malformed: " in done.stderr
    assert "Traceback" not in done.stderr


def test_a_proof_that_is_not_there_or_too_large(tmp_path, mapproof_in):
    assert "none.json: No such file" in mapproof_in("verify", "none.json").stderr
    with (tmp_path / "huge.json").open("wb") as file:
        file.truncate(1 << 30)
    done = mapproof_in("verify", "huge.json")
    assert done.returncode == 2
    assert "larger than 64 MiB" in done.stderr


def test_a_subject_that_has_grown_too_large(proved, mapproof_in):
    with (proved.parent / "a.c").open("wb") as file:
        file.truncate(1 << 30)
    done = mapproof_in("verify", "a.proof.json")
    assert done.returncode == 2
    assert "subject[0].name: a.c: larger than" in done.stderr
