"""From a site to a proof file and back: the engine finds the verdict, ``verify/`` proves it without the engine.

Only wiring: which files, which site, where to write. What a proof is and whether it holds is ``verify/``'s to say.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mapproof.errors import MapproofError
from mapproof.frontends.files import LargeError, content
from mapproof.model.callee import Role
from mapproof.model.location import HeaderField, Span, sort_key
from mapproof.model.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from mapproof.classify.opening import Pack
    from mapproof.model.callee import CalleeTable
    from mapproof.model.dossier import Proof
    from mapproof.model.report import Checked, Report
    from mapproof.model.site import Finding, Site
    from mapproof.scan import Options, Together
    from mapproof.verify.asked import HeaderStatement
    from mapproof.verify.callless import CalllessStatement
    from mapproof.verify.certificate import Context, Outcome
    from mapproof.verify.statement import Statement

MOST_TOGETHER: Final = 256 << 20
"""Bytes of all files that one proof speaks of."""

MOST_CHECKED: Final = 200
"""Calls of one program that are checked beside the report."""


class NothingToProveError(MapproofError):
    """The site's verdict is none that a proof is written for, or the checker's rules do not reach it. Exit code 3."""


@dataclass(frozen=True, slots=True)
class Argued:
    """A site's finding with the run that it came from."""

    finding: Finding
    report: Report
    together: Together


def argued(
    paths: Sequence[str], site: str, pack: Pack, options: Options, progress: Callable[[str], None] | None = None
) -> Argued:
    """The finding on one site, named by its id, by ``FILE:LINE`` or by an address. Raises :class:`MapproofError` when
    there is no such site, or more than one."""
    from mapproof.scan import scan

    for path in paths:
        if not os.path.lexists(path):
            message = f"{path}: no such file or folder: name one that exists"
            raise MapproofError(message)
    together: list[Together] = []
    report = scan(paths, pack, options, progress, together)
    finding = chosen(report, site)
    group = next(group for group in together if finding.site.id in group.sites)
    return Argued(finding, report, group)


def chosen(report: Report, site: str) -> Finding:
    """The one finding that a name means."""
    found = [finding for finding in report.findings if _means(finding, site)]
    if not found:
        near = ", ".join(dict.fromkeys(str(finding.site.location) for finding in report.findings[:8]))
        message = f"{site}: no such site: there is {near or 'none in these files'}"
        raise MapproofError(message)
    if len(found) > 1:
        listed = ", ".join(f"{finding.site.id} ({finding.site.location})" for finding in found)
        message = f"{site}: that is more than one: name it by its id: {listed}"
        raise MapproofError(message)
    return found[0]


def _means(finding: Finding, site: str) -> bool:
    place = finding.site.location
    if finding.site.id == site:
        return True
    path, _, rest = site.rpartition(":")
    if isinstance(place, Span):
        return rest.isdecimal() and place.line == int(rest) and _same_path(place.path, path)
    try:
        number = int(rest, 16) if rest.lower().startswith(("0x", "+0x")) else None
    except ValueError:
        return False
    here = place.offset if isinstance(place, HeaderField) else place.address
    counted = isinstance(place, HeaderField) is rest.startswith("+")
    return counted and here == number and (not path or _same_path(place.path, path))


def _same_path(one: str, other: str) -> bool:
    return one == other or os.path.normpath(one) == os.path.normpath(other)


def prove(
    paths: Sequence[str], site: str, pack: Pack, options: Options, progress: Callable[[str], None] | None = None
) -> Statement:
    """The proof of a site's verdict. Raises :class:`NothingToProveError` where there is none."""
    found = argued(paths, site, pack, options, progress)
    finding = found.finding
    if finding.verdict is Verdict.UNRESOLVED or finding.site.role is Role.SEGMENT:
        proved = "a proof is written of what calls ask for, not of what is unresolved or stands in headers"
        message = f"{finding.site.location} is {finding.verdict}: {finding.reason}: {proved}"
        raise NothingToProveError(message)
    return statement_of(found, paths, pack, options)


