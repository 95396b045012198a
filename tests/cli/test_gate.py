"""The gate end to end, in real git repositories: what a commit adds is refused, what somebody decided about passes."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys

import pytest

from .conftest import environment

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

HEADER = "#define DATA_PROT (PROT_READ | PROT_WRITE)\n"
SOURCE = """\
#include <sys/mman.h>
#include "prot.h"
void *pool(unsigned long n) {
  return mmap(0, n, DATA_PROT, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}
"""


@pytest.fixture
def repository(tmp_path):
    git(tmp_path, "init", "-q")
    git(tmp_path, "config", "user.email", "ada@example.org")
    git(tmp_path, "config", "user.name", "Ada")
    (tmp_path / "prot.h").write_text(HEADER)
    (tmp_path / "pool.c").write_text(SOURCE)
    (tmp_path / "old.c").write_text(
        "#include <sys/mman.h>\nvoid *old(void) { return mmap(0, 1, 7, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); }\n"
    )
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "start")
    return tmp_path


def git(folder, *arguments) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=folder, env=environment(), check=True, capture_output=True, text=True
    )
    return done.stdout


def add_execute(repository, name):
    """Make the pool writable and executable, by its call or by the header's macro, and stage that."""
    path = repository / name
    old, new = ("n, DATA_PROT", "n, DATA_PROT | PROT_EXEC") if name.endswith(".c") else ("WRITE)", "WRITE | PROT_EXEC)")
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    git(repository, "add", name)


@pytest.mark.parametrize("changed", ["pool.c", "prot.h"])
def test_a_staged_change_to_writable_and_executable_is_refused(repository, mapproof_in, changed):
    assert mapproof_in("check", "--staged").returncode == 0
    add_execute(repository, changed)
    done = mapproof_in("check", "--staged", changed)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "pool.c:4:10: violation[write-exec-mapping]" in done.stdout
    assert "old.c" not in done.stdout, "what was there before is not the change's"
    assert "1 untouched by the change" in done.stdout


@pytest.mark.parametrize("changed", ["pool.c", "prot.h"])
def test_a_branch_is_held_against_where_it_left(repository, mapproof_in, changed):
    git(repository, "branch", "base")
    add_execute(repository, changed)
    git(repository, "commit", "-qm", "change")
    done = mapproof_in("check", "--diff", "base")
    assert done.returncode == 1
    assert "pool.c:4:10" in done.stdout
    assert "old.c" not in done.stdout
    assert mapproof_in("check", "--diff", "HEAD").returncode == 0
    (repository / "new.c").write_text((repository / "old.c").read_text())
    assert "new.c:2" in mapproof_in("check", "--diff", "HEAD").stdout, "a new file counts before git knows it"
    assert mapproof_in("check", "--diff", "nowhere").returncode == 2


def test_only_what_is_staged_counts(repository, mapproof_in):
    add_execute(repository, "prot.h")
    (repository / "prot.h").write_text(HEADER)
    assert mapproof_in("check", "--staged").returncode == 1, "the index holds the change, the disk does not"
    git(repository, "add", ".")
    (repository / "prot.h").write_text(HEADER.replace("WRITE", "WRITE | PROT_EXEC"))
    assert mapproof_in("check", "--staged").returncode == 0


def test_a_change_of_lines_is_no_change(repository, mapproof_in):
    text = (repository / "old.c").read_text()
    (repository / "old.c").write_text("// a line more\n\n" + text)
    git(repository, "add", ".")
    done = mapproof_in("check", "--staged")
    assert (done.returncode, "violation[" in done.stdout) == (0, False)


def test_a_folder_below_sees_its_own_paths(repository):
    (repository / "sub").mkdir()
    (repository / "sub" / "new.c").write_text((repository / "old.c").read_text())
    git(repository, "add", ".")
    done = subprocess.run(
        [sys.executable, "-m", "mapproof", "check", "--staged"],
        cwd=repository / "sub",
        env=environment(),
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert done.stdout.startswith("new.c:2:")


def test_a_file_that_moves_adds_nothing(repository, mapproof_in):
    git(repository, "mv", "old.c", "older.c")
    assert mapproof_in("check", "--staged").returncode == 0
    (repository / "older.c").write_text((repository / "older.c").read_text().replace("7,", "PROT_EXEC | 3,"))
    git(repository, "add", ".")
    assert mapproof_in("check", "--staged").returncode == 1, "another mask is another call"


def test_taking_a_decision_away_brings_its_finding_back(repository, mapproof_in):
    (repository / "mapproof.suppressions.toml").write_text(
        '[[suppression]]\nalias = "x"\nclaim = "accepted"\npath = "old.c"\nreason = "r"\nauthor = "a"\n'
    )
    git(repository, "add", ".")
    git(repository, "commit", "-qm", "accepted")
    (repository / "mapproof.suppressions.toml").write_text("")
    git(repository, "add", ".")
    done = mapproof_in("check", "--staged")
    assert (done.returncode, "old.c:2" in done.stdout) == (1, True)


def test_a_decision_lets_it_pass_until_its_proof_lapses(repository, mapproof_in):
    add_execute(repository, "prot.h")
    added = mapproof_in(
        "suppressions", "add", "pool.c:4", "--alias", "pool", "--reason", "the generator's own", "--author", "Ada"
    )
    assert added.returncode == 0, added.stderr
    git(repository, "add", ".")
    assert mapproof_in("check", "--staged").returncode == 0
    git(repository, "commit", "-qm", "accepted")
    text = (repository / "pool.c").read_text()
    (repository / "pool.c").write_text("\n\n" + text)
    git(repository, "add", ".")
    assert mapproof_in("check", "--staged").returncode == 0, "lines play no part"
    (repository / "pool.c").write_text(text.replace("MAP_PRIVATE", "MAP_SHARED"))
    git(repository, "add", ".")
    lapsed = mapproof_in("check", "--staged")
    assert lapsed.returncode == 4, lapsed.stdout
    assert "suppression unproved[pool]" in lapsed.stdout
    assert mapproof_in("check", "pool.c").returncode == 4
    assert mapproof_in("suppressions", "check").returncode == 4


def test_a_claim_that_is_proved_lapses_when_it_no_longer_is(repository, mapproof_in):
    added = mapproof_in(
        "suppressions", "add", "pool.c", "--claim", "never-executable", "--alias", "alert", "--alert", "semgrep:rwx",
        "--reason", "the alert is false", "--author", "Ada",
    )  # fmt: skip
    assert added.returncode == 0, added.stderr
    assert mapproof_in("check", "pool.c").returncode == 0
    text = (repository / "pool.c").read_text()
    (repository / "pool.c").write_text(text.replace("DATA_PROT", "PROT_READ"))
    assert mapproof_in("check", "pool.c").returncode == 0, "another proof of the same claim is as good"
    add_execute(repository, "prot.h")
    (repository / "pool.c").write_text(text)
    done = mapproof_in("check", "pool.c")
    assert done.returncode == 4
    assert "never-executable is not proved" in done.stdout
    assert mapproof_in("check", "--no-suppressions", "pool.c").returncode == 1
    assert mapproof_in("check", "pool.c", "old.c").returncode == 1, "what nobody decided about goes first"


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ('expires = "2020-01-01"', "expired"),
        ('expires = "when it suits"', "expired"),
        ('function = "nobody"', "unused"),
        ('holds_while = [{ sharing = ["shared"] }]', "unproved"),
    ],
)
def test_a_decision_that_counts_no_more_is_a_finding(repository, mapproof_in, change, kind):
    (repository / "mapproof.suppressions.toml").write_text(
        '[[suppression]]\nalias = "x"\nclaim = "accepted"\npath = "old.c"\nreason = "r"\nauthor = "a"\n'
    )
    assert mapproof_in("check", "old.c").returncode == 0
    assert mapproof_in("suppressions", "prune").stdout == "nothing to take away\n"
    with (repository / "mapproof.suppressions.toml").open("a") as file:
        file.write(change + "\n")
    done = mapproof_in("check", "old.c")
    assert f"suppression {kind}[x]" in done.stdout
    assert done.returncode == (1 if kind == "unused" else 4), "an unused decision leaves its finding open"
    assert mapproof_in("check", "pool.c").returncode == 0, "what was not looked at is not unused"
    mapproof_in("suppressions", "prune")
    left = (repository / "mapproof.suppressions.toml").read_text()
    assert ("alias" in left) is (kind == "unproved"), "what was disproved is for people to look at"


