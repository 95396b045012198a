"""Rules of one's own: begin one, check a file for faults, try the cases."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mapproof import __version__, scan
from mapproof.classify.cases import by_line, cases_of, marks_of, said_of
from mapproof.classify.rulefile import read_predicates
from mapproof.errors import MapproofError, PackError

if TYPE_CHECKING:
    from mapproof.classify.opening import Pack

_ID: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


@dataclass(slots=True)
class Trial:
    """How the cases of a rule came out: how many marks, which are wrong, and which wait for better."""

    marks: int = 0
    wrong: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)


def tried(folder: Path, pack: Pack) -> Trial:
    """Each case in a rule's folder through the real analysis."""
    trial = Trial()
    for path in cases_of(folder):
        marks = marks_of(path.read_text(errors="replace"))
        findings = by_line(scan.scan([str(path)], pack).findings) if marks else {}
        trial.marks += len(marks)
        for mark in marks:
            here = findings.get(mark.line, [])
            if not mark.holds(here):
                found = ", ".join(f"{rule} {word}" for rule, word in said_of(here)) or "nothing"
                trial.wrong.append(f"{path}:{mark.line}: {mark.kind}: {mark.rule} {mark.verdict}: found {found}")
            elif mark.kind == "todo":
                trial.waiting.append(f"{path}:{mark.line}: {mark.rule}")
    return trial


def faults_of(name: str, pack: Pack) -> list[str]:
    """What is wrong with a policy or a file of suppressions; rules are checked with their pack."""
    from mapproof.policy.find import named
    from mapproof.triage.suppressions import read_suppressions

    path = Path(name)
    faults: list[str] = []
    try:
        if path.name.endswith("suppressions.toml"):
            read_suppressions(name, path.read_text(), {rule.id for rule in pack.rules}, read_predicates, faults)
        elif path.name not in {"rule.toml", "callees.toml"} and path.parent.name != "alerts":
            named(name, lambda file: Path(file).read_bytes() if Path(file).is_file() else None)
    except PackError as error:
        faults += error.faults
    except (OSError, UnicodeDecodeError, MapproofError) as error:
        faults.append(str(error) if isinstance(error, MapproofError) else f"{name}: {error}")
    return faults


def begin(top: Path, group: str, name: str) -> Path:
    """A folder for a new rule, with a page to fill in and cases that hold. Raises where it is there already."""
    if not _ID.fullmatch(name) or not _ID.fullmatch(group):
        message = f"{group}/{name}: must be kebab-case, as in write-exec-mapping"
        raise MapproofError(message)
    if group in {"limits", "benign"}:
        message = f"--group {group}: begin a rule that finds something, under mapping or transition"
        raise MapproofError(message)
    folder = top / group / name
    if folder.exists():
        message = f"{folder}: is there already: choose another name"
        raise MapproofError(message)
    function = name.replace("-", "_")
    try:
        (folder / "cases").mkdir(parents=True)
        (folder / "rule.toml").write_text(_RULE.format(name=name, function=function, version=__version__))
        (folder / "cases" / "bad.c").write_text(_BAD.format(name=name, function=function))
        (folder / "cases" / "ok.c").write_text(_OK.format(name=name, function=function))
    except OSError as error:
        message = f"{folder}: {error.strerror}: name a folder that can be written"
        raise MapproofError(message) from error
    return folder


_RULE: Final = '''\
id = "{name}"
summary = "In one clause: what is found"
since = "{version}"
status = "nursery"
verdict = "violation"
precedence = 10 # above the rules that ship, so that this page explains what it fits
cwe = ["CWE-732"]
why = """
Why this matters, to somebody who sees it for the first time.
"""
remedy = """
What to do, in one sentence. The first paragraph is what a finding shows.
"""
false_positives = """
Where it may be wrong.
"""
false_negatives = """
What it does not see.
"""
references = ["mmap(2)"]

# A rule never makes a verdict: it names what the analysis decided, where all of these hold.
[when]
all = [{{ role = "map" }}, {{ may = ["write", "execute"] }}, {{ function = ["{function}", "{function}_again"] }}]
'''

_BAD: Final = """\
#include <sys/mman.h>

void *{function}(unsigned long size)
{{
    int prot = PROT_READ | PROT_WRITE | PROT_EXEC;
    return mmap(0, size, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); // expect: {name} violation
}}

void *{function}_again(unsigned long size)
{{
    int prot = PROT_READ | PROT_WRITE;
    prot |= PROT_EXEC;
    return mmap(0, size, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); // expect: {name} violation
}}
"""

_OK: Final = """\
#include <sys/mman.h>

void *{function}(unsigned long size)
{{
    return mmap(0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); // ok: {name}
}}

void *elsewhere(unsigned long size)
{{
    return mmap(0, size, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); // ok: {name}
}}
"""
