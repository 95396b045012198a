"""Macro definitions, and the alternatives among which a build decides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mapproof.frontends.c.lexeme import Token
    from mapproof.model.condition import Condition


@dataclass(frozen=True, slots=True)
class MacroDefinition:
    """One ``#define``. ``parameters`` is ``None`` for an object-like macro; a variadic one's last parameter is
    ``__VA_ARGS__`` or the name it gives. ``start`` and ``end`` span the directive in ``path``; one given on the
    command line has the path ``<command line>``."""

    name: str
    parameters: tuple[str, ...] | None
    variadic: bool
    body: tuple[Token, ...]
    path: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Alternative:
    """What a name means under ``presence``: a definition, or ``None`` where nothing that was read defines it (the
    build still may, under ``defined(name)``)."""

    presence: Condition
    definition: MacroDefinition | None
