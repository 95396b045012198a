"""Brings the pinned sources: ``python -m corpus.fetch [NAME...]``.

What is there already is left alone; an archive is downloaded at most once. Exit code 0 when everything asked for is
there, 2 when something is not.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from corpus import archive, clients, manifests
from corpus.errors import FetchError
from corpus.manifest import Manifest, ManifestError
from corpus.store import STAMP, folder_of, sha256_of, tree_of

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMAND = "python -m corpus.fetch"


def fetch(manifest: Manifest) -> Path:
    """Have the files of one manifest on disk, checked, and return their folder; raises :class:`FetchError`."""
    tree = tree_of(manifest)
    if tree is not None:
        return tree
    kept = folder_of(manifest) / "archive" / manifest.archive
    if not kept.is_file() or sha256_of(kept) != manifest.sha256:
        kept.unlink(missing_ok=True)
        clients.in_fresh_folder(manifest, kept)
        try:
            _expect(manifest.sha256, kept, manifest)
        except FetchError:
            kept.unlink()
            raise
    return _unpack(manifest, kept)


def _unpack(manifest: Manifest, kept: Path) -> Path:
    """Extract, check the key files and put the tree in place in one move; the stamp is written last."""
    folder = folder_of(manifest)
    (folder / STAMP).unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".unpack-") as temporary:
        fresh = Path(temporary)
        innermost = kept
        for number, inner in enumerate(manifest.inner):
            content = archive.read_member(innermost, inner.path)
            innermost = fresh / f"{number}-{Path(inner.path).name}"
            innermost.write_bytes(content)
            _expect(inner.sha256, innermost, manifest)
        tree = fresh / "tree"
        archive.extract(innermost, tree, manifest.files, manifest.strip)
        for name, sha256 in manifest.key_files.items():
            _expect(sha256, tree / name, manifest)
        shutil.rmtree(folder / "tree", ignore_errors=True)
        tree.replace(folder / "tree")
    (folder / STAMP).write_text(manifest.digest)
    return folder / "tree"


def _expect(sha256: str, file: Path, manifest: Manifest) -> None:
    """Raise :class:`FetchError` unless the file is there and has this hash."""
    got = sha256_of(file) if file.is_file() else "no such file"
    if got != sha256:
        problem = f"{manifest.name}: {file.name} has SHA-256 {got}, pinned is {sha256}"
        raise FetchError(problem, "do not use it; if the package was really published anew, review and pin it anew")


def main(arguments: Sequence[str] | None = None) -> int:
    """Fetch what the arguments name, everything without any; returns the exit code."""
    parser = argparse.ArgumentParser(prog=COMMAND, description="Bring the pinned sources of the corpus.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="a folder of corpus/; all when none is given")
    parser.add_argument("--list", action="store_true", help="say what there is and what was fetched")
    chosen = parser.parse_args(arguments)
    try:
        known = {manifest.name: manifest for manifest in manifests()}
    except ManifestError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    unknown = sorted(set(chosen.names) - known.keys())
    if unknown:
        sys.stderr.write(f"not in the corpus: {', '.join(unknown)}; there is {', '.join(known)}\n")
        return 2
    wanted = [known[name] for name in chosen.names or known]
    if chosen.list:
        sys.stdout.writelines(_line(manifest) for manifest in wanted)
        return 0
    return 2 if [manifest.name for manifest in wanted if not _fetched(manifest)] else 0


def _line(manifest: Manifest) -> str:
    """One line of ``--list``."""
    state = "fetched" if tree_of(manifest) else "absent"
    return f"{manifest.name:24} {state:8} {manifest.ecosystem} {manifest.package} {manifest.version}\n"


def _fetched(manifest: Manifest) -> bool:
    """Fetch one and say how it went; whether it worked."""
    try:
        tree = fetch(manifest)
    except (FetchError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return False
    sys.stdout.write(f"{manifest.name}: {tree}\n")
    return True


if __name__ == "__main__":
    sys.exit(main())
