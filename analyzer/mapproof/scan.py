"""The one path from files to a report: frontends, interpreter, rules, and the check of the evidence.

Everything heavy is imported after a byte search has found something to do.
"""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from mapproof.frontends.base import Task, frontends
from mapproof.frontends.files import collect, head
from mapproof.model.report import Report

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from mapproof.classify.pack import Pack
    from mapproof.frontends.base import Frontend, Subject
    from mapproof.model.callee import CalleeTable
    from mapproof.model.hazard import Hazard
    from mapproof.model.library import Library
    from mapproof.model.region import Region
    from mapproof.model.site import Artifact, Coverage, Finding, Site

_HIDING: Final = frozenset({"unreadable", "lost", "limit", "include", "internal", "binary", "library"})
"""Kinds of gap behind which a call that matters may stand."""


@dataclass(frozen=True, slots=True)
class Options:
    """What narrows a run: fixed macros, folders of headers, a compilation database, files that are left out.

    ``dependencies``: read the libraries that binaries need too, found in ``library_path`` and below ``sysroot``.
    """

    defines: Mapping[str, str] = field(default_factory=dict)
    undefines: frozenset[str] = frozenset()
    include_dirs: tuple[str, ...] = ()
    compile_commands: str | None = None
    executable: str | None = None
    dependencies: bool = False
    library_path: tuple[str, ...] = ()
    sysroot: str = ""
    excluded: Callable[[str], bool] | None = None


@dataclass(frozen=True, slots=True)
class Together:
    """Files that were understood together: what every answer about the sites in them may rest on."""

    files: tuple[str, ...]
    sites: frozenset[str]
    table: CalleeTable


def scan(
    paths: Sequence[str],
    pack: Pack,
    options: Options = Options(),
    progress: Callable[[str], None] | None = None,
    together: list[Together] | None = None,
) -> Report:
    """Find and judge every site in these files and folders.

    ``progress`` hears what is being looked at, ``together`` takes in which files were understood together.
    A bad input file raises nothing: it is listed under ``errors``.
    Raises :class:`mapproof.errors.MapproofError` for a compilation database that can't be used.
    """
    started = time.monotonic()
    if options.compile_commands is not None:
        from mapproof.frontends.c.database import narrowed  # noqa: PLC0415  rarely needed

        defines, undefines, folders = narrowed(
            options.compile_commands, options.defines, options.undefines, options.include_dirs
        )
        options = replace(options, defines=defines, undefines=undefines, include_dirs=folders)
    known = frontends()
    files, gaps = _collected(paths, known)
    if options.excluded is not None:
        files = [path for path in files if not options.excluded(path)]
    files, claimed = _claimed(files, frozenset(paths), known)
    sites: list[Site] = []
    artifacts: list[Artifact] = []
    unverified: set[str] = set()
    hazards: list[Hazard] = []
    remarked: list[str] = []
    for frontend in known:
        task = Task(
            tuple(claimed[frontend.name]),
            pack.callees,
            gaps,
            progress if progress is not None else _unheard,
            options.defines,
            options.undefines,
            options.include_dirs,
            options.executable,
            options.dependencies,
            options.library_path,
            options.sysroot,
            remarked=remarked,
        )
        for subject in frontend.subjects(task) if task.files else ():
            found, read, dangers = _analysed(subject, task, pack)
            if together is not None:
                together.append(Together(tuple(subject.files()), frozenset(s.id for s in found), subject.table))
            sites += found
            artifacts += read
            hazards += dangers
            unverified |= _unverified(subject, found)
    findings, regions = _judge(sites, pack, gaps, hazards) if sites else ((), ())
    counts = Counter(site.artifact for site in sites)
    artifacts = [replace(artifact, sites=counts[artifact.path]) for artifact in artifacts]
    return Report(
        artifacts=tuple(sorted(artifacts, key=lambda artifact: artifact.path)),
        findings=tuple(findings),
        errors=tuple(sorted(set(gaps), key=lambda gap: (gap.path, gap.line or 0, gap.kind, gap.detail))),
        files=len(files),
        seconds=time.monotonic() - started,
        rule_pack=pack.digest,
        unverified=frozenset(unverified),
        read=tuple(files),
        remarked=tuple(sorted(set(remarked))),
        regions=regions,
    )


def files_of(paths: Sequence[str]) -> list[str]:
    """The files that a scan of these files and folders looks at, in the order of names."""
    return _collected(paths, frontends())[0]


def _collected(paths: Sequence[str], known: Sequence[Frontend]) -> tuple[list[str], list[Coverage]]:
    suffixes = tuple(suffix for frontend in reversed(known) for suffix in frontend.suffixes)
    return collect(paths, suffixes, lambda path: any(frontend.wants(path) for frontend in known))


