"""What a site is told by from run to run: no line number, no address, and no path outside the project."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mapproof.model.site import Finding, Site

_BLANKS = re.compile(r"\s+")


def project_path(path: str, folder: str, root: str) -> str:
    """The path of a file as seen from the project's ``root``, with ``/``.

    ``path`` is relative to ``folder``, where it is not absolute; both folders are absolute. A file outside of the
    project keeps its absolute path; without a root the path stays as it is.
    """
    if not root:
        return posixpath.normpath(path.replace("\\", "/"))
    full = posixpath.normpath(posixpath.join(folder.replace("\\", "/"), path.replace("\\", "/")))
    top = posixpath.normpath(root.replace("\\", "/"))
    inside = full.startswith(top.rstrip("/") + "/")
    return full[len(top.rstrip("/")) + 1 :] if inside else full


def fingerprints(findings: Iterable[Finding], folder: str = "", root: str = "") -> dict[str, str]:
    """The fingerprint of each site by the site's id: 64 hexadecimal digits.

    Sites that are alike in file, function, callee and arguments are numbered in the order of the text.
    """
    from hashlib import sha256  # noqa: PLC0415  a slow import

    counts: dict[tuple[str, ...], int] = {}
    found: dict[str, str] = {}
    for finding in findings:
        key = _key(finding.site, folder, root)
        counts[key] = counts.get(key, 0) + 1
        found[finding.site.id] = sha256(
            "\0".join((*key, str(counts[key]))).encode("utf-8", "surrogateescape")
        ).hexdigest()
    return found


def site_id(path: str, function: str, callee: str, number: int) -> str:
    """The id of a site within a run: of the ``number``-th call, from 1, that comes down to ``callee`` in a function.

    ``function`` is empty for a call in a macro's definition. 16 hexadecimal digits.
    """
    from hashlib import sha256  # noqa: PLC0415  a slow import

    return sha256(f"{path}|{function}|{callee}|{number}".encode("utf-8", "surrogateescape")).hexdigest()[:16]


def _key(site: Site, folder: str, root: str) -> tuple[str, ...]:
    return (
        project_path(site.artifact, folder, root),
        site.function or "",
        site.callee.primitive,
        site.callee.written,
        *(_BLANKS.sub(" ", argument).strip() for argument in site.arguments),
    )


def proof_digest(finding: Finding) -> str:
    """The digest of what was found out about a site: it changes when the verdict, or what it rests on, does.

    Line numbers, addresses and wording play no part.
    """
    from hashlib import sha256  # noqa: PLC0415  a slow import

    site = finding.site
    parts = [
        finding.verdict,
        site.callee.primitive,
        str(site.protections),
        str(site.masks),
        str(site.map_flags),
        str(site.open),
        str(site.presence.build_part()),
        *(f"{protection} {condition.build_part()}" for protection, condition in site.conditions),
        *(f"{obligation.name} {obligation.status}" for obligation in finding.obligations),
        *sorted(finding.assumptions),
    ]
    return "sha256:" + sha256("\n".join(parts).encode("utf-8", "surrogateescape")).hexdigest()