def statement_of(found: Argued, paths: Sequence[str], pack: Pack, options: Options) -> Statement:
    """The proof of a finding's verdict. Raises :class:`NothingToProveError` where the checker can't follow."""
    from mapproof.verify.certificate import Court, certify
    from mapproof.verify.verdict import UnprovableError

    site = found.finding.site
    context = _context(_read(found.together.files), found.together.table, pack)
    place = (site.id, site.location.path, _start(site), site.callee.written, site.callee.primitive)
    try:
        court = Court(context.files, context.table, options.defines)
        return certify(court, context, place, found.finding.rule, list(paths), found.finding.verdict)
    except UnprovableError as reason:
        message = f"{site.location} is {found.finding.verdict}, but the checker can't follow the argument: {reason}"
        raise NothingToProveError(message) from reason


def _start(site: Site) -> int:
    """Where a site begins: an offset in a source, an address in a binary."""
    place = site.location
    return sort_key(place)[1]


def checked(report: Report, together: Sequence[Together], pack: Pack, options: Options) -> Report:
    """The report with what the checker makes of each benign site in sources; where it comes to another protection than
    the engine, the evidence does not count as replayed."""
    from dataclasses import replace

    found: dict[str, Checked] = {}
    for group in together:
        benign = [
            finding.site
            for finding in report.findings
            if finding.site.id in group.sites
            and finding.verdict is Verdict.BENIGN
            and isinstance(finding.site.location, Span)
        ]
        found.update(_checked_together(benign, group, pack, options) if benign else {})
    disputed = {site for site, outcome in found.items() if not outcome.agrees}
    return replace(report, checked=found, unverified=report.unverified | disputed)


def proofs_of(
    report: Report,
    together: Sequence[Together],
    scope: Sequence[str],
    pack: Pack,
    options: Options,
    statements: dict[str, bytes],
) -> tuple[Proof, ...]:
    """The proof of each benign site, or where the checker stops; the proofs themselves, checked, go into
    ``statements`` by digest."""
    from mapproof.model.dossier import Proof

    found: list[Proof] = []
    binaries = {artifact.path for artifact in report.artifacts if artifact.language == "elf"}
    for group, files in _contents(together, binaries):
        own = group.files[0] if group.files and group.files[0] in binaries else ""
        ours = [
            finding
            for finding in report.findings
            if (finding.site.location.path == own if own else finding.site.id in group.sites)
        ]
        benign = [finding for finding in ours if finding.verdict is Verdict.BENIGN]
        if isinstance(files, str):
            found += [Proof(name, gap=files) for name in (*(one.site.id for one in benign), *group.files)]
            continue
        if own:
            found.append(_header_proof(own, files[own], pack, statements))
            if not any(_is_call(finding) for finding in ours):
                found.append(_callless_proof(own, files[own], group.table, pack, statements))
        found += _proofs_together(benign, group, files, scope, pack, options, statements) if benign else ()
    return tuple(found)


def _contents(
    together: Sequence[Together], binaries: Collection[str]
) -> Iterator[tuple[Together, dict[str, bytes] | str]]:
    """Each group with its files' bytes, or why they can't be read; an archive is gone through once.

    A binary is proved alone, whatever else it was understood with: a proof speaks of what one file holds.
    """
    from mapproof.commands.members import members_of, outer_of

    inside: dict[str, dict[str, Together]] = {}
    for group in together:
        own = group.files[0] if group.files and group.files[0] in binaries else ""
        outer = outer_of(own)
        if outer != own:
            inside.setdefault(outer, {})[own] = group
            continue
        try:
            yield group, _read([own] if own else group.files)
        except MapproofError as reason:
            yield group, str(reason)
    for outer, groups in inside.items():
        try:
            for name, data in members_of(outer, MOST_TOGETHER):
                if name in groups:
                    yield groups.pop(name), {name: data}
        except OSError as error:
            yield from ((group, f"{outer}: {error.strerror}") for group in groups.values())
            continue
        yield from ((group, f"{name}: it is no longer in the archive") for name, group in groups.items())


