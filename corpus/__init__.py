"""Pinned sources of other projects, read by hand once and held against what mapproof says of them.

``python -m corpus.fetch`` brings the sources; nothing of them is kept in this repository, only the manifests that
name them and the readings (``expected.json``) that say which mapping calls they hold. Standard library only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from corpus.manifest import Manifest, ManifestError, load
from corpus.store import HERE, tree_of

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Manifest", "ManifestError", "manifests", "path"]


def manifests() -> tuple[Manifest, ...]:
    """Every manifest of the corpus, by name; raises :class:`ManifestError` when one is faulty."""
    return tuple(load(file) for file in sorted(HERE.glob("*/manifest.toml")))


def path(name: str) -> Path | None:
    """The folder that holds the chosen files of ``name`` as the manifest pins them, ``None`` when not fetched.

    Raises :class:`ManifestError` when there is no such name.
    """
    return tree_of(load(HERE / name / "manifest.toml"))
