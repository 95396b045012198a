"""Advice at the gate: it is said, it can be answered, and it fails nothing."""

from __future__ import annotations

import json
import subprocess

NULL = """\
#include <sys/mman.h>
int view(int fd) {
  char *p = mmap(0, 4096, PROT_READ, MAP_SHARED, fd, 0);
  if (!p) return -1;
  return p[0];
}
"""


def test_it_is_said_and_fails_nothing(tmp_path, mapproof_in):
    (tmp_path / "view.c").write_text(NULL)
    done = mapproof_in("check", "view.c")
    assert done.returncode == 0
    assert "view.c:3:13: warning[null-compare]: " in done.stdout
    assert "1 with advice" in done.stdout
    (site,) = json.loads(mapproof_in("check", "--format", "json", "view.c").stdout)["findings"]
    assert site["verdict"] == "benign"
    assert [(one["rule"], one["severity"]) for one in site["advice"]] == [("null-compare", "warning")]


def test_a_comment_answers_it(tmp_path, mapproof_in):
    allowed = NULL.replace("  char *p", "  // mapproof: allow[null-compare] the pages at -1 are guarded\n  char *p")
    (tmp_path / "view.c").write_text(allowed)
    done = mapproof_in("check", "view.c")
    assert done.returncode == 0
    assert "null-compare" not in done.stdout
    (tmp_path / "view.c").write_text(allowed.replace("!p", "p == MAP_FAILED"))
    done = mapproof_in("check", "view.c")
    assert done.returncode == 4, "what it answers is no longer said"


def test_an_answer_that_has_expired_answers_nothing(tmp_path, mapproof_in):
    (tmp_path / "view.c").write_text(
        NULL.replace("  char *p", "  // mapproof: allow[null-compare] until=2020-01-01 soon\n  char *p")
    )
    done = mapproof_in("check", "view.c")
    assert done.returncode == 4
    assert "null-compare" in done.stdout


def test_a_change_says_what_it_adds(tmp_path, mapproof_in):
    def git(*arguments: str) -> None:
        named = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
        subprocess.run(["git", *named, *arguments], cwd=tmp_path, check=True, capture_output=True)

    git("init", "-q")
    (tmp_path / "view.c").write_text(NULL)
    git("add", ".")
    git("commit", "-qm", "one")
    (tmp_path / "view.c").write_text(NULL + NULL.replace("view", "other").partition("\n")[2])
    git("add", ".")
    done = mapproof_in("check", "--staged", "view.c")
    assert done.stdout.count("warning[null-compare]") == 1
    assert "view.c:8:13: warning[null-compare]" in done.stdout
