"""Where fetched sources live, and how to tell that they are what a manifest pins."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from corpus.manifest import Manifest

HERE: Final = Path(__file__).resolve().parent
STAMP: Final = "tree.stamp"


def root() -> Path:
    """The folder of the store: ``MAPPROOF_CORPUS`` when set, else ``.cache/corpus`` in the checkout."""
    override = os.environ.get("MAPPROOF_CORPUS")
    return Path(override) if override else HERE.parent / ".cache" / "corpus"


def folder_of(manifest: Manifest) -> Path:
    """Where everything of one manifest is kept: the archive, the tree and the stamp."""
    return root() / manifest.name


def tree_of(manifest: Manifest) -> Path | None:
    """The extracted files, or ``None`` when they are not there or belong to another state of the manifest."""
    folder = folder_of(manifest)
    tree = folder / "tree"
    try:
        stamp = (folder / STAMP).read_text()
    except OSError:
        return None
    return tree if stamp == manifest.digest and tree.is_dir() else None


def sha256_of(file: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