def test_a_comment_decides_about_its_call(repository, mapproof_in):
    text = (repository / "old.c").read_text()
    (repository / "old.c").write_text(text.replace("\nvoid", "\n// mapproof: allow[write-exec-mapping] a test\nvoid"))
    done = mapproof_in("check", "--all", "old.c")
    assert done.returncode == 0
    assert "suppressed by old.c:write-exec-mapping" in done.stdout
    (repository / "old.c").write_text("// mapproof: allow[write-exec-mapping] nothing here\nint x;\n")
    assert mapproof_in("check", "old.c").returncode == 4
    (repository / "old.c").write_text(text + "// mapproof: allow[write-exec-maping] typo\n")
    faulty = mapproof_in("check", "old.c")
    assert faulty.returncode == 2
    assert "old.c:3: there is no rule write-exec-maping" in faulty.stderr


def test_a_policy_accepts_executable_memory_and_nothing_worse(repository, mapproof_in):
    (repository / "exec.c").write_text(
        "#include <sys/mman.h>\n"
        "void *load(void) { return mmap(0, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); }\n"
    )
    before = mapproof_in("check", "--format", "json", "exec.c")
    assert before.returncode == 1
    assert json.loads(before.stdout)["findings"][0]["verdict"] == "executable"
    accept = '[[accept]]\npath = "*.c"\nreason = "r"\nauthor = "a"\nexpires = 2999-01-01\n'
    (repository / "mapproof.toml").write_text(accept)
    assert mapproof_in("check", "exec.c").returncode == 0
    assert mapproof_in("check", "old.c").returncode == 1
    (repository / "mapproof.toml").write_text(accept.replace("2999", "1999"))
    assert mapproof_in("check", "exec.c").returncode == 4