def _is_call(finding: Finding) -> bool:
    return finding.site.role is not Role.SEGMENT


def _callless_proof(path: str, data: bytes, table: CalleeTable, pack: Pack, statements: dict[str, bytes]) -> Proof:
    """The proof that a binary in which no call was found has none."""
    from hashlib import sha256

    from mapproof import __version__
    from mapproof.model.dossier import Proof, calls_of
    from mapproof.verify.callless import callless_statement
    from mapproof.verify.statement import Tool
    from mapproof.verify.statement import encoded as written
    from mapproof.verify.verdict import UnprovableError

    try:
        statement = callless_statement({path: data}, table, Tool("mapproof", __version__, pack.digest))
    except UnprovableError as reason:
        return Proof(calls_of(path), gap=str(reason))
    encoded = written(statement)
    digest = "sha256:" + sha256(encoded).hexdigest()
    statements[digest] = encoded
    predicate = statement.predicate
    return Proof(calls_of(path), digest, len(predicate.steps), tuple(predicate.assumes), (predicate.claim,))


def _header_proof(path: str, data: bytes, pack: Pack, statements: dict[str, bytes]) -> Proof:
    """The proof of what a binary's headers do not ask for."""
    from hashlib import sha256

    from mapproof import __version__
    from mapproof.model.dossier import Proof
    from mapproof.verify.asked import header_statement
    from mapproof.verify.statement import Tool
    from mapproof.verify.statement import encoded as written

    statement = header_statement(path, data, Tool("mapproof", __version__, pack.digest))
    if statement is None:
        return Proof(path, gap="its headers show nothing that could be proved")
    encoded = written(statement)
    digest = "sha256:" + sha256(encoded).hexdigest()
    statements[digest] = encoded
    return Proof(
        path, digest, len(statement.predicate.claims), shows=tuple(s.claim for s in statement.predicate.claims)
    )


def _proofs_together(
    findings: Sequence[Finding],
    group: Together,
    files: Mapping[str, bytes],
    scope: Sequence[str],
    pack: Pack,
    options: Options,
    statements: dict[str, bytes],
) -> list[Proof]:
    from hashlib import sha256

    from mapproof.model.dossier import Proof
    from mapproof.verify.certificate import Court, Result, certify, verify
    from mapproof.verify.statement import encoded
    from mapproof.verify.verdict import UnprovableError

    try:
        context = _context(files, group.table, pack)
        court = Court(context.files, context.table, options.defines)
    except (MapproofError, UnprovableError) as reason:
        return [Proof(finding.site.id, gap=str(reason)) for finding in findings]
    found: list[Proof] = []
    for number, finding in enumerate(findings):
        site = finding.site
        if number >= MOST_CHECKED:
            gap = f"only {MOST_CHECKED} calls of one program are proved here: `mapproof prove` proves each"
            found.append(Proof(site.id, gap=gap))
            continue
        place = (site.id, site.location.path, _start(site), site.callee.written, site.callee.primitive)
        try:
            statement = certify(court, context, place, finding.rule, list(scope))
        except UnprovableError as reason:
            found.append(Proof(site.id, gap=str(reason)))
            continue
        asked = {str(protection) for protection in site.protections}
        outcome = verify(statement, context, court) if asked <= set(statement.predicate.protections) else None
        if outcome is None or outcome.result is not Result.HOLDS:
            why = "the checker comes to other protections" if outcome is None else "; ".join(outcome.details)
            found.append(Proof(site.id, gap=f"the proof does not hold: {why}"))
            continue
        data = encoded(statement)
        digest = "sha256:" + sha256(data).hexdigest()
        statements[digest] = data
        steps = len(statement.predicate.steps)
        found.append(Proof(site.id, digest, steps, tuple(statement.predicate.assumes)))
    return found