def _unheard(_what: str) -> None:
    """Nobody listens."""


def _claimed(
    files: Sequence[str], named: frozenset[str], known: Sequence[Frontend]
) -> tuple[list[str], dict[str, list[str]]]:
    """The files that some frontend reads, and which by which.

    The last frontend takes what has one of its suffixes without a look, and of the rest what was named, not found in a
    folder; before it each takes what it claims by content.
    """
    *others, last = known
    claimed: dict[str, list[str]] = {frontend.name: [] for frontend in known}
    kept: list[str] = []
    for path in files:
        owner: Frontend | None = last
        if not path.endswith(last.suffixes):
            beginning = head(path)
            owner = next((frontend for frontend in others if frontend.claims(path, beginning)), None)
            if owner is None and path in named:
                owner = last
        if owner is not None:
            claimed[owner.name].append(path)
            kept.append(path)
    return kept, claimed


def _analysed(subject: Subject, task: Task, pack: Pack) -> tuple[list[Site], list[Artifact], list[Hazard]]:
    try:
        sites = [subject.described(site) for site in (*subject.requested, *_surveyed(subject, task))]
        sites, libraries = _recognised(subject, sites)
        hazards = _hazards(subject, sites, task, pack) if sites else []
        artifacts = [replace(artifact, libraries=libraries) for artifact in subject.artifacts(sites)]
    finally:
        task.gaps.extend(subject.close())
    return sites, artifacts, hazards


def _surveyed(subject: Subject, task: Task) -> list[Site]:
    """The sites that calls make; the interpreter is not asked of a binary in which no function is of interest."""
    if subject.binary is not None and not subject.program.candidates():
        return []
    from mapproof.absint.domain import BINARY_WORK, SURVEY_WORK  # noqa: PLC0415  only on a find
    from mapproof.absint.survey import survey  # noqa: PLC0415  only on a find

    work = SURVEY_WORK if subject.binary is None else BINARY_WORK
    return list(survey(subject.program, subject.table, task.progress, task.gaps, work))


def _hazards(subject: Subject, sites: Sequence[Site], task: Task, pack: Pack) -> list[Hazard]:
    """What may run in the same process unseen; what is loaded matters only where something would be harmless."""
    from mapproof.absint.loading import loads  # noqa: PLC0415  only on a find
    from mapproof.classify.classify import classify  # noqa: PLC0415  only on a find
    from mapproof.model.verdict import Verdict  # noqa: PLC0415  only on a find

    hazards = subject.hazards()
    if any(finding.verdict is Verdict.BENIGN for finding in classify(sites, pack, coverage_gaps=False)):
        hazards += loads(subject.program, subject.table, task.gaps)
    return hazards


def _recognised(subject: Subject, sites: list[Site]) -> tuple[list[Site], tuple[Library, ...]]:
    """The sites that are a known library's own, marked as such, and the libraries found in the subject."""
    binary = subject.binary if sites else None
    if binary is None:
        return sites, ()
    from mapproof.model.location import Address  # noqa: PLC0415  only on a find
    from mapproof.sqlite.identify import identify, role_of  # noqa: PLC0415  only on a find

    library = identify(binary)
    if library is None:
        return sites, ()
    marked: list[Site] = []
    for site in sites:
        place = site.location
        own = isinstance(place, Address) and place.path in subject.files()[:1]
        role = role_of(binary, library, place.address) if isinstance(place, Address) and own else None
        if role is not None:
            known_by = (f"{library.name} {library.version or ''}".strip(), *map(str, role[1]))
            site = replace(site, facts=site.facts | {role[0]}, known_by=known_by)  # noqa: PLW2901  the marked one
        marked.append(site)
    return marked, (library,)


def _unverified(subject: Subject, sites: Sequence[Site]) -> set[str]:
    """The ids of the sites whose evidence does not replay."""
    from mapproof.verify.check import replay  # noqa: PLC0415  only on a find

    return {site.id for site in sites if replay(site, subject.data, subject.table)}


def _judge(
    sites: Sequence[Site], pack: Pack, gaps: Sequence[Coverage], hazards: Sequence[Hazard]
) -> tuple[tuple[Finding, ...], tuple[Region, ...]]:
    from mapproof.classify.classify import classify  # noqa: PLC0415  only on a find
    from mapproof.classify.life import lives  # noqa: PLC0415  only on a find
    from mapproof.classify.scope import Scope  # noqa: PLC0415  only on a find

    findings = classify(sites, pack, coverage_gaps=any(gap.kind in _HIDING for gap in gaps), hazards=hazards)
    return findings, lives(sites, Scope(sites, pack.callees.callees))
