"""What git says: which files changed, and what they held."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mapproof.errors import MapproofError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Change:
    """Two states of a project: ``files`` are all files after the change, ``changed`` those in which the states differ.

    ``before`` and ``after`` say of a file what it holds then (``None``: it is not there), where that is not what stands
    on the disk. All paths are relative to the current folder.
    """

    files: tuple[str, ...]
    changed: tuple[str, ...]
    before: Mapping[str, bytes | None]
    after: Mapping[str, bytes | None]


def top_level() -> str:
    """The top folder of the working tree that the current folder lies in. Raises where there is none."""
    return os.fsdecode(_git("rev-parse", "--show-toplevel")).rstrip("\n")


def staged() -> Change:
    """From the last commit to the index."""
    top = top_level()
    base = "HEAD" if _succeeds("rev-parse", "--verify", "--quiet", "HEAD") else _empty_tree()
    changed = _names(top, "diff", "--cached", "--name-only", "-z", "--no-renames", base)
    files = _names(top, "ls-files", "-z", "--cached")
    apart = _names(top, "diff", "--name-only", "-z", "--no-renames")
    return Change(
        files=tuple(files),
        changed=tuple(changed),
        before=_contents(top, base, changed),
        after=_contents(top, "", sorted({*changed, *apart})),
    )


def since(base: str) -> Change:
    """From a commit (where this branch left it) to the files as they stand on the disk, new ones included."""
    top = top_level()
    if base.startswith("-") or not _succeeds("rev-parse", "--verify", "--quiet", f"{base}^{{commit}}"):
        message = f"--diff {base}: git knows no such commit: name a branch, a tag or a commit"
        raise MapproofError(message)
    fork = base
    if _succeeds("merge-base", base, "HEAD"):
        fork = os.fsdecode(_git("merge-base", base, "HEAD")).strip()
    changed = _names(top, "diff", "--name-only", "-z", "--no-renames", fork)
    new = _names(top, "ls-files", "-z", "--others", "--exclude-standard")
    files = _names(top, "ls-files", "-z", "--cached")
    before: dict[str, bytes | None] = dict.fromkeys(new)
    before.update(_contents(top, fork, changed))
    return Change(
        files=tuple(sorted(path for path in {*files, *new} if os.path.lexists(path))),
        changed=tuple(sorted({*changed, *new})),
        before=before,
        after={},
    )


def _contents(top: str, commit: str, paths: Sequence[str]) -> dict[str, bytes | None]:
    """What the files hold in a commit, or in the index where the commit is empty."""
    if not paths:
        return {}
    names = [_below(top, path) for path in paths]
    asked = b"".join(os.fsencode(f"{commit}:{name}") + b"\n" for name in names if "\n" not in name)
    answer = _git("cat-file", "--batch", given=asked)
    found: dict[str, bytes | None] = {}
    position = 0
    for path, name in zip(paths, names, strict=True):
        if "\n" in name:
            found[path] = None
            continue
        end = answer.index(b"\n", position)
        words = answer[position:end].rsplit(b" ", 2)
        position = end + 1
        if words[-1] == b"missing" or len(words) != 3:
            found[path] = None
            continue
        size = int(words[2])
        found[path] = answer[position : position + size] if words[1] == b"blob" else None
        position += size + 1
    return found


def _names(top: str, *arguments: str) -> list[str]:
    """The paths that git lists, relative to the current folder."""
    listed = os.fsdecode(_git("-C", top, *arguments)).split("\0")
    names = sorted(name for name in set(listed) if name)
    here = os.path.relpath(top)
    return names if here == "." else [os.path.relpath(os.path.join(top, name)) for name in names]  # noqa: PTH118  paths are text here


def _below(top: str, path: str) -> str:
    return os.path.relpath(path, top).replace(os.sep, "/")


def _empty_tree() -> str:
    return os.fsdecode(_git("hash-object", "-t", "tree", "--stdin")).strip()


def _succeeds(*arguments: str) -> bool:
    try:
        _git(*arguments)
    except MapproofError:
        return False
    return True


def _git(*arguments: str, given: bytes = b"") -> bytes:
    """The output of a git command. Raises where there is no git, or it fails."""
    try:
        done = subprocess.run(["git", *arguments], input=given, capture_output=True, check=False)  # noqa: S603, S607  git as the user has it
    except OSError as error:
        message = f"git: {error.strerror}: --diff and --staged need git"
        raise MapproofError(message) from error
    if done.returncode:
        said = done.stderr.decode(errors="backslashreplace").strip().splitlines()
        message = f"git {arguments[0]}: {said[0] if said else 'failed'}"
        raise MapproofError(message)
    return done.stdout
