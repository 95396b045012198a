"""Getting at values in data of any shape: what is not there, or is something else, is empty."""

from __future__ import annotations

from typing import Any

Node = Any
"""A decoded JSON value of any shape."""


def at(node: Node, *path: str | int) -> Node:
    """The value at a path of keys and positions; ``None`` where there is none."""
    for key in path:
        if isinstance(key, str):
            node = node.get(key) if isinstance(node, dict) else None
        else:
            node = node[key] if isinstance(node, list) and -len(node) <= key < len(node) else None
    return node


def text(node: Node, *path: str | int) -> str:
    """The string at a path; a number is spelled out, anything else is empty."""
    found = at(node, *path)
    if isinstance(found, str):
        return found
    return str(found) if isinstance(found, int | float) and not isinstance(found, bool) else ""


def number(node: Node, *path: str | int) -> int | None:
    """The integer at a path; a string of decimal digits, or of hexadecimal ones after ``0x``, counts as one."""
    found = at(node, *path)
    if isinstance(found, bool):
        return None
    if isinstance(found, int):
        return found
    if isinstance(found, float) and found.is_integer():
        return int(found)
    return spelled(found) if isinstance(found, str) else None


def spelled(word: str) -> int | None:
    """The number that a word spells: decimal, or hexadecimal after ``0x``."""
    word = word.strip()
    if len(word) > 40:
        return None
    try:
        return int(word, 16) if word.lower().startswith("0x") else int(word) if word.isascii() else None
    except ValueError:
        return None


def line(node: Node, *path: str | int) -> int | None:
    """The line or column at a path, which counts from 1."""
    found = number(node, *path)
    return found if found is not None and found >= 1 else None


def natural(node: Node, *path: str | int) -> int | None:
    """The number at a path, where it is not negative."""
    found = number(node, *path)
    return found if found is not None and found >= 0 else None


def items(node: Node, *path: str | int) -> list[Node]:
    """The list at a path; empty where there is none."""
    found = at(node, *path)
    return found if isinstance(found, list) else []


def table(node: Node, *path: str | int) -> dict[str, Node]:
    """The object at a path; empty where there is none."""
    found = at(node, *path)
    return found if isinstance(found, dict) else {}


def texts(node: Node, *path: str | int) -> tuple[str, ...]:
    """The strings in the list at a path."""
    return tuple(entry for entry in items(node, *path) if isinstance(entry, str))
