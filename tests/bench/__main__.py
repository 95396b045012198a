"""Speed as ratios of CPU time: ``make bench``, or ``python -m tests.bench [--runs N]``.

Wall time says more about the machine's other work than about the tool, so each figure is user and system time of a
process and its children, and each ratio is taken between two runs that stood next to each other. Nothing here fails:
the figures are for reading.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import corpus

from mapproof.classify.pack import builtin_rules, load_pack

FILES = 10_500
"""Files of the generated tree."""
SQLITE = "sqlite-3.50.4"
CACHING = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""Both sides may keep compiled modules: the run that warms caches leaves them."""
PARSE = """\
import sys, tree_sitter, tree_sitter_c
tree_sitter.Parser(tree_sitter.Language(tree_sitter_c.language())).parse(open(sys.argv[1], "rb").read())
"""

Command = Sequence[str | Path]


@dataclass(frozen=True, slots=True)
class Contest:
    """Our command, and what its CPU time is held against."""

    name: str
    ours: Command
    theirs: Command
    runs: int


def mapproof(*arguments: str | Path) -> Command:
    """The installed command, or the module where it is not installed beside this interpreter."""
    script = Path(sys.executable).with_name("mapproof")
    return [script, *arguments] if script.exists() else [sys.executable, "-m", "mapproof", *arguments]


