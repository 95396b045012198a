"""The command line's shape: what can be asked, and the help that says so."""

from __future__ import annotations

import re
from argparse import SUPPRESS, ArgumentParser, ArgumentTypeError, RawDescriptionHelpFormatter
from typing import TYPE_CHECKING, Final, NoReturn

from mapproof.errors import MapproofError

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

_NAME: Final = re.compile(r"[A-Za-z_]\w*")

_TOP_EXAMPLES: Final = """\
examples:
  mapproof check src/                     what maps memory there, and is it harmless?
  mapproof explain write-exec-mapping     what a rule says, and why
  mapproof rules                          every rule

`mapproof COMMAND --help` says more of each command.
"""

_CHECK_EXAMPLES: Final = """\
examples:
  mapproof check sqlite3.c                every configuration of one file
  mapproof check --all src/ include/      also what was proved harmless, with its proof
  mapproof check -D NDEBUG -U DEBUG src/  only the builds that define NDEBUG and not DEBUG
  mapproof check --compile-commands build/compile_commands.json src/
  mapproof check --format json src/ > report.json
  mapproof check --strict src/            for a gate: nothing assumed, nothing left out

exit codes:
  0   nothing to object to
  1   a violation, or executable memory
  2   bad arguments, configuration or rules
  3   with --strict: something is unresolved, rests on an assumption or was not covered
  70  an error inside mapproof
"""


class _Parser(ArgumentParser):
    """Raises its errors, so that there is one place that prints them."""

    def error(self, message: str) -> NoReturn:
        complaint = f"{message}: {self.prog} --help shows how"
        raise MapproofError(complaint)


def parse(arguments: Sequence[str]) -> Namespace:
    """The arguments as values; raises :class:`MapproofError` on what can't be understood, exits after ``--help``."""
    found = _parser().parse_args(arguments)
    if found.version:
        found.command = "version"
    if found.command is None:
        message = "no command given: mapproof --help lists them"
        raise MapproofError(message)
    return found


def _parser() -> ArgumentParser:
    common = _Parser(add_help=False)
    common.add_argument("--debug", action="store_true", default=SUPPRESS, help="show the trace of an internal error")
    parser = _Parser(
        prog="mapproof",
        description="Proves memory mappings harmless, or says exactly why it can't.",
        epilog=_TOP_EXAMPLES,
        formatter_class=RawDescriptionHelpFormatter,
        parents=[common],
    )
    parser.add_argument("--version", action="store_true", help="print the version and exit")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands", parser_class=_Parser)
    check = commands.add_parser(
        "check",
        help="find every call that maps memory or changes its protection, and judge it",
        description="Find every call that maps memory or changes its protection, in every configuration, and judge it.",
        epilog=_CHECK_EXAMPLES,
        formatter_class=RawDescriptionHelpFormatter,
        parents=[common],
    )
    _add_check(check)
    explain = commands.add_parser("explain", help="print a rule's page", parents=[common])
    explain.add_argument("rule", metavar="RULE", help="the rule's id, as in a finding's brackets")
    rules = commands.add_parser("rules", help="list the rules", parents=[common])
    rules.add_argument("--format", choices=["text", "json"], default="text", help="how to print them (text)")
    commands.add_parser("schema", help="print the JSON Schema of the JSON report", parents=[common])
    return parser


def _add_check(check: ArgumentParser) -> None:
    check.add_argument("paths", metavar="PATH", nargs="+", help="a file, or a folder to search")
    output = check.add_argument_group("output")
    output.add_argument("--format", metavar="FORMAT", default="text", help="text or json (text)")
    output.add_argument("--all", action="store_true", dest="everything", help="list what is benign too, with its proof")
    output.add_argument("--quiet", action="store_true", help="only findings and gaps: no counts, no progress")
    output.add_argument("--color", choices=["auto", "always", "never"], default="auto", help="color the text (auto)")
    build = check.add_argument_group("configurations (all of them unless narrowed)")
    build.add_argument(
        "-D", metavar="NAME[=VALUE]", dest="macros", action="append", type=_define, help="defined so (1)"
    )
    build.add_argument("-U", metavar="NAME", dest="macros", action="append", type=_undefine, help="not defined")
    build.add_argument("-I", metavar="DIR", dest="include_dirs", action="append", help="look here for included files")
    build.add_argument("--compile-commands", metavar="FILE", help="take these from a compile_commands.json")
    policy = check.add_argument_group("policy")
    policy.add_argument("--strict", action="store_true", help="accept no assumption, nothing unresolved or not covered")
    policy.add_argument("--exit-zero", action="store_true", help="report only: exit 0 whatever was found")


def _define(text: str) -> tuple[str, str | None]:
    name, _, value = text.partition("=")
    return _macro_name(name, text), value if "=" in text else "1"


def _undefine(text: str) -> tuple[str, str | None]:
    return _macro_name(text, text), None


def _macro_name(name: str, text: str) -> str:
    if _NAME.fullmatch(name) is None:
        message = f"{text!r} does not begin with a macro's name"
        raise ArgumentTypeError(message)
    return name
