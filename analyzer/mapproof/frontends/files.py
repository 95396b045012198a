"""Which files are meant: paths as given, folders walked, everything that can't be read said so."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from mapproof.model.site import Coverage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

_SKIPPED: Final = frozenset({".git", ".hg", ".svn", ".bzr", "__pycache__", ".tox", ".venv"})
"""Folders of tools, which hold no source of the project."""

_HEAD: Final = 8192
"""Bytes looked at to tell text from binary, as git and grep do: text holds no NUL."""

_READING: Final = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)

MOST_READ: Final = 1 << 30
"""Bytes of a file that is read at all."""
MOST_ANALYSED: Final = 64 << 20
"""Bytes of a source file that is more than searched for names; the longest amalgamations have 10."""


_overlay: dict[str, bytes | None] = {}
"""Files that are read otherwise than they stand on the disk, by normal path; ``None`` for one that is not there."""


@contextmanager
def overlaid(contents: Mapping[str, bytes | None]) -> Iterator[None]:
    """While this lasts, these files have these contents, or are not there (``None``): a commit, or the index of git."""
    before = dict(_overlay)
    _overlay.update({os.path.normpath(path): data for path, data in contents.items()})
    try:
        yield
    finally:
        _overlay.clear()
        _overlay.update(before)


def is_overlaid(path: str) -> bool:
    """Whether a file is read otherwise than it stands on the disk."""
    return bool(_overlay) and os.path.normpath(path) in _overlay


def is_file(path: str) -> bool:
    """Whether there is such a file."""
    if is_overlaid(path):
        return _overlay[os.path.normpath(path)] is not None
    return os.path.isfile(path)  # noqa: PTH113  paths are kept as they were given


def collect(
    paths: Sequence[str], suffixes: tuple[str, ...], also: Callable[[str], bool] = lambda _path: False
) -> tuple[list[str], list[Coverage]]:
    """Every file that is meant, in the order of names, once each; and what could not be looked at.

    A file that is named is meant whatever its suffix, one in a folder if it has one of ``suffixes`` or ``also`` says
    so. Symbolic links to folders are not followed, so loops end.
    """
    files: dict[str, None] = {}
    gaps: list[Coverage] = []
    for path in paths:
        if is_overlaid(path):
            if is_file(path):
                files[path] = None
        elif not os.path.lexists(path):
            gaps.append(Coverage(path, "missing", "no such file or folder"))
        elif os.path.isdir(path):  # noqa: PTH112  paths are kept as they were given
            before = len(files)
            files.update(dict.fromkeys(_walk(path, suffixes, also, gaps)))
            if len(files) == before and not any(gap.path.startswith(path) for gap in gaps):
                gaps.append(Coverage(path, "empty", f"no file here ends in {', '.join(suffixes[:4])} or the like"))
        elif not os.path.exists(path):  # noqa: PTH110  paths are kept as they were given
            gaps.append(Coverage(path, "unreadable", "the symbolic link leads nowhere"))
        elif not os.path.isfile(path):  # noqa: PTH113  paths are kept as they were given
            gaps.append(Coverage(path, "unreadable", "not a regular file"))
        else:
            files[path] = None
    return sorted(files), gaps


def _walk(top: str, suffixes: tuple[str, ...], also: Callable[[str], bool], gaps: list[Coverage]) -> Iterator[str]:
    def refused(error: OSError) -> None:
        gaps.append(Coverage(error.filename or top, "unreadable", error.strerror or str(error)))

    for folder, folders, names in os.walk(top, onerror=refused):
        folders[:] = sorted(name for name in folders if name not in _SKIPPED)
        for name in sorted(names):
            path = os.path.join(folder, name)  # noqa: PTH118  paths are kept as they were given
            if name.endswith(suffixes) or also(path):
                yield path


class LargeError(OSError):
    """A file has more bytes than are read."""


def content(path: str, most: int = MOST_READ) -> bytes:
    """The bytes of a regular file; a pipe or a device might never end. Raises :class:`OSError`, and :class:`LargeError`
    for a file of more than ``most`` bytes."""
    if is_overlaid(path):
        return _overlaid_content(path, most)
    status = os.stat(path)  # noqa: PTH116  paths are kept as they were given
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "not a regular file", path)
    if status.st_size > most:
        raise LargeError(errno.EFBIG, larger(most), path)
    descriptor = os.open(path, _READING)  # a file object would be most of the cost of a small file
    try:
        data = os.read(descriptor, min(status.st_size + 1, most))
        return data if len(data) == status.st_size else _rest(descriptor, data, most)
    finally:
        os.close(descriptor)


def _overlaid_content(path: str, most: int) -> bytes:
    data = _overlay[os.path.normpath(path)]
    if data is None:
        raise FileNotFoundError(errno.ENOENT, "no such file", path)
    if len(data) > most:
        raise LargeError(errno.EFBIG, larger(most), path)
    return data


def _rest(descriptor: int, data: bytes, most: int) -> bytes:
    """What was read and what is still to be read, at most so much."""
    parts, size = [data], len(data)
    while data and size < most:
        data = os.read(descriptor, min(1 << 20, most - size))
        parts.append(data)
        size += len(data)
    return b"".join(parts)


def head(path: str, size: int = 512) -> bytes:
    """The first bytes of a regular file; none when it can't be read."""
    if is_overlaid(path):
        return (_overlay[os.path.normpath(path)] or b"")[:size]
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):  # noqa: PTH116  paths are kept as they were given
            return b""
        with open(path, "rb") as file:  # noqa: PTH123  paths are kept as they were given
            return file.read(size)
    except OSError:
        return b""


def larger(most: int) -> str:
    """In words, that a file has more than ``most`` bytes."""
    return f"the file is larger than {most >> 20} MiB"


def read(path: str, gaps: list[Coverage]) -> bytes | None:
    """The file's bytes; ``None``, and an entry in ``gaps``, when it can't be read."""
    try:
        return content(path)
    except LargeError as error:
        gaps.append(Coverage(path, "limit", str(error.strerror)))
        return None
    except OSError as error:
        gaps.append(Coverage(path, "unreadable", error.strerror or str(error)))
        return None


def is_text(path: str, data: bytes, gaps: list[Coverage]) -> bool:
    """Whether a file is text; an entry in ``gaps`` if it is not."""
    if b"\0" in data[:_HEAD]:
        gaps.append(Coverage(path, "binary", "the file holds NUL bytes: it is no source text"))
        return False
    return True
