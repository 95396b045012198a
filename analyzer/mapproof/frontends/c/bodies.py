"""The bodies that a function's symbol may stand for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mapproof.frontends.c.filescope import Wanted, declaring
from mapproof.frontends.c.search import Search

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mapproof.model.ir import Function


class Bodies(Search):
    """Definitions by symbol."""

    def definitions(self, symbol: str) -> Sequence[Function]:
        """See :class:`mapproof.model.ir.Program`."""
        if symbol in self._table.callees or symbol.startswith("asm:"):
            return ()
        name = self.plain(symbol)
        suffix = name.removeprefix("*") if name.startswith("*::") else None
        return [
            lowered.function
            for source in self._mentions.declaring_sources(name.rpartition("::")[2])
            for chunk in declaring(source, name.rpartition("::")[2], Wanted.FUNCTION)
            if chunk.is_function
            for lowered in self._functions(source, chunk)
            if lowered.function.symbol == symbol
            or (symbol == name == lowered.function.name and not lowered.is_static)
            or (suffix is not None and lowered.function.name.endswith(suffix))
        ]

    def defines(self, symbol: str) -> bool:
        """See :class:`mapproof.model.ir.Program`."""
        if symbol not in self._defined:
            self._defined[symbol] = self._is_defined(symbol)
        return self._defined[symbol]

    def _is_defined(self, symbol: str) -> bool:
        if symbol in self._table.callees or symbol.startswith("asm:"):
            return False
        name = self.plain(symbol)
        if name != symbol:
            return True
        last = name.rpartition("::")[2]
        suffix = name.removeprefix("*") if name.startswith("*::") else None
        return any(
            (prototype.name == name or (suffix is not None and prototype.name.endswith(suffix)))
            and prototype.definition
            and (prototype.storage != "static" or "::" in name)
            for source in self._mentions.declaring_sources(last)
            for chunk in declaring(source, last, Wanted.FUNCTION)
            if chunk.is_function
            for declared in self._first_declarations(source, chunk)
            for prototype in declared.prototypes
        )
