"""The door: arguments in, exit code out. The only place that prints."""

from __future__ import annotations

import sys

TYPE_CHECKING = False  # as typing's: its import would double what `--version` costs
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Sequence
    from typing import TextIO

    from mapproof.classify.opening import Pack
    from mapproof.model.report import Report
    from mapproof.report.base import Rendering
    from mapproof.report.style import Style

EXIT_CLEAN = 0
EXIT_FINDINGS = 1
EXIT_USAGE = 2
EXIT_STRICT = 3
EXIT_INTERNAL = 70
EXIT_INTERRUPTED = 130

_OBJECTS = 100_000
"""Objects that are made before a look for cycles: nearly all that a run makes is kept to its end."""

_PATIENCE = 2.0
"""Seconds of silence before progress is shown."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command that ``argv`` (or the process's arguments) asks for and return its exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments == ["--version"]:
        return _version()
    import gc

    from mapproof.errors import MapproofError

    gc.set_threshold(_OBJECTS, 20, 100)
    try:
        return _run(arguments)
    except MapproofError as error:
        return _complain(str(error))
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except SystemExit as done:  # argparse, after --help
        return _write("", EXIT_CLEAN if done.code is None else EXIT_USAGE if isinstance(done.code, str) else done.code)
    except Exception as error:  # noqa: BLE001  the last resort: a reader of the terminal wants one line, not a trace
        return _internal(error, arguments)


def _run(arguments: list[str]) -> int:
    from mapproof.arguments import parse

    commands = {"check": _check, "explain": _explain, "rules": _rules, "schema": _schema, "version": _version}
    chosen = parse(arguments)
    return commands[chosen.command](chosen)


def _check(chosen: Namespace) -> int:
    import os

    from mapproof.errors import MapproofError
    from mapproof.scan import Options, scan

    if not any(os.path.lexists(path) for path in chosen.paths):
        message = f"{chosen.paths[0]}: no such file or folder: name one that exists"
        raise MapproofError(message)
    render = _renderer(chosen.format)
    pack = _pack()
    macros = dict(chosen.macros or [])
    options = Options(
        defines={name: value for name, value in macros.items() if value is not None},
        undefines=frozenset(name for name, value in macros.items() if value is None),
        include_dirs=tuple(chosen.include_dirs or ()),
        compile_commands=chosen.compile_commands,
    )
    progress = _Progress(sys.stderr, wanted=not chosen.quiet)
    try:
        report = scan(chosen.paths, pack, options, progress)
    finally:
        progress.clear()
    text = render(report, _rendering(chosen, pack))
    return _write(text, exit_code(report, strict=chosen.strict, exit_zero=chosen.exit_zero))


def exit_code(report: Report, *, strict: bool = False, exit_zero: bool = False) -> int:
    """What the report is worth to a gate; a strict policy accepts no assumption, no gap, and nothing withheld."""
    from mapproof.model.verdict import Verdict

    if exit_zero:
        return EXIT_CLEAN
    if report.count(Verdict.VIOLATION) or report.count(Verdict.EXECUTABLE):
        return EXIT_FINDINGS
    withheld = report.count(Verdict.UNRESOLVED) or report.errors or report.unverified or not report.files
    if strict and (withheld or any(finding.assumptions for finding in report.findings)):
        return EXIT_STRICT
    return EXIT_CLEAN


def _explain(chosen: Namespace) -> int:
    from mapproof.classify.page import page
    from mapproof.errors import MapproofError

    rules = {rule.id: rule for rule in _pack().rules}
    wanted = chosen.rule.rpartition("/")[2]
    if wanted not in rules:
        from difflib import get_close_matches

        near = get_close_matches(wanted, rules, n=1)
        remedy = f"did you mean {near[0]}?" if near else "mapproof rules lists them"
        message = f"{chosen.rule}: no such rule: {remedy}"
        raise MapproofError(message)
    return _write(page(rules[wanted]).rstrip("\n") + "\n", EXIT_CLEAN)


def _rules(chosen: Namespace) -> int:
    from mapproof.report.rules import as_json, as_text

    rules = _pack().rules
    return _write(as_json(rules) if chosen.format == "json" else as_text(rules, _width(), _style("auto")), EXIT_CLEAN)


def _schema(_chosen: Namespace) -> int:
    import json

    from mapproof.report.document import schema

    return _write(json.dumps(schema(), indent=2) + "\n", EXIT_CLEAN)


def _version(_chosen: Namespace | None = None) -> int:
    from mapproof import __version__

    return _write(f"mapproof {__version__}\n", EXIT_CLEAN)


def _pack() -> Pack:
    from mapproof.classify.opening import Pack, builtin_rules

    return Pack(builtin_rules())


def _renderer(name: str) -> Callable[[Report, Rendering], str]:
    """The format's function; text is found without importing the others."""
    if name == "text":
        from mapproof.report.text import render

        return render
    from mapproof.errors import MapproofError
    from mapproof.report.base import formats

    known = formats()
    if name not in known:
        message = f"--format {name}: no such format: choose one of {', '.join(sorted(known))}"
        raise MapproofError(message)
    return known[name].render


