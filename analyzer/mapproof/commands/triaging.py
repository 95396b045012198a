"""From files of alerts to answers: each is read, tied to what was analysed, and answered; nothing is dropped."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from mapproof.errors import MapproofError, PackError
from mapproof.model.answer import Triage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mapproof.classify.opening import Pack
    from mapproof.commands.cache import Cache
    from mapproof.commands.gate import Gate
    from mapproof.model.alert import Alert, AlertFile
    from mapproof.model.dossier import Dossier
    from mapproof.triage.claims import ClaimTable


def triage(
    alerts: Sequence[str],
    sources: Sequence[str],
    artifacts: Sequence[str],
    gate: Gate,
    kept: Cache,
    statements: dict[str, bytes],
    moved: Sequence[tuple[str, str]] = (),
) -> Triage:
    """An answer to each alert in these files. Proofs that were just made go into ``statements`` by digest; the others
    are in the cache. ``moved`` are folders of the alerts, and where they are here."""
    from mapproof import __version__
    from mapproof.commands.units import dossier_of, units_of
    from mapproof.model.verdict import Assumption
    from mapproof.triage.answering import Grounds, answer, mappers_of
    from mapproof.triage.join import Ties, joined
    from mapproof.triage.match import Index

    started = time.monotonic()
    for path in (*sources, *artifacts):
        if not os.path.lexists(path):
            message = f"{path}: no such file or folder: name one that exists"
            raise MapproofError(message)
    files, found = _read(alerts, gate)
    claims = claims_of(gate.pack)
    dossiers: list[Dossier] = []
    again = 0
    for unit in units_of(sources, artifacts):
        dossier, was_kept = dossier_of(unit, gate, kept, statements)
        dossiers.append(dossier)
        again += was_kept
    given = [path for dossier in dossiers for path in dossier.unit]
    index = Index(dossiers, {path: os.path.abspath(path) for path in given}, moved)  # noqa: PTH100  paths are kept as text
    grounds = Grounds(
        {site.id: site for dossier in dossiers for site in dossier.sites},
        index.held,
        index.missed,
        {proof.subject: proof for dossier in dossiers for proof in dossier.proofs},
        mappers_of(site for dossier in dossiers for site in dossier.sites),
        frozenset(assumption.value for assumption in set(Assumption) - gate.policy.assumptions),
    )
    ties = Ties(dossiers)
    answers = []
    for alert in found:
        understood = claims.of(alert)
        one = answer(alert, understood, index.match(alert, understood.claim), grounds)
        answers.append(joined(one, ties, grounds.sites))
    return Triage(
        files=tuple(files),
        answers=tuple(answers),
        dossiers=tuple(dossiers),
        rule_pack=gate.pack.digest,
        version=__version__,
        analysed=len(dossiers) - again,
        kept=again,
        seconds=time.monotonic() - started,
    )


def claims_of(pack: Pack) -> ClaimTable:
    """What foreign rules assert, by a pack; raises :class:`PackError` with every fault."""
    from mapproof.table import Document
    from mapproof.triage.claims import read_claims

    faults: list[str] = []
    tables = [Document(path, text, faults).parse() for path, text in pack.alert_files()]
    claims = read_claims(table for table in tables if table is not None)
    if faults:
        raise PackError(faults)
    return claims


def _read(paths: Sequence[str], gate: Gate) -> tuple[list[AlertFile], list[Alert]]:
    from hashlib import sha256

    from mapproof.frontends.files import content
    from mapproof.triage.readers.base import read_alerts

    files: list[AlertFile] = []
    found: list[Alert] = []
    for path in paths:
        try:
            data = content(path)
        except OSError as error:
            message = f"{path}: {error.strerror}: name a report of alerts"
            raise MapproofError(message) from error
        file, alerts = read_alerts(path, data, len(found) + 1, sha256(data).hexdigest(), gate.policy.alerts)
        files.append(file)
        found += alerts
    return files, found
