"""What every command gets and gives: facts about the terminal in, text and an exit code out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Callable, Mapping, Sequence

    from mapproof.classify.opening import Pack
    from mapproof.report.style import Style

EXIT_CLEAN: Final = 0
EXIT_FINDINGS: Final = 1
EXIT_USAGE: Final = 2
EXIT_STRICT: Final = 3
EXIT_LAPSED: Final = 4


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command came to: the text for standard output, notes for standard error, and the exit code."""

    text: str
    code: int = EXIT_CLEAN
    notes: tuple[str, ...] = ()


def _unheard(_what: str) -> None:
    """Nobody listens."""


@dataclass(frozen=True, slots=True)
class Terminal:
    """Where the output goes. ``width`` in cells; ``progress`` makes what hears of the work, ``clear`` takes it away."""

    environ: Mapping[str, str] = field(default_factory=dict)
    is_terminal: bool = False
    width: int = 100
    progress: Callable[[str], None] = _unheard

    def style(self, choice: str = "auto") -> Style:
        """The manners that ``--color`` asks for."""
        from mapproof.report.style import Style, wants_color

        return Style(wants_color(choice, self.environ, terminal=self.is_terminal))


class Command(Protocol):
    """The shape of a module of this room."""

    def arguments(self, parser: ArgumentParser) -> None:
        """Add what the command takes."""
        ...

    def run(self, chosen: Namespace, terminal: Terminal) -> Outcome:
        """Do what was asked. Raises :class:`mapproof.errors.MapproofError` for what can't be done."""
        ...


def pack_with(folders: Sequence[str] = ()) -> Pack:
    """The pack that ships with the tool, with what further folders add to it. Raises where one is no folder."""
    from mapproof.classify.opening import Pack, builtin_rules

    if not folders:
        return Pack(builtin_rules())
    from pathlib import Path

    from mapproof.errors import MapproofError

    for folder in folders:
        if not Path(folder).is_dir():
            message = f"{folder}: no such folder of rules: mapproof rules new NAME --rules {folder} begins one"
            raise MapproofError(message)
    return Pack(builtin_rules(), extras=tuple(Path(folder) for folder in dict.fromkeys(folders)))
