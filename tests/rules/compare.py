"""Plain Semgrep and mapproof on the same cases: `python -m tests.rules.compare` writes `rules/comparison.md`.

Both read every case of every rule. A line that is marked `expect` is to be found, one that is marked `ok` is not.
Semgrep has the rules that stand beside ours, so the table shows what its language can say, not what its own rules do.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections import Counter
from typing import TYPE_CHECKING

from mapproof.classify.cases import by_line, said_of
from mapproof.classify.pack import builtin_rules, load_pack
from mapproof.scan import scan

from .marks import RULES, case_files, marks_of
from .test_semgrep import SEMGREP

if TYPE_CHECKING:
    from pathlib import Path

PAGE = RULES / "comparison.md"


def spent(command: list[str]) -> tuple[str, float]:
    """What a command printed, and the CPU seconds that it and its children took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {**os.environ, "SEMGREP_ENABLE_VERSION_CHECK": "0", "SEMGREP_SEND_METRICS": "off"}
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return done.stdout, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def semgrep(files: list[Path]) -> tuple[dict[tuple[str, int], set[str]], set[str], float]:
    """The rules that Semgrep reports by file and line, the files it could not read whole, and its CPU seconds."""
    assert SEMGREP is not None, "semgrep is not installed: run `make tools`"
    options = ["scan", "--json", "--metrics=off", "--disable-version-check", "--no-git-ignore", "--config", str(RULES)]
    text, seconds = spent([SEMGREP, *options, *map(str, files)])
    found: dict[tuple[str, int], set[str]] = {}
    document = json.loads(text)
    for result in document["results"]:
        for line in range(result["start"]["line"], result["end"]["line"] + 1):
            found.setdefault((result["path"], line), set()).add(result["check_id"].rpartition(".")[2])
    return found, {error.get("path", "") for error in document["errors"]} - {""}, seconds


def table() -> str:
    """The page."""
    pack = load_pack(builtin_rules())
    files = case_files()
    theirs, broken, their_time = semgrep(files)
    _, our_time = spent([sys.executable, "-m", "mapproof", "rules", "test"])
    said = [path.parent for path in sorted(RULES.glob("*/*/semgrep.yaml"))]
    wanted: Counter[str] = Counter()
    harmless: Counter[str] = Counter()
    hits: dict[str, Counter[str]] = {name: Counter() for name in ("semgrep", "mapproof")}
    alarms: dict[str, Counter[str]] = {name: Counter() for name in ("semgrep", "mapproof")}
    decided = 0
    for path in files:
        ours = by_line(scan([str(path)], pack).findings)
        decided += sum(finding.verdict.value != "unresolved" for here in ours.values() for finding in here)
        for mark in marks_of(path):
            counts, found = (wanted, hits) if mark.kind == "expect" else (harmless, alarms)
            counts[mark.rule] += 1
            names = theirs.get((str(path), mark.line), set())
            found["semgrep"][mark.rule] += any(name == mark.rule or name.startswith(f"{mark.rule}-") for name in names)
            found["mapproof"][mark.rule] += mark.rule in {rule for rule, _ in said_of(ours.get(mark.line, []))}
    lines = ["| rule | to find | Semgrep | mapproof | to leave alone | Semgrep | mapproof |"]
    lines.append("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for rule in sorted(folder.name for folder in said):
        row = (wanted[rule], hits["semgrep"][rule], hits["mapproof"][rule])
        row += (harmless[rule], alarms["semgrep"][rule], alarms["mapproof"][rule])
        lines.append(f"| {rule} | {' | '.join(map(str, row))} |")
    names = {folder.name for folder in said}
    total = [
        sum(count[rule] for rule in names)
        for count in (wanted, hits["semgrep"], hits["mapproof"], harmless, alarms["semgrep"], alarms["mapproof"])
    ]
    lines.append(f"| **together** | {' | '.join(map(str, total))} |")
    others = sum(wanted.values()) - total[0]
    lines += [
        "",
        (
            f"{len(files)} files, {len(broken)} of which Semgrep could not read whole. {others} more marks are of "
            f"{len(pack.rules) - len(said)} rules (of {len(pack.rules)}) that are not said in its language."
        ),
        f"Semgrep says of no call that it is harmless; mapproof decides {decided} calls in these files.",
        f"CPU seconds for all files: Semgrep {their_time:.1f}, mapproof {our_time:.1f} (each file on its own).",
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    started = time.monotonic()
    PAGE.write_text(table())
    print(f"{PAGE}: {time.monotonic() - started:.0f} s")  # noqa: T201  a script
