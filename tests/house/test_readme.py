"""The README's first screen shows a real finding: the lines are those of a real run."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import corpus
import pytest

from .conftest import ROOT

SHOWN = re.search(r"```console\n\$ mapproof (.+)\n((?:.*\n)*?)```", (ROOT / "README.md").read_text())
DEMO = re.search(r"^DEMO \?= (\S+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)


@pytest.mark.corpus
def test_the_finding_on_the_first_screen_is_real():
    assert SHOWN
    assert DEMO
    tree = corpus.path(DEMO[1])
    if tree is None:
        message = f"{DEMO[1]} was not fetched: run `python -m corpus.fetch {DEMO[1]}`"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    command = [sys.executable, "-m", "mapproof", *SHOWN[1].split()]
    at_full_width = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    done = subprocess.run(command, cwd=tree, env=at_full_width, check=False, capture_output=True, text=True)
    shown = [line for line in SHOWN[2].splitlines() if line != "..."]
    assert len(shown) > 10
    said = {_untimed(line) for line in done.stdout.splitlines()}
    assert not [line for line in shown if _untimed(line) not in said]


def _untimed(line: str) -> str:
    return re.sub(r"(; \d+ files? in) .*$", r"\1", line)


def test_the_first_screen_has_what_it_should():
    screen = (ROOT / "README.md").read_text()
    for heading in ("## Install", "## Three commands", "## Limits"):
        assert heading in screen
    commands = set(re.findall(r"^    mapproof (\w+)", screen, re.MULTILINE))
    assert {"check", "explain", "rules"} <= commands
