"""`mapproof demo`: what is claimed of this Python's own SQLite, beside what the kernel says that it really mapped."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mapproof.commands.base import EXIT_CLEAN, EXIT_FINDINGS, Outcome
from mapproof.errors import MapproofError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Callable, Iterator

    from mapproof.commands.base import Terminal
    from mapproof.model.report import Report
    from mapproof.model.site import Finding

_MAPS: Final = "/proc/self/maps"
_ELF: Final = b"\x7fELF"
_PARTS: Final = (
    ("sqlite-wal-index", "-shm", "the wal-index"),
    ("sqlite-mmap-io", "", "the database, by memory-mapped I/O"),
)
"""A justification, the end of the name of the file that it is about, and what that is."""


@dataclass(frozen=True, slots=True)
class Mapped:
    """One line of ``/proc/self/maps``: ``rights`` are four letters, the last ``s`` where it is shared."""

    rights: str
    path: str


def arguments(parser: ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("--rules", metavar="DIR", action="append", help="add the rules in this folder")


def run(chosen: Namespace, terminal: Terminal) -> Outcome:
    """Find the library, check it, open a database with a write-ahead log, and look."""
    from mapproof.commands.gate import project_pack
    from mapproof.scan import scan

    library, report = _sqlite(lambda path: scan([path], project_pack(chosen), progress=terminal.progress))
    lines = [f"This Python's sqlite3 module runs the SQLite in {library}."]
    for found in (one for artifact in report.artifacts for one in artifact.libraries):
        lines.append(f"It is {found.name} {found.version or 'of a version it does not tell'}, known by:")
        lines += [f"  {mark}" for mark in found.marks]
    really = list(_in_use())
    good = True
    for rule, ending, what in _PARTS:
        findings = [finding for finding in report.findings if rule in finding.site.facts]
        seen = [mapped for mapped in really if mapped.path.endswith(f"demo.db{ending}")]
        lines += ["", f"{what[0].upper()}{what[1:]}:", *_claims(findings), *_reality(seen)]
        inside = _inside(findings, seen)
        lines.append(f"  {inside}")
        good = good and inside.startswith("so:")
    return Outcome("\n".join(lines) + "\n", EXIT_CLEAN if good else EXIT_FINDINGS)


def _sqlite(check: Callable[[str], Report]) -> tuple[str, Report]:
    """The file whose SQLite this process runs, and the report on it."""
    try:
        before = {mapped.path for mapped in _maps()}
        import sqlite3

        sqlite3.connect(":memory:").close()
        after = [mapped.path for mapped in _maps() if "x" in mapped.rights]
    except OSError as error:
        message = f"{_MAPS}: {error.strerror}: the demonstration needs Linux"
        raise MapproofError(message) from error
    except ImportError as error:
        message = f"this Python has no sqlite3 module: {error}: install it, or run another Python"
        raise MapproofError(message) from error
    for path in sorted(dict.fromkeys(after), key=lambda one: one in before):
        if not _is_elf(path):
            continue
        report = check(path)
        if any(artifact.libraries for artifact in report.artifacts):
            return path, report
    message = "no file that this process has loaded was recognised as SQLite: check the library yourself, by its path"
    raise MapproofError(message)


def _is_elf(path: str) -> bool:
    try:
        with Path(path).open("rb") as stream:
            return stream.read(4) == _ELF
    except OSError:
        return False


def _maps() -> Iterator[Mapped]:
    """What this process has mapped from files, as the kernel says."""
    for line in Path(_MAPS).read_text(errors="replace").splitlines():
        fields = line.split(maxsplit=5)
        if len(fields) == 6 and fields[5].startswith("/"):
            yield Mapped(fields[1], fields[5])


def _in_use() -> Iterator[Mapped]:
    """What is mapped while a database with a write-ahead log is in use."""
    import sqlite3

    with tempfile.TemporaryDirectory(prefix="mapproof-demo-") as folder:
        connection = sqlite3.connect(Path(folder) / "demo.db")
        try:
            connection.execute("PRAGMA mmap_size = 1048576")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("CREATE TABLE t (x)")
            connection.executemany("INSERT INTO t VALUES (?)", [(number,) for number in range(1000)])
            connection.commit()
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            connection.execute("SELECT sum(x) FROM t").fetchall()
            yield from _maps()
        finally:
            connection.close()


def _claims(findings: list[Finding]) -> Iterator[str]:
    for finding in findings:
        yield f"  claimed: {finding.site.callee.primitive} at {finding.site.location} may ask for"
        yield f"           {finding.site.protections}: {finding.verdict}[{finding.rule}]"
    if not findings:
        yield "  claimed: no call was recognised"


def _reality(seen: list[Mapped]) -> Iterator[str]:
    for mapped in seen:
        yield f"  mapped:  {mapped.rights} {mapped.path}"
    if not seen:
        yield "  mapped:  nothing"


def _inside(findings: list[Finding], seen: list[Mapped]) -> str:
    """Whether what was mapped lies inside what was claimed, in a sentence."""
    claimed = {str(protection) for finding in findings for protection in finding.site.protections}
    outside = sorted({mapped.rights[:3] for mapped in seen} - claimed)
    if outside:
        return f"NOT SO: {', '.join(outside)} was mapped, and not claimed; please report it"
    return "so: what is mapped lies inside what was claimed" if seen else "so: nothing is mapped that was not claimed"
