"""The one path from files to a report: frontends, interpreter, rules, and the check of the evidence.

Everything heavy is imported after a byte search has found something to do.
"""

from __future__ import annotations

import os
import re
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from mapproof.frontends.files import MOST_ANALYSED, collect, larger, read
from mapproof.model.callee import CalleeTable, Role
from mapproof.model.report import Report
from mapproof.model.site import Artifact, Coverage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from mapproof.classify.pack import Pack
    from mapproof.model.site import Finding, Site

C_SUFFIXES: Final = (
    ".c", ".h", ".cc", ".cpp", ".cxx", ".c++", ".hpp", ".hh", ".hxx", ".h++", ".ipp", ".inl", ".tcc", ".inc",
    ".m", ".mm", ".C", ".H", ".def", ".tpp", ".txx",
)  # fmt: skip
"""What a folder is searched for; a file that is named is read whatever it is called."""

_SEARCHED: Final = frozenset({Role.MAP, Role.PROTECT, Role.REMAP, Role.OBJECT, Role.PERSONALITY, Role.SYSCALL})


_BESIDE: Final = re.compile(rb'^[ \t]*#[ \t]*include[ \t]*"([^"\n/]+)"', re.MULTILINE)
"""An ``#include`` of a file in the same folder."""

_HIDING: Final = frozenset({"unreadable", "lost", "limit", "include", "internal"})
"""Kinds of gap behind which a call that matters may stand."""


@dataclass(frozen=True, slots=True)
class Options:
    """What narrows a run: macros that are fixed, folders of headers, a compilation database."""

    defines: Mapping[str, str] = field(default_factory=dict)
    undefines: frozenset[str] = frozenset()
    include_dirs: tuple[str, ...] = ()
    compile_commands: str | None = None


def scan(
    paths: Sequence[str],
    pack: Pack,
    options: Options = Options(),
    progress: Callable[[str], None] | None = None,
) -> Report:
    """Find and judge every site in these files and folders.

    ``progress`` hears what is being looked at. A bad input file raises nothing: it is listed under ``errors``.
    Raises :class:`mapproof.errors.MapproofError` for a compilation database that can't be used.
    """
    started = time.monotonic()
    if options.compile_commands is not None:
        from mapproof.frontends.c.database import narrowed  # noqa: PLC0415  rarely needed

        defines, undefines, folders = narrowed(
            options.compile_commands, options.defines, options.undefines, options.include_dirs
        )
        options = replace(options, defines=defines, undefines=undefines, include_dirs=folders)
    files, gaps = collect(paths, C_SUFFIXES)
    found = _containing(files, _stems(pack.callees), gaps, progress)
    beside = _included_beside(found, files)
    if beside:
        found |= _containing(beside, _stems(pack.callees), gaps, progress)
        files = sorted({*files, *beside})
    sites: list[Site] = []
    artifacts: list[Artifact] = []
    unverified: frozenset[str] = frozenset()
    if found:
        sites, artifacts, unverified = _analyse(files, found, pack, options, gaps, progress)
    findings = _judge(sites, pack, gaps) if sites else ()
    return Report(
        artifacts=tuple(artifacts),
        findings=tuple(findings),
        errors=tuple(sorted(set(gaps), key=lambda gap: (gap.path, gap.line or 0, gap.kind, gap.detail))),
        files=len(files),
        seconds=time.monotonic() - started,
        rule_pack=pack.digest,
        unverified=unverified,
    )


def _included_beside(found: Mapping[str, bytes], files: Sequence[str]) -> list[str]:
    """Files of other kinds (``stores.tbl``) that these include from their own folder: they are part of the program."""
    known = set(files)
    beside: dict[str, None] = {}
    waiting = list(found.items())
    while waiting:
        path, data = waiting.pop()
        for name in _BESIDE.findall(data) if b"include" in data else ():
            other = os.path.join(os.path.dirname(path), os.fsdecode(name))  # noqa: PTH118, PTH120  paths are kept as they were given
            if other.endswith(C_SUFFIXES) or other in known or not os.path.isfile(other):  # noqa: PTH113  paths are kept as they were given
                continue
            known.add(other)
            beside[other] = None
            content = read(other, [])
            if content is not None:
                waiting.append((other, content))
    return list(beside)


def _stems(table: CalleeTable) -> list[bytes]:
    """The fewest words to search for: a callee whose name contains another's is found by that."""
    names = sorted((name for name, spec in table.callees.items() if spec.role in _SEARCHED), key=len)
    stems: list[str] = []
    for name in names:
        if not any(stem in name for stem in stems):
            stems.append(name)
    return [stem.encode() for stem in stems]


def _containing(
    files: Iterable[str], stems: list[bytes], gaps: list[Coverage], progress: Callable[[str], None] | None
) -> dict[str, bytes]:
    """The files that hold one of the words, with their bytes. Files too large to look into are gaps, if anything in
    them may matter."""
    found: dict[str, bytes] = {}
    large: dict[str, bool] = {}
    for path in files:
        if progress is not None:
            progress(path)
        data = read(path, gaps)
        if data is None:
            continue
        mentions = any(stem in data for stem in stems)
        if len(data) > MOST_ANALYSED:
            large[path] = mentions
        elif mentions:
            found[path] = data
    detail = f"{larger(MOST_ANALYSED)}: it was searched for mapping functions, not analysed"
    gaps.extend(Coverage(path, "limit", detail) for path, mentions in large.items() if mentions or found)
    return found


def _analyse(
    files: list[str],
    found: dict[str, bytes],
    pack: Pack,
    options: Options,
    gaps: list[Coverage],
    progress: Callable[[str], None] | None,
) -> tuple[list[Site], list[Artifact], frozenset[str]]:
    from hashlib import sha256  # noqa: PLC0415  with the rest, only on a find

    from mapproof.abi import syscalls  # noqa: PLC0415  only on a find
    from mapproof.absint.survey import survey  # noqa: PLC0415  only on a find
    from mapproof.frontends.c.program import CProgram  # noqa: PLC0415  only on a find
    from mapproof.verify.check import replay  # noqa: PLC0415  only on a find

    table = replace(pack.callees, syscalls=syscalls())
    unread = {gap.path for gap in gaps}
    program = CProgram(
        [path for path in files if path not in unread],
        found,
        table,
        include_dirs=options.include_dirs,
        defines=dict(options.defines),
        undefines=options.undefines,
    )
    sites = survey(program, table, progress, gaps)
    digests: dict[str, str] = {}
    described: list[Site] = []
    for site in sites:
        source = program.source(site.artifact)
        if site.artifact not in digests:
            digests[site.artifact] = sha256(source.data).hexdigest()
        language = "cpp" if source.cpp else "c"
        described.append(
            replace(site, sha256=digests[site.artifact], language=language, source=program.excerpt(site.location))
        )
    gaps.extend(program.gaps)
    gaps.extend(program.lost())
    counts = dict.fromkeys(digests, 0)
    for site in described:
        counts[site.artifact] += 1
    artifacts = [
        Artifact(path, digest, "cpp" if program.source(path).cpp else "c", len(program.source(path).data), counts[path])
        for path, digest in sorted(digests.items())
    ]
    unverified = frozenset(site.id for site in described if replay(site, lambda path: program.source(path).data, table))
    return described, artifacts, unverified


def _judge(sites: Sequence[Site], pack: Pack, gaps: Sequence[Coverage]) -> tuple[Finding, ...]:
    from mapproof.classify.classify import classify  # noqa: PLC0415  only on a find

    return classify(sites, pack, coverage_gaps=any(gap.kind in _HIDING for gap in gaps))
