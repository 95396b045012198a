"""Regions: the memory that one mapping site makes, and what may become of its protection until it is unmapped."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mapproof.model.protection import ProtSet


class Reach(StrEnum):
    """How surely a transition concerns a region: only memory of this one, this one or others, or any memory at all."""

    THIS = "this"
    MAYBE = "maybe"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Transition:
    """A site, by its id, after which the region has one of the protections ``to``; more, if it is ``open``."""

    site: str
    to: ProtSet
    reach: Reach
    open: bool = False


@dataclass(frozen=True, slots=True)
class Region:
    """An automaton over protections: it starts in one of ``born``, and each transition leads from any state to any of
    its own, as the order in which calls run is not followed.

    ``born_at`` is the id of the site that makes the memory, ``moved_at`` those of remaps that may move it. ``views``
    are ids of regions that may show the same object, of many the first by place. ``transitions`` are in the order of
    their places. ``life`` says it in one line, ``rw- -> r-x -> rw-``: the transitions that concern this region.
    """

    id: str
    born_at: str
    born: ProtSet
    open: bool
    states: ProtSet
    transitions: tuple[Transition, ...]
    moved_at: tuple[str, ...]
    views: tuple[str, ...]
    life: str