def _style(choice: str) -> Style:
    import os

    from mapproof.report.style import Style, wants_color

    return Style(wants_color(choice, os.environ, terminal=sys.stdout.isatty()))


def _rendering(chosen: Namespace, pack: Pack) -> Rendering:
    from mapproof.report.base import Rendering

    callees = pack.callees.callees
    return Rendering(
        color=_style(chosen.color).enabled,
        width=_width(),
        everything=chosen.everything,
        quiet=chosen.quiet,
        strict=chosen.strict,
        protection_at={name: spec.protection for name, spec in callees.items() if spec.protection is not None},
    )


def _width() -> int:
    """The terminal's width within what reads well; 100 where the output is no terminal."""
    import os

    given = os.environ.get("COLUMNS", "")
    if given.isdecimal() and int(given) > 0:
        columns = int(given)
    elif sys.stdout.isatty():
        columns = os.get_terminal_size(sys.stdout.fileno()).columns or 100
    else:
        columns = 100
    return max(60, min(columns, 120))


class _Progress:
    """One line on the terminal that says what is being read, once patience has run out."""

    def __init__(self, stream: TextIO, *, wanted: bool) -> None:
        from time import monotonic

        self._clock = monotonic
        self._stream = stream
        self._next = monotonic() + _PATIENCE if wanted and stream.isatty() else float("inf")
        self._shown = False

    def __call__(self, text: str) -> None:
        """Show ``text`` in place of what was shown before, ten times a second at most."""
        now = self._clock()
        if now < self._next:
            return
        from mapproof.report.style import visible

        self._next = now + 0.1
        self._shown = True
        self._stream.write(f"\r{visible(text)[: _width() - 1]}\x1b[K")
        self._stream.flush()

    def clear(self) -> None:
        """Take the line away."""
        if self._shown:
            self._stream.write("\r\x1b[K")
            self._stream.flush()


def _write(text: str, code: int) -> int:
    """Print and return ``code``. A reader that has gone away is no error, and changes no verdict."""
    from io import TextIOWrapper

    try:
        if isinstance(sys.stdout, TextIOWrapper):
            sys.stdout.reconfigure(errors="backslashreplace")
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        _abandon_output()
    except OSError as error:
        _abandon_output()
        return _complain(f"standard output: {error.strerror}: make room or write elsewhere")
    return code


def _abandon_output() -> None:
    """Let what is still buffered go nowhere, so that the interpreter's last flush can't fail."""
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _complain(message: str) -> int:
    """Say what is wrong with the request; a rule pack may have several faults, one per line."""
    from mapproof.report.style import visible

    for line in message.splitlines():
        sys.stderr.write(f"mapproof: error: {visible(line)}\n")
    return EXIT_USAGE


def _internal(error: Exception, arguments: list[str]) -> int:
    import os
    import traceback
    from pathlib import PurePath

    if "--debug" in arguments or os.environ.get("MAPPROOF_DEBUG", "0") not in {"", "0"}:
        traceback.print_exception(error)
        return EXIT_INTERNAL
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {PurePath(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    what = " ".join(str(error).split())
    sys.stderr.write(
        f"mapproof: internal error: {type(error).__name__}{place}: {what}: a bug in mapproof; "
        "please report it with the trace that --debug shows\n"
    )
    return EXIT_INTERNAL
