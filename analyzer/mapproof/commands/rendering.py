"""From a report to what is shown: which format, for whom, and paths as seen from where."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from mapproof.commands.base import Outcome
from mapproof.errors import MapproofError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Callable

    from mapproof.commands.base import Terminal
    from mapproof.commands.gate import Gate
    from mapproof.model.report import Report
    from mapproof.report.base import Rendering

PROFILES: Final = ("full", "github", "gitlab", "azure")
"""As in ``report/sarif.py``, which is not imported to say so."""
FORMATS: Final = ("text", "json", "sarif", "github", "gitlab", "gitlab-sast", "html", "junit", "md", "rdjson")
"""Likewise: every format of ``report/``, for the help."""


def add_output(parser: ArgumentParser) -> None:
    """Add what says how the report is to look."""
    output = parser.add_argument_group("output")
    output.add_argument("--format", metavar="FORMAT", default="text", help="one of those below (text)")
    output.add_argument(
        "--output", metavar="FILE", help="write that format there; standard output then gets the text for people"
    )
    output.add_argument(
        "--sarif-profile", choices=PROFILES, default="full", help="whose service reads the SARIF (full)"
    )
    output.add_argument("--all", action="store_true", dest="everything", help="list what is benign too, with its proof")
    output.add_argument("--quiet", action="store_true", help="only findings and gaps: no counts, no progress")
    output.add_argument("--color", choices=["auto", "always", "never"], default="auto", help="color the text (auto)")


def renderer(name: str) -> Callable[[Report, Rendering], str]:
    """The format's function; text is found without importing the others."""
    if name == "text":
        from mapproof.report.text import render

        return render
    from mapproof.report.base import formats

    known = formats()
    if name not in known:
        message = f"--format {name}: no such format: choose one of {', '.join(sorted(known))}"
        raise MapproofError(message)
    return known[name].render


def shown(report: Report, code: int, chosen: Namespace, gate: Gate, terminal: Terminal) -> Outcome:
    """The report as the arguments ask for it; raises where ``--output`` can't be written."""
    rendering = _rendering(chosen, gate, terminal)
    notes = tuple(gate.notes)
    text = renderer(chosen.format)(report, rendering)
    if chosen.output is None:
        return Outcome(text, code, notes)
    try:
        with open(chosen.output, "w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:  # noqa: PTH123  the path is kept as given
            file.write(text)
    except OSError as error:
        message = f"{chosen.output}: {error.strerror}: name a file that can be written"
        raise MapproofError(message) from error
    return Outcome("" if chosen.format == "text" else renderer("text")(report, rendering), code, notes)


def _rendering(chosen: Namespace, gate: Gate, terminal: Terminal) -> Rendering:
    from mapproof.model.verdict import Assumption
    from mapproof.report.base import Rendering

    pack = gate.pack
    callees = pack.callees.callees
    strict = chosen.strict or gate.policy.strict
    plain = chosen.format in {"text", "json"}
    rendering = Rendering(
        color=terminal.style(chosen.color).enabled,
        width=terminal.width,
        everything=chosen.everything,
        quiet=chosen.quiet,
        strict=strict,
        refused=frozenset(Assumption) - (frozenset() if strict else gate.policy.assumptions),
        protection_at={name: spec.protection for name, spec in callees.items() if spec.protection is not None},
        folder=folder(),
        root=project_root(folder()),
    )
    if plain:
        return rendering
    from dataclasses import replace

    from mapproof.classify.page import page

    return replace(
        rendering,
        rules=pack.rules,
        page=page,
        profile=chosen.sarif_profile,
        now=now(terminal),
        pipeline=terminal.environ,
    )


def folder() -> str:
    """The current folder; empty where it is gone."""
    try:
        return os.getcwd()  # noqa: PTH109  a path as text
    except OSError:
        return ""


def project_root(folder: str) -> str:
    """The nearest folder above (or this) that holds ``.git``; the folder itself where there is none."""
    current = folder
    while current:
        if os.path.lexists(f"{current}/.git"):
            return current
        parent = os.path.dirname(current)  # noqa: PTH120  likewise
        if parent == current:
            break
        current = parent
    return folder


def now(terminal: Terminal) -> str:
    """The time in UTC; SOURCE_DATE_EPOCH (the reproducible builds' convention) sets it."""
    from datetime import UTC, datetime

    given = terminal.environ.get("SOURCE_DATE_EPOCH", "")
    moment = datetime.fromtimestamp(int(given), UTC) if given.isdecimal() else datetime.now(UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S")
