"""All files of one analysis: loading, includes, macros and presence conditions across files."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mapproof.frontends.c.macro import Alternative
    from mapproof.frontends.c.source import Source
    from mapproof.model.condition import Condition


class SourceTree:
    """The files of one analysis.

    ``defines`` and ``undefines`` fix symbols as ``-D`` and ``-U`` do (an empty value is an empty body; ``-D X`` is
    ``{"X": "1"}``). Names in ``platform_names`` are never looked up in files that are not included.
    """

    def __init__(
        self,
        files: Sequence[str],
        include_dirs: Sequence[str] = (),
        defines: Mapping[str, str] | None = None,
        undefines: frozenset[str] = frozenset(),
        platform_names: frozenset[str] = frozenset(),
    ) -> None:
        self.files = tuple(files)

    def source(self, path: str) -> Source:
        """The file at ``path``, read once while memory lasts. Raises :class:`OSError` if it cannot be read."""
        raise NotImplementedError

    def files_containing(self, names: Iterable[bytes]) -> dict[bytes, list[str]]:
        """For each name, the files whose bytes contain it (comments included); unreadable files are left out."""
        raise NotImplementedError

    def alternatives(self, name: str, source: Source, position: int) -> list[Alternative]:
        """What ``name`` means at an offset of a file. The presences exclude each other and cover every build."""
        raise NotImplementedError

    def presence(self, source: Source, position: int) -> Condition:
        """The condition under which the byte at ``position`` is compiled when its file is."""
        raise NotImplementedError

    def condition(self, text: str, source: Source, position: int) -> Condition:
        """The condition that ``#if text`` would mean at an offset of a file."""
        raise NotImplementedError
