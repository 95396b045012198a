"""`mapproof baseline`: write down the findings that are there, so that a gate asks only about new ones."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from mapproof.commands.base import Outcome
from mapproof.commands.check import add_configurations, options_of
from mapproof.commands.gate import beside, gate_of, paths_of, write
from mapproof.commands.rendering import project_root

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from mapproof.commands.base import Terminal


def arguments(parser: ArgumentParser) -> None:
    """Add what the command takes."""
    parser.description = (
        "Write down the findings that are there: old debt, which `check --baseline FILE` leaves out. It shrinks as they"
        " go. A decision with a reason is a suppression, and is not listed here."
    )
    parser.add_argument("paths", metavar="PATH", nargs="*", help="what to read; the policy's paths, else this folder")
    parser.add_argument(
        "--output", metavar="FILE", help="the file to write (the policy's, else mapproof.baseline.json)"
    )
    parser.add_argument("--config", metavar="FILE", help="take the policy from this file")
    add_configurations(parser)


def run(chosen: Namespace, terminal: Terminal) -> Outcome:
    """Scan and write."""
    from mapproof.triage.baseline import FILE_NAME, entries_of, written

    gate = gate_of(chosen, terminal.progress, options_of(chosen), chosen.paths)
    gate.baseline = None
    report = gate.look(paths_of(gate.policy, chosen.paths) or ["."])
    folder = os.getcwd()  # noqa: PTH109  a path as text
    entries = entries_of(report, folder, project_root(folder))
    path = chosen.output or (beside(gate.policy, gate.policy.baseline) if gate.policy.baseline else FILE_NAME)
    write(path, written(entries))
    return Outcome(f"{path}: {len(entries)} known finding{'s' * (len(entries) != 1)}\n")
