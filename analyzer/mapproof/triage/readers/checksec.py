"""The JSON of the three tools called checksec: the shell script, the Python package, and version 3 in Go.

Each property that a file lacks is an alert; what it has is none. Sources: what the script's release 2.4 and the
package's release 0.7 write; the third's README.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mapproof.model.alert import Alert, Place
from mapproof.triage.readers.base import Reader, Shape, broken
from mapproof.triage.readers.dig import items, table, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mapproof.triage.readers.dig import Node

_PROPERTIES: Final = frozenset({
    "relro", "canary", "nx", "pie", "rpath", "runpath", "symbols", "fortify_source", "fortify-source", "fortify",
    "safestack", "cfi",
})  # fmt: skip
_WANTED_ABSENT: Final = frozenset({"rpath", "runpath", "symbols"})
"""Properties that a file is better without."""
_GOOD: Final = frozenset({"yes", "true", "full", "enabled", "dso", "pie"})
_BAD: Final = frozenset({"no", "false", "none", "disabled", "partial"})


def _knows(shape: Shape) -> bool:
    if shape.list is not None:
        return '"checks"' in shape.head and '"nx"' in shape.head
    return (
        bool(shape.keys) and '"nx"' in shape.head and '"relro"' in shape.head and '"binary_analysis"' not in shape.head
    )


def _read(shape: Shape, origin: str) -> Iterator[Alert]:
    top: Node
    if shape.list is not None:
        import msgspec  # noqa: PLC0415  only for this shape

        for number, raw in enumerate(shape.list):
            entry = msgspec.json.decode(raw)
            if not isinstance(entry, dict):
                yield broken(origin, f"/{number}", "checksec", "checksec", "the entry is no object")
                continue
            yield from _file(text(entry, "name"), table(entry, "checks"), origin, f"/{number}/checks")
        return
    top = {key: shape.value(key) for key in shape.keys}
    yield from _walk(top, "", origin, "")


def _walk(node: dict[str, Node], name: str, origin: str, pointer: str, depth: int = 0) -> Iterator[Alert]:
    """The files below a node: the script nests them by what it was asked (``dir``, ``file``, ``proc``)."""
    if _PROPERTIES & node.keys() and not any(isinstance(node.get(key), dict) for key in _PROPERTIES):
        yield from _file(text(node, "filename") or text(node, "name") or name, node, origin, pointer)
        return
    for key, value in node.items():
        below = f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}"
        if isinstance(value, dict) and depth < 8:
            yield from _walk(value, key, origin, below, depth + 1)
        for number, entry in enumerate(items(value)):
            if isinstance(entry, dict) and depth < 8:
                yield from _walk(entry, key, origin, f"{below}/{number}", depth + 1)


def _file(name: str, properties: dict[str, Node], origin: str, pointer: str) -> Iterator[Alert]:
    for key, value in properties.items():
        if key not in _PROPERTIES or not _lacks(key, value):
            continue
        said = value if isinstance(value, str) else str(value).lower()
        yield Alert(
            number=0,
            origin=origin,
            pointer=f"{pointer}/{key}",
            format="checksec",
            tool="checksec",
            rule=key,
            message=f"{key}: {said}",
            places=(Place(path=name),),
        )


def _lacks(key: str, value: Node) -> bool:
    """Whether the tool says that a file is without a property (or with one that it had better not have)."""
    if isinstance(value, bool):
        return value if key in _WANTED_ABSENT else not value
    words = str(value).casefold().replace("-", " ").split() if isinstance(value, str | int) else []
    if key in _WANTED_ABSENT:
        return bool(words) and words[0] not in _BAD and "no" not in words
    return any(word in _BAD for word in words) and not (key == "pie" and "dso" in words)


READER: Final = Reader("checksec", "checksec JSON (all three)", _knows, _read, rank=6)