def test_what_a_policy_fails_on_and_accepts(repository, mapproof_in):
    (repository / "open.c").write_text(
        "#include <sys/mman.h>\nvoid *any(int p) { return mmap(0, 1, p, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); }\n"
    )
    for policy, path, code in (
        ("", "open.c", 0),
        ('fail-on = ["unresolved"]\n', "open.c", 3),
        ('fail-on = ["unresolved"]\n', "old.c", 0),
        ("strict = true\n", "pool.c", 3),
        ('assumptions = ["external-symbol"]\n', "pool.c", 3),
        ('assumptions = ["external-symbol", "gnu-stack"]\n', "pool.c", 0),
        ('paths = ["old.c"]\n', None, 1),
        ('paths = ["."]\nexclude = ["old.c"]\n', None, 0),
        ("[defines]\nN = 1\n", "pool.c", 0),
        ('path = "x"\n', "pool.c", 2),
    ):
        (repository / "mapproof.toml").write_text(policy)
        done = mapproof_in("check", *([path] if path else []))
        assert done.returncode == code, (policy, done.stdout, done.stderr)
        assert mapproof_in("check", "--isolated", "pool.c").returncode == 0


def test_a_baseline_leaves_out_old_debt_and_shrinks(repository, mapproof_in):
    (repository / "mapproof.toml").write_text('baseline = "debt.json"\n')
    made = mapproof_in("baseline", ".")
    assert (made.returncode, made.stdout) == (0, "debt.json: 1 known finding\n")
    done = mapproof_in("check", ".", CI="")
    assert done.returncode == 0
    assert "1 in the baseline" in done.stdout
    text = (repository / "old.c").read_text()
    (repository / "old.c").write_text("\n\n" + text)
    assert mapproof_in("check", ".", CI="").returncode == 0, "lines play no part"
    add_execute(repository, "prot.h")
    assert mapproof_in("check", ".", CI="").returncode == 1, "what is new is no old debt"
    (repository / "prot.h").write_text(HEADER)
    (repository / "old.c").write_text("int x;\n")
    assert mapproof_in("check", "pool.c", CI="").stderr == "", "what was not read is not gone"
    assert "run mapproof baseline" in mapproof_in("check", ".", CI="true").stderr
    assert "the baseline has shrunk" in mapproof_in("check", ".", CI="").stderr
    assert json.loads((repository / "debt.json").read_text())["findings"] == []
    (repository / "debt.json").write_text("{}")
    assert mapproof_in("check", ".").returncode == 2


def test_decisions_are_listed_with_the_days_they_have_left(repository, mapproof_in):
    (repository / "mapproof.suppressions.toml").write_text(
        '[[suppression]]\nalias = "soon"\nclaim = "accepted"\npath = "old.c"\nreason = "r"\nauthor = "a"\n'
        "expires = 2001-01-20\n"
        '[[suppression]]\nalias = "later"\nclaim = "benign"\npath = "pool.c"\nreason = "r"\nauthor = "a"\n'
        "expires = 2002-01-20\n"
    )
    day = {"SOURCE_DATE_EPOCH": "979603200"}  # 2001-01-16
    assert "until 2001-01-20, 4 days left" in mapproof_in("suppressions", "list", **day).stdout
    near = mapproof_in("suppressions", "list", "--expiring-in", "7", "--format", "json", **day)
    assert [record["alias"] for record in json.loads(near.stdout)] == ["soon"]
    assert mapproof_in("suppressions", "check", **day).returncode == 0
    due = mapproof_in("suppressions", "check", "--expiring-in", "7", **day)
    assert (due.returncode, "expiring: soon" in due.stdout) == (4, True)


def test_a_schema_for_each_file(mapproof_in):
    titles = {"report": "mapproof.report/1", "policy": "mapproof.policy/1", "suppressions": "mapproof.suppressions/1"}
    for name, title in titles.items():
        assert json.loads(mapproof_in("schema", name).stdout)["title"] == title


@pytest.mark.skipif(shutil.which("gcc") is None, reason="needs gcc")
def test_a_commit_that_makes_a_stack_executable_is_refused(repository, mapproof_in):
    """The source maps nothing; only the linker's option changes."""
    plain = repository / "main.c"
    plain.write_text("int main(void) { return 0; }\n")

    def link(*flags):
        subprocess.run(["gcc", *flags, "-o", repository / "tool", plain], check=True)
        git(repository, "add", "tool", "main.c")

    link("-z", "noexecstack")
    git(repository, "commit", "-qm", "a tool")
    assert mapproof_in("check", "--staged").returncode == 0
    link("-z", "execstack")
    done = mapproof_in("check", "--staged")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "violation[executable-stack]" in done.stdout
    assert "tool:+0x" in done.stdout
    git(repository, "commit", "-qm", "worse")
    assert mapproof_in("check", "--diff", "HEAD~1").returncode == 1
    link("-z", "noexecstack")
    assert mapproof_in("check", "--staged").returncode == 0
