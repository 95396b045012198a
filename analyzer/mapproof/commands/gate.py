"""From paths to a report that is ready for a gate: policy, scan, decisions, baseline, and the change alone if asked."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from mapproof.commands.base import pack_with
from mapproof.commands.quick import common_folder
from mapproof.errors import MapproofError, PackError
from mapproof.policy.policy import Policy

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Sequence

    from mapproof.classify.opening import Pack
    from mapproof.commands.git import Change
    from mapproof.model.decision import Suppression
    from mapproof.model.report import Report
    from mapproof.scan import Options

SUPPRESSIONS: Final = "mapproof.suppressions.toml"
"""As in ``triage/suppressions.py``, which is not imported where there is no such file."""


@dataclass(slots=True)
class Gate:
    """What every command that judges files has in common. Paths are relative to the current folder, or absolute."""

    policy: Policy
    options: Options
    pack: Pack
    progress: Callable[[str], None]
    suppressions: str | None = None
    baseline: str | None = None
    decide: bool = True
    notes: list[str] = field(default_factory=list)
    prove: bool = False
    """Whether the checker is to prove again what is benign."""

    def look(self, paths: Sequence[str]) -> Report:
        """Scan files and folders, and put decisions and the baseline beside what is found."""
        from mapproof import scan

        if self.prove:
            from mapproof.commands.proving import checked

            together: list[scan.Together] = []
            report = scan.scan(paths, self.pack, self.options, self.progress, together)
            report = checked(report, together, self.pack, self.options)
        else:
            report = scan.scan(paths, self.pack, self.options, self.progress)
        if not self.decide:
            return report
        report = self._decided(report)
        if self.baseline is not None and _exists(self.baseline):
            report = self._with_baseline(report, self.baseline)
        return report

    def decide_on(self, report: Report) -> Report:
        """The report with what people decided about it put beside."""
        return self._decided(report) if self.decide else report

    def decisions_digest(self) -> str:
        """The digest of all decisions that are not in the files looked at, and of the day where one has a last day."""
        from hashlib import sha256

        from mapproof.commands.surroundings import today

        data = b"" if self.suppressions is None or not self.decide else _bytes(self.suppressions) or b""
        said = repr(self.policy.accepted) if self.decide else ""
        day = repr(today()) if b"expires" in data or self.policy.accepted else ""
        return sha256(data + f"\0{self.decide}\0{said}\0{day}".encode("utf-8", "surrogateescape")).hexdigest()

    def change(self, change: Change, paths: Sequence[str]) -> Report:
        """What a change adds or makes worse in the files below ``paths``."""
        from mapproof.frontends.files import overlaid
        from mapproof.triage.difference import added

        files = _concerned(change, paths)
        if not files:
            return self.look(())
        with overlaid(change.after):
            after = self.look(files)
        if not after.lapses and not after.errors and not _objections(after):
            return after
        there = sorted({*files, *(path for path in change.changed if _within(path, paths))})
        with overlaid({path: change.before.get(path) for path in change.changed}):
            before = replace(self, notes=[]).look([path for path in there if _exists(path)])
        return added(before, after, os.getcwd(), _root())  # noqa: PTH109  a path as text

    def _decided(self, report: Report) -> Report:
        decisions = self.decisions(report)
        if not decisions:
            return report
        from mapproof.commands.surroundings import surroundings
        from mapproof.triage.decide import decided

        return decided(report, decisions, surroundings(report))

    def decisions(self, report: Report) -> list[Suppression]:
        """Every decision there is: of the file, of the policy, and in the sources of the report."""
        from mapproof.frontends.files import content, is_file

        found: list[Suppression] = list(self.policy.accepted)
        faults: list[str] = []
        file = self.suppressions if self.suppressions is not None and is_file(self.suppressions) else None
        if file is not None or report.remarked:
            from mapproof.classify.rulefile import read_predicates
            from mapproof.triage.comments import read_comments
            from mapproof.triage.suppressions import read_suppressions

            ids = {rule.id for rule in self.pack.rules}
            if file is not None:
                found += read_suppressions(file, _text(file), ids, read_predicates, faults)
            for path in report.remarked:
                found += read_comments(path, content(path).decode("utf-8", "surrogateescape"), ids, faults)
        if faults:
            raise PackError(faults)
        return found

    def _with_baseline(self, report: Report, path: str) -> Report:
        from mapproof.frontends.files import is_file, is_overlaid
        from mapproof.triage.baseline import read, shrunk, with_baseline, written

        entries = read(path, _text(path))
        folder, root = os.getcwd(), _root()  # noqa: PTH109  a path as text
        names = {_project(name, folder, root) for name in report.read}
        left = shrunk(
            report,
            entries,
            folder,
            root,
            lambda name: name in names or not is_file(os.path.join(root, name)),  # noqa: PTH118  likewise
        )
        if len(left) < len(entries):
            gone = len(entries) - len(left)
            said = f"{path}: {gone} known finding{'s are' if gone != 1 else ' is'} gone"
            if os.environ.get("CI", "") in {"", "0", "false"} and not is_overlaid(path):
                write(path, written(left))
                self.notes.append(f"{said}; the baseline has shrunk")
            else:
                self.notes.append(f"{said}: run mapproof baseline where the file can be committed")
        return with_baseline(report, entries, folder, root)


def gate_of(chosen: Namespace, progress: Callable[[str], None], options: Options, paths: Sequence[str]) -> Gate:
    """The gate that the arguments and the nearest policy make for these paths."""
    policy = policy_for(chosen, paths)
    options = _merged(options, policy)
    baseline = getattr(chosen, "baseline", None)
    _must_exist(baseline, "mapproof baseline writes one")
    _must_exist(getattr(chosen, "suppressions", None), "mapproof suppressions add writes one")
    if baseline is None and policy.baseline is not None:
        baseline = beside(policy, policy.baseline)
    return Gate(
        policy=policy,
        options=options,
        pack=pack_with([*(getattr(chosen, "rules", None) or ()), *(beside(policy, path) for path in policy.rules)]),
        progress=progress,
        suppressions=suppressions_of(chosen, policy, paths),
        baseline=baseline,
        decide=not getattr(chosen, "no_suppressions", False),
    )


def _must_exist(path: str | None, remedy: str) -> None:
    if path is not None and not os.path.isfile(path):  # noqa: PTH113  likewise
        message = f"{path}: no such file: {remedy}"
        raise MapproofError(message)


def project_pack(chosen: Namespace) -> Pack:
    """The rules that hold in the current folder: those that ship, the policy's, and those of ``--rules``."""
    policy = policy_for(chosen, ())
    return pack_with([*(getattr(chosen, "rules", None) or ()), *(beside(policy, path) for path in policy.rules)])


