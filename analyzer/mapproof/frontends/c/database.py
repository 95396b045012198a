"""A compilation database (Clang's JSON format) as what it says of all files together: macros and header folders.

Only what every entry agrees on narrows the analysis; a macro that some entries define and others don't stays open, so
nothing that one of them compiles is left out.
"""

from __future__ import annotations

import json
import os
import shlex
from typing import TYPE_CHECKING, Any, Final

from mapproof.errors import MapproofError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_FOLDER_FLAGS: Final = ("-I", "-isystem", "-iquote", "-idirafter")


def narrowed(
    path: str, defines: Mapping[str, str], undefines: frozenset[str], include_dirs: Sequence[str]
) -> tuple[dict[str, str], frozenset[str], tuple[str, ...]]:
    """The given macros and folders, completed by what all entries of the database agree on; what is given wins.

    Raises :class:`MapproofError` naming the file and what is wrong with it.
    """
    shared: dict[str, str | None] | None = None
    folders: dict[str, None] = dict.fromkeys(include_dirs)
    for entry in _entries(path):
        macros, found = _flags(entry)
        folders.update(dict.fromkeys(found))
        shared = macros if shared is None else {k: v for k, v in shared.items() if k in macros and macros[k] == v}
    agreed = {name: value for name, value in (shared or {}).items() if name not in defines and name not in undefines}
    all_defines = dict(defines) | {name: value for name, value in agreed.items() if value is not None}
    return all_defines, undefines | {name for name, value in agreed.items() if value is None}, tuple(folders)


def _entries(path: str) -> list[dict[str, Any]]:
    try:
        with open(path, "rb") as file:  # noqa: PTH123  paths are kept as they were given
            entries = json.load(file)
    except OSError as error:
        message = f"{path}: {error.strerror}: name a compile_commands.json that can be read"
        raise MapproofError(message) from error
    except ValueError as error:
        message = f"{path}: not valid JSON ({error}): write it again with the build system"
        raise MapproofError(message) from error
    if not isinstance(entries, list) or not all(isinstance(entry, dict) and "file" in entry for entry in entries):
        message = f"{path}: not a compilation database: a list of objects with 'file' is expected"
        raise MapproofError(message)
    return entries


def _flags(entry: Mapping[str, Any]) -> tuple[dict[str, str | None], list[str]]:
    """One command's macros (``None`` for an undefined one) and folders, the last word on a macro winning."""
    command = entry.get("arguments")
    words = [str(word) for word in command] if isinstance(command, list) else _split(str(entry.get("command", "")))
    base = str(entry.get("directory", ""))
    macros: dict[str, str | None] = {}
    folders: list[str] = []
    for flag, value in _pairs(words):
        if flag == "-D":
            name, given, body = value.partition("=")
            macros[name] = body if given else "1"
        elif flag == "-U":
            macros[value] = None
        else:
            folders.append(os.path.normpath(os.path.join(base, value)))  # noqa: PTH118  paths are kept as they were given
    return macros, folders


def _split(command: str) -> list[str]:
    try:
        return shlex.split(command)
    except ValueError:
        return command.split()


def _pairs(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    position = 0
    while position < len(words):
        word = words[position]
        for flag in ("-D", "-U", *_FOLDER_FLAGS):
            if word == flag and position + 1 < len(words):
                yield flag, words[position + 1]
                position += 1
                break
            if word.startswith(flag) and len(word) > len(flag):
                yield flag, word[len(flag) :]
                break
        position += 1
