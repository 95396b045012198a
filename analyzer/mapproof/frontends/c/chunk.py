"""The top-level declarations of a source file, cut out without parsing it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Chunk:
    """One top-level declaration: bytes ``start`` (its first code byte) to ``end`` (exclusive) of its file.

    ``is_function``: it has a function body. ``scope``: names of the namespaces and classes around it, outermost
    first. ``member``: the innermost of them is a class, so the text is a member declaration. A chunk may hold several
    functions where an ``#if`` splits their heads, and a C++ class that is listed whole beside its members.
    """

    start: int
    end: int
    is_function: bool
    scope: tuple[str, ...] = ()
    member: bool = False