def _checked_together(sites: Sequence[Site], group: Together, pack: Pack, options: Options) -> dict[str, Checked]:
    from mapproof.model.report import Checked
    from mapproof.verify.certificate import Court
    from mapproof.verify.verdict import UnprovableError, protections_of

    try:
        context = _context(_read(group.files), group.table, pack)
    except MapproofError as reason:
        return {site.id: Checked(gap=str(reason)) for site in sites}
    court = Court(context.files, context.table, options.defines)
    left_out = Checked(gap=f"only {MOST_CHECKED} calls of one program are checked here: `mapproof prove` checks each")
    found = {site.id: left_out for site in sites[MOST_CHECKED:]}
    for site in sites[:MOST_CHECKED]:
        assert isinstance(site.location, Span)  # noqa: S101  the caller picked these
        place = site.location
        try:
            steps = court.chain(place.path, place.start, site.callee.written, site.callee.primitive)
        except UnprovableError as reason:
            found[site.id] = Checked(gap=str(reason))
        else:
            agrees = {str(protection) for protection in site.protections} <= set(protections_of(steps))
            found[site.id] = Checked(len(steps), "", agrees)
    return found


def _read(paths: Sequence[str]) -> dict[str, bytes]:
    from mapproof.commands.members import bytes_of

    files: dict[str, bytes] = {}
    size = 0
    for path in paths:
        try:
            files[path] = bytes_of(path, MOST_TOGETHER)
        except OSError as error:
            message = f"{path}: {error.strerror}: a proof speaks of every file that was read"
            raise MapproofError(message) from error
        size += len(files[path])
        if size > MOST_TOGETHER:
            message = f"the files are larger than {MOST_TOGETHER >> 20} MiB together: prove a smaller part"
            raise MapproofError(message)
    return files


def _context(files: Mapping[str, bytes], table: object, pack: Pack) -> Context:
    from mapproof import __version__
    from mapproof.model.callee import CalleeTable
    from mapproof.verify.certificate import Context

    assert isinstance(table, CalleeTable)  # noqa: S101  the callers' promise
    return Context(files, table, pack.digest, __version__, _benign_rules(pack), _patterns(pack))


def _patterns(pack: Pack) -> frozenset[str]:
    return pack.names("mapping") | pack.names("transition")


def _benign_rules(pack: Pack) -> frozenset[str]:
    return pack.names("benign")


def proof_bytes(proof: str) -> bytes:
    """The bytes of a proof file. Raises :class:`MapproofError`."""
    from mapproof.verify.statement import MOST_BYTES

    try:
        return content(proof, MOST_BYTES)
    except OSError as error:
        message = f"{proof}: {error.strerror}: name a proof that mapproof prove wrote"
        raise MapproofError(message) from error


def headers_verified(proof: str, data: bytes, paths: Sequence[str]) -> tuple[HeaderStatement, Outcome]:
    """A proof about a binary's headers and what it is worth; raises as :func:`verified` does."""
    from mapproof.verify.asked import HeaderStatement, verify_headers
    from mapproof.verify.statement import MalformedError, decoded_as

    try:
        statement = decoded_as(data, HeaderStatement)
    except MalformedError as fault:
        message = f"{proof}: malformed: {fault}"
        raise MalformedError(message) from fault
    name = statement.subject[0].name
    path = _replaced(name, paths[0]) if len(paths) == 1 else name
    return statement, verify_headers(statement, _one(proof, 0, path))


def calls_verified(proof: str, data: bytes, paths: Sequence[str], pack: Pack) -> tuple[CalllessStatement, Outcome]:
    """A proof that a binary calls no mapping function, and what it is worth; raises as :func:`verified` does."""
    from mapproof.verify.callless import CalllessStatement, verify_callless
    from mapproof.verify.statement import MalformedError, decoded_as

    try:
        statement = decoded_as(data, CalllessStatement)
    except MalformedError as fault:
        message = f"{proof}: malformed: {fault}"
        raise MalformedError(message) from fault
    name = statement.subject[0].name
    path = _replaced(name, paths[0]) if len(paths) == 1 else name
    return statement, verify_callless(statement, _one(proof, 0, path), pack.callees)


