"""What one folder of the corpus pins: a package, the hash of its archive and the files that are read from it."""

from __future__ import annotations

import hashlib
import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

ECOSYSTEMS: Final = ("npm", "pypi", "debian-source")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9.+-]*")
_REQUIRED: Final = {"name", "description", "licence", "ecosystem", "package", "version", "archive", "sha256", "files"}
_OPTIONAL: Final = {"strip", "inner", "key_files"}


class ManifestError(Exception):
    """A manifest is missing or faulty; the text names the file and every fault in it."""


@dataclass(frozen=True, slots=True)
class Inner:
    """An archive inside the archive before it: its path there (after ``strip`` of neither) and its hash."""

    path: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """One pinned source.

    ``archive`` is the file name that the client saves, ``sha256`` its hash. ``inner`` leads through archives inside
    it. From the last one, ``files`` (globs where ``*`` stays within one folder and ``**`` does not) are extracted
    after ``strip`` leading folders are cut off. ``key_files`` are hashes of extracted files. ``digest`` is the hash
    of the manifest itself, so that a changed one is extracted anew.
    """

    name: str
    description: str
    licence: str
    ecosystem: str
    package: str
    version: str
    archive: str
    sha256: str
    files: tuple[str, ...]
    strip: int
    inner: tuple[Inner, ...]
    key_files: Mapping[str, str]
    folder: Path
    digest: str


def load(file: Path) -> Manifest:
    """Read and check one ``manifest.toml``; raises :class:`ManifestError` with all that is wrong."""
    try:
        raw = file.read_bytes()
    except OSError as error:
        message = f"no manifest {file.parent.name!r} in the corpus: {error.strerror}"
        raise ManifestError(message) from error
    try:
        table = tomllib.loads(raw.decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        message = f"{file}: {error}"
        raise ManifestError(message) from error
    faults = [*_shape_faults(table), *(() if table.get("name") == file.parent.name else ("name is not the folder's",))]
    if faults:
        message = f"{file}: " + "; ".join(faults)
        raise ManifestError(message)
    return Manifest(
        **{key: table[key] for key in _REQUIRED - {"files"}},
        files=tuple(table["files"]),
        strip=table.get("strip", 1),
        inner=tuple(Inner(one["path"], one["sha256"]) for one in table.get("inner", ())),
        key_files=table.get("key_files", {}),
        folder=file.parent,
        digest=hashlib.sha256(raw).hexdigest(),
    )


def _shape_faults(table: Mapping[str, object]) -> list[str]:
    """Everything about the keys and types of a manifest that is not as it should be."""
    faults = [f"{key} is missing" for key in sorted(_REQUIRED - table.keys())]
    faults += [f"{key} is unknown" for key in sorted(table.keys() - _REQUIRED - _OPTIONAL)]
    for key in sorted((_REQUIRED - {"files"}) & table.keys()):
        if not isinstance(table[key], str) or not table[key]:
            faults.append(f"{key} is not a text")
    if faults:
        return faults
    faults += [] if table["ecosystem"] in ECOSYSTEMS else [f"ecosystem is none of {', '.join(ECOSYSTEMS)}"]
    faults += [] if _NAME.fullmatch(str(table["name"])) else ["name is not a plain slug"]
    faults += [] if "/" not in str(table["archive"]) else ["archive is a path"]
    strip = table.get("strip", 1)
    faults += [] if isinstance(strip, int) and strip >= 0 else ["strip is not a number of folders"]
    hashes = [table["sha256"]]
    faults += _list_faults(table, hashes)
    faults += [f"{value!r} is not a SHA-256" for value in hashes if not _SHA256.fullmatch(str(value))]
    return faults


def _list_faults(table: Mapping[str, object], hashes: list[object]) -> list[str]:
    """Faults of the keys that hold lists and tables; hashes that are still to be checked are added to ``hashes``."""
    faults: list[str] = []
    files = table["files"]
    if not isinstance(files, list) or not files or not all(isinstance(one, str) and one for one in files):
        faults.append("files is not a list of globs")
    inner = table.get("inner", [])
    if isinstance(inner, list) and all(isinstance(one, dict) and one.keys() == {"path", "sha256"} for one in inner):
        hashes += [one["sha256"] for one in inner]
    else:
        faults.append("inner is not a list of path and sha256")
    keys = table.get("key_files", {})
    if isinstance(keys, dict):
        hashes += keys.values()
    else:
        faults.append("key_files is not a table")
    return faults
