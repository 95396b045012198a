"""Completion scripts name what there is, and the shells take them."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from mapproof.arguments import COMMANDS


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_script_names_every_command_and_is_taken(mapproof_in, tmp_path, shell):
    done = mapproof_in("completion", shell)
    assert done.returncode == 0, done.stderr
    assert all(command in done.stdout for command in COMMANDS)
    for word in ("sarif-profile", "staged", "expiring-in", "lint", "prune"):
        assert word in done.stdout
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed: its syntax was not tried")
    (tmp_path / "script").write_text(done.stdout)
    subprocess.run([shell, "-n", tmp_path / "script"], check=True)


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("mapproof ch", "check"),
        ("mapproof check --sta", "--staged"),
        ("mapproof rules li", "lint"),
        ("mapproof suppressions add --rea", "--reason"),
    ],
)
def test_bash_completes(mapproof_in, words, wanted):
    script = mapproof_in("completion", "bash").stdout
    given = words.split()
    setting = " ".join(given)
    asking = f"COMP_WORDS=({setting}); COMP_CWORD={len(given) - 1}; _mapproof"
    program = f"{script}\n{asking}; printf '%s\\n' \"${{COMPREPLY[@]}}\""
    done = subprocess.run(["bash", "-c", program], check=True, capture_output=True, text=True)
    assert wanted in done.stdout.split()
