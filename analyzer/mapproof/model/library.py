"""A known library found inside a binary, and by which marks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing that a library was known by: what, and where it stands."""

    text: str
    address: int

    def __str__(self) -> str:
        """As people read it."""
        return f"{self.text} at {self.address:#x}"


@dataclass(frozen=True, slots=True)
class Library:
    """A library that was recognised.

    ``version`` and ``source_id`` are its own words, ``None`` where it does not say. ``options`` are those it lists as
    compiled in; ``None`` when it has no such list, and then absence says nothing. ``features`` says of parts by name
    whether they are there (``None``: not known). ``roles`` tells which functions, by address, are which of its parts,
    each with the marks for that.
    """

    name: str
    version: str | None
    source_id: str | None
    options: tuple[str, ...] | None
    features: tuple[tuple[str, bool | None], ...]
    marks: tuple[Mark, ...]
    roles: tuple[tuple[int, str, tuple[Mark, ...]], ...]
