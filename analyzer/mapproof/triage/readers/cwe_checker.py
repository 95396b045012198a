"""cwe_checker's JSON (``--json``): a list of warnings that name no file, so that all artifacts may be meant.

Source: ``CweWarning`` in its ``utils/log.rs``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mapproof.model.alert import Alert, Place
from mapproof.triage.readers.base import Reader, Shape, entries
from mapproof.triage.readers.dig import spelled, text, texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mapproof.triage.readers.dig import Node


def _knows(shape: Shape) -> bool:
    return shape.list is not None and '"tids"' in shape.head and '"addresses"' in shape.head


def _read(shape: Shape, origin: str) -> Iterator[Alert]:
    def alert(warning: Node, pointer: str) -> Alert:
        addresses = [address for word in texts(warning, "addresses") if (address := _address(word)) is not None]
        symbols = texts(warning, "symbols")
        return Alert(
            number=0,
            origin=origin,
            pointer=pointer,
            format="cwe_checker",
            tool="cwe_checker",
            rule=text(warning, "name"),
            message=text(warning, "description"),
            places=(Place(address=addresses[0] if addresses else None, symbol=symbols[0] if symbols else ""),),
            tool_version=text(warning, "version"),
        )

    yield from entries(shape.list or (), "", origin, "cwe_checker", "cwe_checker", alert)


def _address(word: str) -> int | None:
    """Hexadecimal, without a prefix."""
    return spelled(word if word.lower().startswith("0x") else f"0x{word}")


READER: Final = Reader("cwe_checker", "cwe_checker JSON", _knows, _read)
