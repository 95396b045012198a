"""Which policy holds: the nearest ``mapproof.toml``, or ``pyproject.toml`` with ``[tool.mapproof]``."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from mapproof.errors import MapproofError, PackError
from mapproof.policy.policy import Policy, read_policy
from mapproof.table import Document

if TYPE_CHECKING:
    from collections.abc import Callable

OWN: Final = "mapproof.toml"
SHARED: Final = "pyproject.toml"
_MENTION: Final = b"mapproof"


def nearest(folder: str, read: Callable[[str], bytes | None]) -> Policy:
    """The policy that holds in a folder (absolute). Where there is none, everything is as by default.

    ``read`` gives a file's bytes, ``None`` where there is no such file. In one folder ``mapproof.toml`` goes first.
    Raises :class:`PackError` with every fault of the file.
    """
    current = folder
    while current:
        for name in (OWN, SHARED):
            path = os.path.join(current, name)  # noqa: PTH118  paths are text here
            data = read(path)
            if data is not None and (name == OWN or _MENTION in data):
                policy = _parsed(path, data)
                if policy is not None:
                    return policy
        parent = os.path.dirname(current)  # noqa: PTH120  likewise
        if parent == current:
            break
        current = parent
    return Policy()


def named(path: str, read: Callable[[str], bytes | None]) -> Policy:
    """The policy in a file that somebody named."""
    data = read(path)
    if data is None:
        message = f"{path}: no such file, or it can't be read: name a mapproof.toml or pyproject.toml"
        raise MapproofError(message)
    policy = _parsed(os.path.abspath(path), data)  # noqa: PTH100  likewise
    if policy is None:
        message = f"{path}: has no [tool.mapproof]"
        raise MapproofError(message)
    return policy


def _parsed(path: str, data: bytes) -> Policy | None:
    """The policy in a file; ``None`` where a ``pyproject.toml`` says nothing of mapproof."""
    faults: list[str] = []
    shown = os.path.relpath(path)
    try:
        document = Document(shown, data.decode(), faults)
    except UnicodeDecodeError:
        raise PackError([f"{shown}:1: is not UTF-8"]) from None
    table = document.parse()
    if table is not None and os.path.basename(path) == SHARED:  # noqa: PTH119  likewise
        tools = table.raw("tool")
        if not isinstance(tools, dict) or "mapproof" not in tools:
            return None
        outer = table.table("tool")
        table = outer.table("mapproof") if outer is not None else None
    policy = read_policy(path, table) if table is not None else None
    if faults:
        raise PackError(faults)
    return policy
