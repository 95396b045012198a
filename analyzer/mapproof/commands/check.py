"""`mapproof check`: files in, a report and its worth to a gate out."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from mapproof.commands.base import EXIT_CLEAN, EXIT_FINDINGS, EXIT_LAPSED, EXIT_STRICT, Outcome
from mapproof.commands.rendering import add_output, renderer, shown
from mapproof.errors import MapproofError
from mapproof.model.verdict import Verdict
from mapproof.policy.policy import STRICT_FAIL_ON, FailOn, Policy

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from mapproof.commands.base import Terminal
    from mapproof.commands.git import Change
    from mapproof.model.report import Report
    from mapproof.scan import Options

_NAME: Final = re.compile(r"[A-Za-z_]\w*")

DEFAULT_POLICY: Final = Policy()

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
  mapproof check --diff origin/main       only what this branch adds or makes worse

formats:
  text, json, sarif, github, gitlab, gitlab-sast, html, junit, md, rdjson

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
    parser.add_argument("paths", metavar="PATH", nargs="*", help="a file, or a folder to search; else the policy's")
    add_output(parser)
    add_configurations(parser)
    add_policy(parser)
    change = parser.add_argument_group("only a change (in a git working tree)")
    only = change.add_mutually_exclusive_group()
    only.add_argument("--diff", metavar="BASE", help="only what was added or became worse since this commit")
    only.add_argument(
        "--staged", action="store_true", help="only what the staged change adds; all of PATH where nothing is staged"
    )

    fix = parser.add_argument_group("fixes (Python: an execute right that nothing uses, numbers for names)")
    one = fix.add_mutually_exclusive_group()
    one.add_argument("--fix", action="store_true", help="write what is the same or stricter by a second analysis")
    one.add_argument("--show-fixes", action="store_true", help="show that as a diff, and change nothing")


def add_policy(parser: ArgumentParser) -> None:
    """Add what a gate goes by."""
    policy = parser.add_argument_group("policy (the nearest mapproof.toml, or [tool.mapproof] of pyproject.toml)")
    policy.add_argument("--strict", action="store_true", help="accept no assumption, nothing unresolved or not covered")
    policy.add_argument("--exit-zero", action="store_true", help="report only: exit 0 whatever was found")
    policy.add_argument("--config", metavar="FILE", help="take the policy from this file")
    policy.add_argument("--isolated", action="store_true", help="take no policy and no suppressions from the project")
    policy.add_argument("--suppressions", metavar="FILE", help="take suppressions from this file")
    policy.add_argument(
        "--no-suppressions", action="store_true", help="show what was decided about like everything else"
    )
    policy.add_argument("--rules", metavar="DIR", action="append", help="add the rules and callees in this folder")
    policy.add_argument("--baseline", metavar="FILE", help="leave out the findings that this file lists")


def add_configurations(parser: ArgumentParser) -> None:
    """Add what narrows the builds that are looked at."""
    build = parser.add_argument_group("configurations (all of them unless narrowed)")
    build.add_argument(
        "-D", metavar="NAME[=VALUE]", dest="macros", action="append", type=_define, help="defined so (1)"
    )
    build.add_argument("-U", metavar="NAME", dest="macros", action="append", type=_undefine, help="not defined")
    build.add_argument("-I", metavar="DIR", dest="include_dirs", action="append", help="look here for included files")
    build.add_argument("--compile-commands", metavar="FILE", help="take these from a compile_commands.json")
    build.add_argument(
        "--executable", metavar="FILE", help="the program that loads the libraries: its PT_GNU_STACK counts"
    )
    libraries = parser.add_argument_group("libraries (with --deps; else only the files that are named)")
    libraries.add_argument(
        "--deps", action="store_true", help="read the libraries that a binary needs too, and name what is missing"
    )
    libraries.add_argument(
        "--library-path", metavar="DIR", action="append", help="look here for them first, as in LD_LIBRARY_PATH"
    )
    libraries.add_argument("--sysroot", metavar="DIR", help="the root of the system that the binaries run on")


def options_of(chosen: Namespace) -> Options:
    """What :func:`add_configurations` heard."""
    from mapproof.scan import Options

    macros = dict(chosen.macros or [])
    return Options(
        defines={name: value for name, value in macros.items() if value is not None},
        undefines=frozenset(name for name, value in macros.items() if value is None),
        include_dirs=tuple(chosen.include_dirs or ()),
        compile_commands=chosen.compile_commands,
        executable=chosen.executable,
        dependencies=chosen.deps,
        library_path=tuple(folder for given in chosen.library_path or () for folder in given.split(":") if folder),
        sysroot=chosen.sysroot or "",
    )


def run(chosen: Namespace, terminal: Terminal) -> Outcome:
    """Scan, render, and say what the outcome is worth."""
    import os

    from mapproof.commands.gate import gate_of, paths_of

    renderer(chosen.format)
    gate = gate_of(chosen, terminal.progress, options_of(chosen), chosen.paths)
    gate = replace(gate, prove=chosen.format == "json" or chosen.everything)
    paths = paths_of(gate.policy, chosen.paths)
    change = _change(chosen, terminal)
    if change is not None:
        scope = paths_of(gate.policy, ()) if chosen.staged else paths
        report = gate.change(change, scope)
    else:
        if not paths:
            message = "no PATH given, and no policy that names `paths`: mapproof check --help shows how"
            raise MapproofError(message)
        if not any(os.path.lexists(path) for path in paths):
            message = f"{paths[0]}: no such file or folder: name one that exists"
            raise MapproofError(message)
        report = gate.look(paths)
    fixed: tuple[str, ...] = ()
    if chosen.fix or chosen.show_fixes:
        from mapproof.commands.fixing import apply, fixes, preview

        if change is not None:
            message = "--fix and --show-fixes go with files, not with --diff or --staged"
            raise MapproofError(message)
        changed, said = fixes(report, paths, gate)
        if chosen.show_fixes:
            return Outcome(preview(changed), notes=(f"{len(said)} of the calls can be fixed: mapproof check --fix",))
        apply(changed)
        fixed = tuple(f"fixed: {line}" for line in said)
        report = gate.look(paths) if changed else report
    code = exit_code(report, strict=chosen.strict, exit_zero=chosen.exit_zero, policy=gate.policy)
    outcome = shown(report, code, chosen, gate, terminal)
    return replace(outcome, notes=(*fixed, *outcome.notes)) if fixed else outcome


def _change(chosen: Namespace, terminal: Terminal) -> Change | None:
    """The change that is asked for; none where nothing is staged, so that all files are looked at."""
    if chosen.diff:
        from mapproof.commands.git import since

        return since(chosen.diff)
    if not chosen.staged:
        return None
    base = terminal.environ.get("PRE_COMMIT_FROM_REF", "")
    if base:  # pre-commit run --from-ref: the change is that of these commits
        from mapproof.commands.git import since

        return since(base)
    from mapproof.commands.git import staged

    change = staged()
    return change if change.changed or not chosen.paths else None


def exit_code(report: Report, *, strict: bool = False, exit_zero: bool = False, policy: Policy = DEFAULT_POLICY) -> int:
    """What the report is worth to a gate; a strict policy accepts no assumption, no gap, and nothing withheld.

    A finding that a lapsed decision speaks of counts as that lapse: whoever decided is asked again.
    """
    if exit_zero:
        return EXIT_CLEAN
    fail_on = STRICT_FAIL_ON if strict else policy.fail_on
    reopened = {lapse.site for lapse in report.lapses}
    standing = list(report.standing())
    serious = {verdict for verdict in (Verdict.VIOLATION, Verdict.EXECUTABLE) if FailOn(verdict.value) in fail_on}
    if any(finding.verdict in serious and finding.site.id not in reopened for finding in standing):
        return EXIT_FINDINGS
    if report.lapses:
        return EXIT_LAPSED
    unresolved = any(finding.verdict is Verdict.UNRESOLVED for finding in standing) or report.unverified
    objections = (
        (FailOn.UNRESOLVED, unresolved),
        (FailOn.NOT_COVERED, report.errors or not report.files),
        (FailOn.ASSUMPTION, any(finding.assumptions for finding in standing)),
    )
    refused = not strict and any(set(finding.assumptions) - policy.assumptions for finding in standing)
    if refused or any(objection and reason in fail_on for reason, objection in objections):
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
