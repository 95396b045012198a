"""Other ways to say a C++ name: namespace aliases, ``using`` directives and declarations, inline namespaces.

They are collected per file without regard to where in it they hold, so a name may be found by more of them than C++
would allow; they are asked only when it means nothing as it is written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mapproof.frontends.c.source import Source

_ALIAS: Final = re.compile(rb"\bnamespace\s+(\w+)\s*=\s*(?:::\s*)?(\w+(?:\s*::\s*\w+)*)\s*;")
_DIRECTIVE: Final = re.compile(rb"\busing\s+namespace\s+(?:::\s*)?(\w+(?:\s*::\s*\w+)*)\s*;")
_INLINE: Final = re.compile(rb"\binline\s+namespace\s+(\w+)")
_DECLARATION: Final = re.compile(
    rb"\busing\s+(?:typename\s+)?(?:::\s*)?(\w+(?:\s*::\s*\w+)+|(?<=::)\w+|(?<=::\s)\w+)\s*;"
)

MAX_SPELLINGS: Final = 64
"""Spellings that are tried for one name."""


@dataclass(frozen=True, slots=True)
class Usings:
    """What one file says. ``aliases`` and ``declared`` map a name to the qualified names it may stand for;
    ``opened`` are namespaces whose members may be named without them."""

    aliases: tuple[tuple[str, str], ...] = ()
    declared: tuple[tuple[str, str], ...] = ()
    opened: tuple[str, ...] = ()


def usings(source: Source) -> Usings:
    """Read them out of a file."""
    data = source.data
    if b"using" not in data and b"namespace" not in data:
        return Usings()
    aliases = [(_name(found.group(1)), _name(found.group(2))) for found in _code(_ALIAS, source)]
    qualified = [_name(found.group(1)) for found in _code(_DECLARATION, source)]
    opened = [_name(found.group(1)) for pattern in (_DIRECTIVE, _INLINE) for found in _code(pattern, source)]
    declared = [(name.rpartition("::")[2], name) for name in qualified]
    return Usings(tuple(dict.fromkeys(aliases)), tuple(dict.fromkeys(declared)), tuple(dict.fromkeys(opened)))


def spellings(name: str, known: Iterable[Usings]) -> list[str]:
    """Other names that may be meant by ``name``, nearest first, itself left out."""
    known = list(known)
    found = [name]
    for current in found:
        for other in _others(current, known):
            if other not in found and len(found) < MAX_SPELLINGS and other.count("::") <= name.count("::") + 4:
                found.append(other)
    return found[1:]


def _others(name: str, known: list[Usings]) -> Iterator[str]:
    parts = name.split("::")
    for using in known:
        for alias, target in using.aliases:
            for number in [number for number, part in enumerate(parts[:-1]) if part == alias]:
                yield "::".join((*parts[:number], target, *parts[number + 1 :]))
                yield "::".join((target, *parts[number + 1 :]))
        for short, target in using.declared:
            for number, part in enumerate(parts):
                if part == short and "::".join(parts[: number + 1]) != target:
                    yield "::".join((target, *parts[number + 1 :]))
        for opened in using.opened:
            if opened.rpartition("::")[2] not in parts[:-1]:
                yield "::".join((*parts[:-1], opened, parts[-1]))
                yield from ("::".join((*parts[:number], opened, *parts[number:])) for number in range(len(parts) - 1))


def _code(pattern: re.Pattern[bytes], source: Source) -> Iterator[re.Match[bytes]]:
    return (found for found in pattern.finditer(source.data) if source.is_code(found.start()))


def _name(text: bytes) -> str:
    return "".join(text.decode("utf-8", "replace").split())
