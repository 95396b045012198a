"""The command line's shape: which commands there are; each adds its own arguments."""

from __future__ import annotations

import os
from argparse import SUPPRESS, ArgumentParser, RawDescriptionHelpFormatter
from importlib import import_module
from typing import TYPE_CHECKING, Final, NoReturn, cast

from mapproof.errors import MapproofError

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Mapping, Sequence

    from mapproof.commands.base import Command

COMMANDS: Final[Mapping[str, str]] = {
    "check": "find every call that maps memory or changes its protection, and judge it",
    "triage": "answer other tools' alerts: false with proof, true but harmless, real, or undecided and why",
    "explain": "print a rule's page, or the whole argument for one site",
    "prove": "write the proof of one benign site to a file",
    "verify": "check a proof against the files of today, without the engine that found it",
    "rules": "list the rules",
    "suppressions": "list, add, check and prune decisions about findings",
    "baseline": "write down the findings that are there, so that a gate asks only about new ones",
    "demo": "check the SQLite that this Python runs, beside what it really maps",
    "schema": "print the JSON Schema of the JSON report, of a policy or of a file of suppressions",
    "semgrep": "run Semgrep on one function at a time, and say what its findings are worth",
    "completion": "print a script that teaches a shell the commands and options",
}
"""Every command with one line of help, in the order of the help; each is a module of ``commands``."""

_TOP_EXAMPLES: Final = """\
examples:
  mapproof check src/                     what maps memory there, and is it harmless?
  mapproof explain write-exec-mapping     what a rule says, and why
  mapproof rules                          every rule

`mapproof COMMAND --help` says more of each command.
"""


class _Help(RawDescriptionHelpFormatter):
    """Help in the terminal's width, found without ``shutil``, whose import costs more than all of the parsing."""

    def __init__(self, prog: str) -> None:
        columns = os.environ.get("COLUMNS", "")
        if columns.isdecimal() and int(columns) > 0:
            width = int(columns)
        else:
            try:
                width = os.get_terminal_size().columns or 80
            except OSError:
                width = 80
        super().__init__(prog, width=max(width - 2, 40))


class _Parser(ArgumentParser):
    """Raises its errors, so that there is one place that prints them."""

    def error(self, message: str) -> NoReturn:
        complaint = f"{message}: {self.prog} --help shows how"
        raise MapproofError(complaint)


def parse(arguments: Sequence[str]) -> Namespace:
    """The arguments as values; raises :class:`MapproofError` on what can't be understood, exits after ``--help``."""
    asked = next((word for word in arguments if not word.startswith("-")), "")
    found = _parser(asked).parse_args(arguments)
    if found.version:
        found.command = "version"
    if found.command is None:
        message = "no command given: mapproof --help lists them"
        raise MapproofError(message)
    return found


def whole_parser() -> ArgumentParser:
    """The parser with the arguments of every command: for who describes the command line."""
    return _parser("", whole=True)


def command_named(name: str) -> Command:
    """The module of a command."""
    return cast("Command", import_module(f"mapproof.commands.{name}"))


def _parser(asked: str, *, whole: bool = False) -> ArgumentParser:
    """The parser, complete for the command that is asked for; of the others it knows the names."""
    common = _Parser(add_help=False)
    common.add_argument("--debug", action="store_true", default=SUPPRESS, help="show the trace of an internal error")
    parser = _Parser(
        prog="mapproof",
        description="Proves memory mappings harmless, or says exactly why it can't.",
        epilog=_TOP_EXAMPLES,
        formatter_class=_Help,
        parents=[common],
    )
    parser.add_argument("--version", action="store_true", help="print the version and exit")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands", parser_class=_Parser)
    for name, words in COMMANDS.items():
        command = commands.add_parser(
            name,
            help=words,
            description=words[:1].upper() + words[1:] + ".",
            formatter_class=_Help,
            parents=[common],
        )
        if whole or name == asked:
            command_named(name).arguments(command)
    return parser
