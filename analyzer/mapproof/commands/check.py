"""`mapproof check`: files in, a report and its worth to a gate out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from mapproof.commands.base import EXIT_CLEAN, EXIT_FINDINGS, EXIT_LAPSED, EXIT_STRICT, builtin_pack
from mapproof.commands.rendering import add_output, renderer, shown

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from mapproof.commands.base import Outcome, Terminal
    from mapproof.model.report import Report
    from mapproof.scan import Options

_NAME: Final = re.compile(r"[A-Za-z_]\w*")

_DESCRIPTION: Final = (
    "Find every call that maps memory or changes its protection, in every configuration, and judge it."
)

_EXAMPLES: Final = """\
examples:
  mapproof check sqlite3.c                every configuration of one file
  mapproof check --all src/ include/      also what was proved harmless, with its proof
  mapproof check -D NDEBUG -U DEBUG src/  only the builds that define NDEBUG and not DEBUG
  mapproof check --compile-commands build/compile_commands.json src/
  mapproof check --format json src/ > report.json
  mapproof check --format sarif --sarif-profile github --output mapproof.sarif src/
  mapproof check --strict src/            for a gate: nothing assumed, nothing left out

exit codes:
  0   nothing to object to
  1   a violation, or executable memory
  2   bad arguments, configuration or rules
  3   with --strict: something is unresolved, rests on an assumption or was not covered
  4   a suppression is unused, has expired, or what it claims is no longer proved
  70  an error inside mapproof
"""


def arguments(parser: ArgumentParser) -> None:
    """Add what the command takes."""
    parser.description = _DESCRIPTION
    parser.epilog = _EXAMPLES
    parser.add_argument("paths", metavar="PATH", nargs="+", help="a file, or a folder to search")
    add_output(parser)
    add_configurations(parser)
    policy = parser.add_argument_group("policy")
    policy.add_argument("--strict", action="store_true", help="accept no assumption, nothing unresolved or not covered")
    policy.add_argument("--exit-zero", action="store_true", help="report only: exit 0 whatever was found")


def add_configurations(parser: ArgumentParser) -> None:
    """Add what narrows the builds that are looked at."""
    build = parser.add_argument_group("configurations (all of them unless narrowed)")
    build.add_argument(
        "-D", metavar="NAME[=VALUE]", dest="macros", action="append", type=_define, help="defined so (1)"
    )
    build.add_argument("-U", metavar="NAME", dest="macros", action="append", type=_undefine, help="not defined")
    build.add_argument("-I", metavar="DIR", dest="include_dirs", action="append", help="look here for included files")
    build.add_argument("--compile-commands", metavar="FILE", help="take these from a compile_commands.json")


def options_of(chosen: Namespace) -> Options:
    """What :func:`add_configurations` heard."""
    from mapproof.scan import Options

    macros = dict(chosen.macros or [])
    return Options(
        defines={name: value for name, value in macros.items() if value is not None},
        undefines=frozenset(name for name, value in macros.items() if value is None),
        include_dirs=tuple(chosen.include_dirs or ()),
        compile_commands=chosen.compile_commands,
    )


def run(chosen: Namespace, terminal: Terminal) -> Outcome:
    """Scan, render, and say what the outcome is worth."""
    import os

    from mapproof import scan
    from mapproof.errors import MapproofError

    if not any(os.path.lexists(path) for path in chosen.paths):
        message = f"{chosen.paths[0]}: no such file or folder: name one that exists"
        raise MapproofError(message)
    renderer(chosen.format)
    pack = builtin_pack()
    report = scan.scan(chosen.paths, pack, options_of(chosen), terminal.progress)
    return shown(report, exit_code(report, strict=chosen.strict, exit_zero=chosen.exit_zero), chosen, pack, terminal)


def exit_code(report: Report, *, strict: bool = False, exit_zero: bool = False) -> int:
    """What the report is worth to a gate; a strict policy accepts no assumption, no gap, and nothing withheld.

    A finding that a lapsed decision speaks of counts as that lapse: whoever decided is asked again.
    """
    from mapproof.model.verdict import Verdict

    if exit_zero:
        return EXIT_CLEAN
    reopened = {lapse.site for lapse in report.lapses}
    standing = list(report.standing())
    serious = {Verdict.VIOLATION, Verdict.EXECUTABLE}
    if any(finding.verdict in serious and finding.site.id not in reopened for finding in standing):
        return EXIT_FINDINGS
    if report.lapses:
        return EXIT_LAPSED
    unresolved = any(finding.verdict is Verdict.UNRESOLVED for finding in standing)
    withheld = unresolved or report.errors or report.unverified or not report.files
    if strict and (withheld or any(finding.assumptions for finding in standing)):
        return EXIT_STRICT
    return EXIT_CLEAN


def _define(text: str) -> tuple[str, str | None]:
    name, _, value = text.partition("=")
    return _macro_name(name, text), value if "=" in text else "1"


def _undefine(text: str) -> tuple[str, str | None]:
    return _macro_name(text, text), None


def _macro_name(name: str, text: str) -> str:
    if _NAME.fullmatch(name) is None:
        from argparse import ArgumentTypeError

        message = f"{text!r} does not begin with a macro's name"
        raise ArgumentTypeError(message)
    return name
