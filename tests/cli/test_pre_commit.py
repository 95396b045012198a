"""The hooks as pre-commit runs them: `try-repo` and a real `git commit`, in scratch repositories, offline."""

from __future__ import annotations

import os
import shutil
import site
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from .conftest import environment

ROOT = Path(__file__).resolve().parents[2]
PRE_COMMIT = Path(sys.executable).with_name("pre-commit")
NEEDED = ("pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml", "analyzer", "rules")

pytestmark = [
    pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed"),
    pytest.mark.skipif(not PRE_COMMIT.exists(), reason="pre-commit is not installed: pip install pre-commit"),
    pytest.mark.skipif(
        not (ROOT / ".pre-commit-hooks.yaml").is_file(), reason="the hooks' manifest is not beside the tests"
    ),
]

SOURCE = """\
#include <sys/mman.h>
#include "prot.h"
void *pool(unsigned long n) {
  return mmap(0, n, DATA_PROT, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}
"""


@pytest.fixture(scope="module")
def offline(tmp_path_factory) -> dict[str, str]:
    """An environment in which a hook is installed from what this Python has: no index is asked."""
    packages = [sysconfig.get_path("purelib"), *site.getsitepackages()]
    return environment(
        PRE_COMMIT_HOME=str(tmp_path_factory.mktemp("pre-commit")),
        PIP_NO_INDEX="1",
        PIP_NO_DEPS="1",
        PIP_NO_BUILD_ISOLATION="false",  # pip's way to say: no isolation
        PYTHONPATH=os.pathsep.join(dict.fromkeys(packages)),
        GIT_AUTHOR_NAME="Ada",
        GIT_AUTHOR_EMAIL="ada@example.org",
        GIT_COMMITTER_NAME="Ada",
        GIT_COMMITTER_EMAIL="ada@example.org",
    )


@pytest.fixture(scope="module")
def hooks(tmp_path_factory, offline) -> tuple[Path, str]:
    """The hooks' repository and its commit."""
    folder = tmp_path_factory.mktemp("hooks")
    for name in NEEDED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, folder / name)
    run(folder, offline, "git", "init", "-q")
    run(folder, offline, "git", "add", ".")
    run(folder, offline, "git", "commit", "-qm", "hooks")
    return folder, run(folder, offline, "git", "rev-parse", "HEAD").stdout.strip()


def run(folder, environ, *command, check=True) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        list(map(str, command)), cwd=folder, env=environ, check=False, capture_output=True, text=True, timeout=300
    )
    assert not check or done.returncode == 0, done.stdout + done.stderr
    return done


@pytest.fixture
def repository(tmp_path, offline) -> Path:
    (tmp_path / "prot.h").write_text("#define DATA_PROT (PROT_READ | PROT_WRITE)\n")
    (tmp_path / "pool.c").write_text(SOURCE)
    run(tmp_path, offline, "git", "init", "-q")
    run(tmp_path, offline, "git", "add", ".")
    run(tmp_path, offline, "git", "commit", "-qm", "start")
    return tmp_path


def test_try_repo_refuses_what_a_change_adds(repository, hooks, offline):
    def tried() -> subprocess.CompletedProcess[str]:
        folder, commit = hooks
        return run(
            repository,
            offline,
            PRE_COMMIT,
            "try-repo",
            folder,
            "--ref",
            commit,
            "--verbose",
            "--color=never",
            check=False,
        )

    (repository / "prot.h").write_text("#define DATA_PROT (PROT_READ | PROT_WRITE | PROT_EXEC)\n")
    run(repository, offline, "git", "add", ".")
    done = tried()
    assert done.returncode == 1, done.stdout + done.stderr
    assert "pool.c:4:10: violation[write-exec-mapping]" in done.stdout
    outcomes = dict(
        line.rsplit(".", 1) for line in done.stdout.splitlines() if line.startswith("mapproof") and "...." in line
    )
    assert {name.rstrip("."): outcome for name, outcome in outcomes.items()} == {
        "mapproof": "Failed",
        "mapproof (binaries)": "(no files to check)Skipped",
        "mapproof (rules)": "(no files to check)Skipped",
        "mapproof (suppressions)": "Passed",
    }


def test_a_commit_is_refused_accepted_and_refused_when_its_proof_lapses(repository, hooks, offline):
    folder, commit = hooks
    listed = "".join(f"  - id: {name}\n" for name in ("mapproof", "mapproof-rules", "mapproof-suppressions"))
    (repository / ".pre-commit-config.yaml").write_text(
        f"repos:\n- repo: {folder}\n  rev: {commit}\n  hooks:\n{listed}"
    )
    run(repository, offline, "git", "add", ".")
    run(repository, offline, "git", "commit", "-qm", "hooks")
    run(repository, offline, PRE_COMMIT, "install")

    def committed() -> subprocess.CompletedProcess[str]:
        run(repository, offline, "git", "add", ".")
        return run(repository, offline, "git", "commit", "-m", "change", check=False)

    (repository / "note.c").write_text("int plain;\n")
    assert committed().returncode == 0
    (repository / "pool.c").write_text(SOURCE.replace("DATA_PROT", "DATA_PROT | PROT_EXEC"))
    refused = committed()
    assert refused.returncode == 1
    assert "violation[write-exec-mapping]" in refused.stdout + refused.stderr
    (repository / "mapproof.suppressions.toml").write_text(
        '[[suppression]]\nalias = "pool"\nclaim = "never-writable-and-executable"\npath = "pool.c"\n'
    )
    faulty = committed()
    assert faulty.returncode == 1
    assert "reason: is missing" in faulty.stdout + faulty.stderr
    (repository / "mapproof.suppressions.toml").unlink()
    command = [sys.executable, "-m", "mapproof", "suppressions", "add", "pool.c", "--alias", "pool"]
    run(repository, environment(), *command, "--author", "Ada", "--reason", "the generator's own")
    accepted = committed()
    assert accepted.returncode == 0, accepted.stdout + accepted.stderr
    (repository / "pool.c").write_text(
        SOURCE.replace("DATA_PROT", "DATA_PROT | PROT_EXEC").replace("PRIVATE", "SHARED")
    )
    lapsed = committed()
    assert lapsed.returncode == 1
    assert "exit code: 4" in lapsed.stdout + lapsed.stderr
    assert "suppression unproved[pool]" in lapsed.stdout + lapsed.stderr
