"""Terminal manners: colors, control characters made visible, cells counted, prose wrapped."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import wrap as wrap_words
from typing import TYPE_CHECKING, Final
from unicodedata import category, east_asian_width

from mapproof.model.verdict import Verdict
from mapproof.report.base import portable

if TYPE_CHECKING:
    from collections.abc import Mapping

_VERDICT_COLORS: Final = {
    Verdict.BENIGN: "1;32",
    Verdict.EXECUTABLE: "1;35",
    Verdict.VIOLATION: "1;31",
    Verdict.UNRESOLVED: "1;33",
}

_BLANKS: Final = str.maketrans("\t\n\r", "   ")


@dataclass(frozen=True, slots=True)
class Style:
    """Paints text with ANSI SGR sequences, or leaves it alone."""

    enabled: bool = False

    def _paint(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.enabled and text else text

    def verdict(self, verdict: Verdict, text: str) -> str:
        """In the verdict's own color."""
        return self._paint(text, _VERDICT_COLORS[verdict])

    def strong(self, text: str) -> str:
        """For what the eye should find first."""
        return self._paint(text, "1")

    def gutter(self, text: str) -> str:
        """For line numbers and frames."""
        return self._paint(text, "34")

    def dim(self, text: str) -> str:
        """For what matters least."""
        return self._paint(text, "2")


def wants_color(choice: str, environ: Mapping[str, str], *, terminal: bool) -> bool:
    """Whether to color: ``choice`` decides unless ``auto``, then NO_COLOR, then FORCE_COLOR, then the terminal."""
    if choice != "auto":
        return choice == "always"
    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR", "0") not in {"", "0"}:
        return True
    return terminal and environ.get("TERM") != "dumb"


def visible(text: str) -> str:
    r"""The text with every character that a terminal would obey or hide spelled out: ``\x1b``, ``\u202e``."""
    text = portable(text)
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else _escaped(char) for char in text)


def flat(text: str) -> str:
    """The text on one line, safe for a terminal."""
    return visible(text.translate(_BLANKS))


def _escaped(char: str) -> str:
    code = ord(char)
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def cells(text: str) -> int:
    """How many terminal cells the text takes: wide characters two, combining ones none."""
    if text.isascii():
        return len(text)
    return sum(_cells_of(char) for char in text)


def _cells_of(char: str) -> int:
    if category(char) in {"Mn", "Me"}:
        return 0
    return 2 if east_asian_width(char) in "WF" else 1


def wrapped(text: str, width: int, first: str = "", rest: str = "") -> list[str]:
    """Prose in lines of at most ``width`` cells where words allow it; ``first`` and ``rest`` open the lines."""
    return wrap_words(
        flat(text),
        max(width, 40),
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