def policy_for(chosen: Namespace, paths: Sequence[str]) -> Policy:
    """The policy that somebody named, or else the nearest to what the paths have in common."""
    from mapproof.policy.find import named, nearest

    if getattr(chosen, "isolated", False):
        return Policy()
    if getattr(chosen, "config", None):
        return named(chosen.config, _bytes)
    return nearest(common_folder(paths), _bytes)


def paths_of(policy: Policy, given: Sequence[str]) -> list[str]:
    """What is to be read: what was given, else what the policy names."""
    if given:
        return list(given)
    return [beside(policy, path) for path in policy.paths]


def suppressions_of(chosen: Namespace, policy: Policy, paths: Sequence[str]) -> str | None:
    """The file of suppressions: named, or the policy's, or the nearest; ``None`` where there is none."""
    from mapproof.frontends.files import is_file

    if getattr(chosen, "suppressions", None):
        return str(chosen.suppressions)
    if policy.suppressions is not None:
        return beside(policy, policy.suppressions)
    if getattr(chosen, "isolated", False):
        return None
    current = common_folder(paths)
    while True:
        path = os.path.relpath(os.path.join(current, SUPPRESSIONS))  # noqa: PTH118  likewise
        if is_file(path):
            return path
        parent = os.path.dirname(current)  # noqa: PTH120  likewise
        if parent == current or os.path.lexists(os.path.join(current, ".git")):  # noqa: PTH118  likewise
            return None
        current = parent