def verified(proof: str, data: bytes, paths: Sequence[str], pack: Pack) -> tuple[Statement, Outcome]:
    """What a proof file holds, and what it is worth for the files it names, or for these in their place.

    Raises :class:`MapproofError` that names the field for a file that is no proof, or whose subjects are not there.
    """
    from mapproof.verify.certificate import verify
    from mapproof.verify.statement import MalformedError, decoded

    try:
        statement = decoded(data)
    except MalformedError as fault:
        message = f"{proof}: malformed: {fault}"
        raise MalformedError(message) from fault
    files = _subjects(proof, statement, paths)
    return statement, verify(statement, _context(files, pack.callees, pack))


def _subjects(proof: str, statement: Statement, paths: Sequence[str]) -> dict[str, bytes]:
    """The subjects' content today, by the names that the proof gives them."""
    given = {os.path.basename(os.path.normpath(path)): path for path in paths}  # noqa: PTH119  paths are kept as they were given
    files: dict[str, bytes] = {}
    size = 0
    for number, subject in enumerate(statement.subject):
        name = os.path.basename(subject.name)  # noqa: PTH119  paths are kept as they were given
        if len(paths) == 1 and len(statement.subject) == 1 and not os.path.isdir(paths[0]):  # noqa: PTH112  as above
            path = _replaced(subject.name, paths[0])
        else:
            path = _placed(subject.name, statement.predicate.scope, paths) or given.get(name, subject.name)
        files[subject.name] = _one(proof, number, path)
        size += len(files[subject.name])
        if size > MOST_TOGETHER:
            message = f"{proof}: subject: the files are larger than {MOST_TOGETHER >> 20} MiB together"
            raise MapproofError(message)
    return {**files, **_added(statement, paths)}


def _replaced(name: str, path: str) -> str:
    """The file that is given in place of a subject: of an archive, the member."""
    from mapproof.frontends.files import head

    member = name.partition("!")[2]
    return f"{path}!{member}" if member and "!" not in path and not head(path).startswith(b"\x7fELF") else path


def _one(proof: str, number: int, path: str) -> bytes:
    """The bytes of a subject; raises :class:`MapproofError` that names it."""
    from mapproof.commands.members import bytes_of

    try:
        return bytes_of(path, MOST_TOGETHER)
    except OSError as error:
        what = f"larger than {MOST_TOGETHER >> 20} MiB" if isinstance(error, LargeError) else error.strerror
        message = f"{proof}: subject[{number}].name: {path}: {what}: give the file's path after the proof"
        raise MapproofError(message) from error


def _placed(name: str, scope: Sequence[str], paths: Sequence[str]) -> str | None:
    """Where a subject lies in folders that were given in place of those the proof was written for."""
    for root, other in zip(scope, paths, strict=False):
        if os.path.isdir(other) and name.startswith(root.rstrip("/") + "/"):  # noqa: PTH112  paths are kept as given
            return other.rstrip("/") + name[len(root.rstrip("/")) :]
    return None


def _added(statement: Statement, paths: Sequence[str]) -> dict[str, bytes]:
    """Source files that have come into the folders since: they may hold what the proof does not count."""
    from mapproof.frontends.c.frontend import SUFFIXES
    from mapproof.frontends.files import collect

    roots = statement.predicate.scope
    known = {subject.name for subject in statement.subject}
    today = [
        next((other for root, other in zip(roots, paths, strict=False) if root == scope), scope) if paths else scope
        for scope in roots
    ]
    added: dict[str, bytes] = {}
    for root, place in zip(roots, today, strict=True):
        if not os.path.isdir(place):  # noqa: PTH112  paths are kept as they were given
            continue
        for path in collect([place], SUFFIXES)[0]:
            name = root.rstrip("/") + path[len(place.rstrip("/")) :]
            if name not in known:
                data = _source(path)
                if data is not None:
                    added[name] = data
    return added


def _source(path: str) -> bytes | None:
    """A text file's bytes; ``None`` for what the sources' reader leaves out too."""
    from mapproof.frontends.files import is_text, read

    data = read(path, [])
    return data if data is not None and is_text(path, data, []) else None