def cost(command: Command) -> tuple[float, float]:
    """User and system time of one run, its children included, and the memory (MB) of the largest of its processes,
    files that it maps included; raises where the command itself is broken."""
    process = subprocess.Popen(
        [os.fspath(word) for word in command], env=CACHING, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in {0, 1}:
        message = f"exit code {process.returncode} of {command}"
        raise RuntimeError(message)
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1e3


def hold(contest: Contest, show: Callable[[str], object] = print) -> None:
    """Run both sides in turn, after one run of each that only warms caches (none where once is long enough), and show
    what came out."""
    if contest.runs > 1:
        cost(contest.ours)
        cost(contest.theirs)
    runs = [(cost(contest.ours), cost(contest.theirs)) for _ in range(contest.runs)]
    pairs = [(ours, theirs) for (ours, _), (theirs, _) in runs]
    show(f"{contest.name}, {contest.runs} runs in turn")
    show(f"  mapproof   {spread([ours for ours, _ in pairs])} CPU s")
    show(f"  against    {spread([theirs for _, theirs in pairs])} CPU s")
    show(f"  ratio      {spread([ours / theirs for ours, theirs in pairs if theirs])}")
    show(f"  difference {spread([ours - theirs for ours, theirs in pairs])} CPU s")
    show(f"  memory     {spread([memory for (_, memory), _ in runs])} MB\n")


def spread(values: list[float]) -> str:
    """Least, middle, greatest."""
    return "  ".join(f"{value:8.3f}" for value in (min(values), median(values), max(values)))


def generate(folder: Path) -> int:
    """Write C files without any mapping call into ``folder``: plausible text, the same every time. Their bytes."""
    choose = random.Random(7)  # noqa: S311  a text to read through, no secret
    words = ["state", "count", "buffer", "map", "length", "index", "protect", "node", "memory", "flags", "view", "page"]
    size = 0
    for number in range(FILES):
        path = folder / f"part{number % 97:02}" / f"unit{number}.c"
        path.parent.mkdir(exist_ok=True)
        lines = [f"/* unit {number}: {' '.join(choose.choices(words, k=8))} */", "#include <stdlib.h>"]
        for function in range(choose.randint(4, 24)):
            one, two, three = choose.choices(words, k=3)
            lines += [
                f"static int {one}_{two}_{function}(int {three}, const char *{two}) {{",
                f"  if ({three} > {choose.randint(0, 999)}) return {two}[{three}];",
                f"  return {one}_{three}(&{two}, {three}, sizeof {two}); /* {three} */",
                "}",
            ]
        text = "\n".join(lines) + "\n"
        path.write_text(text)
        size += len(text)
    return size


def contests(folder: Path, runs: int) -> list[Contest]:
    """Everything that can be held here; what can't is said."""
    python = sys.executable
    small = folder / "small.c"
    small.write_text("int add(int a, int b) { return a + b; }\n")
    tree = folder / "tree"
    tree.mkdir()
    size = generate(tree)
    names = "|".join(sorted(load_pack(builtin_rules()).callees.callees))
    found = [
        Contest("mapproof --version, against python -c pass", mapproof("--version"), [python, "-c", "pass"], runs * 3),
        Contest("a small file without a call, against python -c pass", mapproof("check", small),
                [python, "-c", "pass"], runs * 3),
    ]  # fmt: skip
    if grep := shutil.which("grep"):
        name = f"{FILES} files ({size / 1e6:.0f} MB) without a call, against grep -rE for the same names"
        found.append(Contest(name, mapproof("check", tree), [grep, "-rE", names, tree], runs))
    else:
        print("no grep on PATH: that contest is left out\n")
    source = corpus.path(SQLITE)
    if source is None:
        print(f"{SQLITE} was not fetched (python -m corpus.fetch {SQLITE}): that contest is left out\n")
    else:
        file = source / "sqlite3.c"
        name = "SQLite's amalgamation, against one tree-sitter parse of it"
        ours = mapproof("check", "--all", "--exit-zero", file)
        found.append(Contest(name, ours, [python, "-c", PARSE, file], runs))
    return [*found, *binaries(runs)]


DISCOVER = """\
import sys
from mapproof.frontends.elf.discover import mapping_references
from mapproof.frontends.elf.image import ElfImage
mapping_references(ElfImage.open(sys.argv[1]), ["mmap", "mmap64", "mprotect", "mremap", "pkey_mprotect"])
"""
BINARIES = (
    ("a binary without a mapping call", ("/usr/bin/true", "/bin/true")),
    ("SQLite's library", ("/usr/lib/x86_64-linux-gnu/libsqlite3.so.0", "/usr/lib/libsqlite3.so.0")),
    ("a binary over 90 MB", ("/usr/bin/node", "/usr/lib/x86_64-linux-gnu/libLLVM-14.so.1")),
    ("a binary over 250 MB", ("/usr/lib/chromium/chromium",)),
)


def binaries(runs: int) -> list[Contest]:
    """ELF files of this machine: small ones against start-up, large ones, wholly and the discovery alone, against the
    digest of their bytes. One run of a large one takes a minute or two."""
    python, digest = sys.executable, shutil.which("sha256sum")
    found: list[Contest] = []
    for name, places in BINARIES:
        file = next((Path(place) for place in places if Path(place).is_file()), None)
        if file is None:
            print(f"{name}: none of {', '.join(places)} is here: that contest is left out\n")
            continue
        size = file.stat().st_size
        named = f"{name} ({size / 1e6:.1f} MB)"
        whole = mapproof("check", "--exit-zero", file)
        if size < 90_000_000:
            found.append(Contest(f"{named}, against python -c pass", whole, [python, "-c", "pass"], runs))
        elif digest is not None:
            discovery = [python, "-c", DISCOVER, file]
            found.append(Contest(f"{named}, discovery alone, against sha256sum", discovery, [digest, file], runs))
            found.append(Contest(f"{named}, wholly, against sha256sum", whole, [digest, file], 1))
    return found


def main() -> None:
    """Hold every contest and print the figures as they come."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument(
        "--runs", type=int, default=5, help="pairs of runs per contest (5; three times that for start-up)"
    )
    chosen = parser.parse_args()
    load = " ".join(f"{value:.1f}" for value in os.getloadavg())
    print(
        f"Python {sys.version.split()[0]}, {os.cpu_count()} CPUs, load {load}; each figure: least, middle, greatest\n"
    )
    with tempfile.TemporaryDirectory(prefix="mapproof-bench-") as folder:
        for contest in contests(Path(folder), chosen.runs):
            hold(contest)


if __name__ == "__main__":
    main()
