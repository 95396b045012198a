"""What every report format shares: how it is asked for, how it is found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mapproof.model.report import Report


@dataclass(frozen=True, slots=True)
class Rendering:
    """How a report is to look. A format ignores what does not concern it.

    ``width`` counts terminal cells. ``everything`` lists benign sites in full too. ``quiet`` leaves out counts and
    summary. ``strict`` says which of the findings a strict policy refuses. ``protection_at`` maps a primitive to the
    number of its protection argument (from 0), so that an excerpt can point at it where the evidence does not.
    """

    color: bool = False
    width: int = 100
    everything: bool = False
    quiet: bool = False
    strict: bool = False
    protection_at: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Format:
    """One output format: each module of this room that has one says so in a constant named ``FORMAT``."""

    name: str
    render: Callable[[Report, Rendering], str]


def formats() -> dict[str, Format]:
    """Every format of this room by name. Raises ``ValueError`` where two share a name."""
    from importlib import import_module  # noqa: PLC0415  a run without a find gets by without
    from pkgutil import iter_modules  # noqa: PLC0415  likewise

    package = __name__.rpartition(".")[0]
    found: dict[str, Format] = {}
    for module in iter_modules(import_module(package).__path__):
        chosen = getattr(import_module(f"{package}.{module.name}"), "FORMAT", None)
        if not isinstance(chosen, Format):
            continue
        if chosen.name in found:
            message = f"two report formats are named {chosen.name!r}"
            raise ValueError(message)
        found[chosen.name] = chosen
    return found


def portable(text: str) -> str:
    r"""The text without lone surrogates, safe to encode: a byte of a path that is not UTF-8 is spelled ``\xNN``."""
    if text.isascii():
        return text
    return "".join(_spelled(char) if "\ud800" <= char <= "\udfff" else char for char in text)


def _spelled(surrogate: str) -> str:
    code = ord(surrogate)
    return f"\\x{code - 0xDC00:02x}" if 0xDC80 <= code <= 0xDCFF else f"\\u{code:04x}"