def beside(policy: Policy, path: str) -> str:
    """A path of the policy's, as seen from the current folder."""
    if not policy.path:
        return path
    return os.path.relpath(os.path.join(os.path.dirname(policy.path), path))  # noqa: PTH118, PTH120  likewise


def _merged(options: Options, policy: Policy) -> Options:
    """What the command line says goes before what the policy says."""
    if not policy.path:
        return options
    defines = {name: value for name, value in policy.defines.items() if name not in options.undefines}
    undefines = {name for name in policy.undefines if name not in options.defines}
    database = options.compile_commands
    if database is None and policy.compile_commands is not None:
        database = beside(policy, policy.compile_commands)
    return replace(
        options,
        defines={**defines, **options.defines},
        undefines=frozenset(undefines | options.undefines),
        include_dirs=(*options.include_dirs, *(beside(policy, path) for path in policy.include_dirs)),
        compile_commands=database,
        excluded=exclusion(policy) if policy.exclude else None,
    )


def exclusion(policy: Policy) -> Callable[[str], bool]:
    """Which files the policy leaves out."""
    from mapproof.triage.decide import matches

    folder = os.path.dirname(policy.path)  # noqa: PTH120  likewise

    def excluded(path: str) -> bool:
        name = _project(path, os.getcwd(), folder)  # noqa: PTH109  likewise
        return any(matches(pattern, name) for pattern in policy.exclude)

    return excluded


def _concerned(change: Change, paths: Sequence[str]) -> list[str]:
    """The files to read for a change: every source, since a macro may change what a call elsewhere asks for; of what
    is understood alone (a binary) only what changed."""
    from mapproof.frontends.base import frontends
    from mapproof.frontends.files import head, is_file, overlaid

    known = frontends()
    together = tuple(suffix for frontend in known if frontend.together for suffix in frontend.suffixes)
    alone = [frontend for frontend in known if not frontend.together]
    if not change.changed:
        return []
    files = [path for path in change.files if path.endswith(together) and _within(path, paths)]
    changed = set(change.changed)
    with overlaid(change.after):
        files += [
            path
            for path in change.files
            if path in changed
            and not path.endswith(together)
            and _within(path, paths)
            and is_file(path)
            and any(frontend.claims(path, head(path)) for frontend in alone)
        ]
    return files


def _within(path: str, paths: Sequence[str]) -> bool:
    if not paths:
        return True
    normal = os.path.normpath(path)
    return any(top in {normal, "."} or normal.startswith(top + os.sep) for top in map(os.path.normpath, paths))


def _exists(path: str) -> bool:
    from mapproof.frontends.files import is_file

    return is_file(path)


def _objections(report: Report) -> bool:
    from mapproof.model.verdict import Verdict

    return bool(report.unverified) or any(
        finding.verdict is not Verdict.BENIGN or finding.advice for finding in report.findings
    )


def _root() -> str:
    from mapproof.commands.rendering import project_root

    return project_root(os.getcwd())  # noqa: PTH109  likewise


def _project(path: str, folder: str, root: str) -> str:
    from mapproof.model.fingerprint import project_path

    return project_path(path, folder, root)


def _bytes(path: str) -> bytes | None:
    from mapproof.frontends.files import content, is_file

    name = os.path.relpath(path)
    try:
        return content(name) if is_file(name) else None
    except OSError:
        return None


def _text(path: str) -> str:
    data = _bytes(path)
    if data is None:
        message = f"{path}: no such file, or it can't be read"
        raise MapproofError(message)
    try:
        return data.decode()
    except UnicodeDecodeError:
        message = f"{path}:1: is not UTF-8"
        raise MapproofError(message) from None


def write(path: str, text: str) -> None:
    """Write a file of the project's. Raises where that can't be."""
    try:
        with open(path, "w", encoding="utf-8", newline="\n") as file:  # noqa: PTH123  likewise
            file.write(text)
    except OSError as error:
        message = f"{path}: {error.strerror}: make it writable"
        raise MapproofError(message) from error
