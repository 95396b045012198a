"""The door: arguments in, exit code out. The only place that prints."""

from __future__ import annotations

import sys

TYPE_CHECKING = False  # as typing's: its import would double what `--version` costs
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TextIO

EXIT_CLEAN = 0
EXIT_USAGE = 2
EXIT_INTERNAL = 70
EXIT_INTERRUPTED = 130
"""As in ``commands/base.py``, whose import ``--version`` does without."""

_OBJECTS = 100_000
"""Objects that are made before a look for cycles: nearly all that a run makes is kept to its end."""

_PATIENCE = 2.0
"""Seconds of silence before progress is shown."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command that ``argv`` (or the process's arguments) asks for and return its exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    text = _quick(arguments)
    if text is not None:
        return _write(text, EXIT_CLEAN)
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


def _quick(arguments: list[str]) -> str | None:
    """The answers that need next to nothing."""
    if arguments == ["--version"]:
        return _version()
    if arguments[:1] != ["check"]:
        return None
    from mapproof.commands.quick import nothing_found

    return nothing_found(arguments[1:])


def _run(arguments: list[str]) -> int:
    import os

    from mapproof.arguments import command_named, parse

    chosen = parse(arguments)
    if chosen.command == "version":
        return _write(_version(), EXIT_CLEAN)
    from mapproof.commands.base import Terminal

    progress = _Progress(sys.stderr, wanted=not getattr(chosen, "quiet", False))
    terminal = Terminal(os.environ, sys.stdout.isatty(), _width(), progress)
    try:
        outcome = command_named(chosen.command).run(chosen, terminal)
    finally:
        progress.clear()
    _note(outcome.notes)
    return _write(outcome.text, outcome.code)


def _version() -> str:
    from mapproof import __version__

    return f"mapproof {__version__}\n"


def _note(notes: Sequence[str]) -> None:
    """Say on standard error what is not part of the output."""
    if notes:
        from mapproof.report.style import visible

        sys.stderr.writelines(f"mapproof: {visible(note)}\n" for note in notes)


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
    try:
        if hasattr(sys.stdout, "reconfigure"):
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
