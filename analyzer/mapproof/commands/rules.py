"""`mapproof rules`: the list of rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mapproof.commands.base import Outcome, builtin_pack

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from mapproof.commands.base import Terminal


def arguments(parser: ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("--format", choices=["text", "json"], default="text", help="how to print them (text)")


def run(chosen: Namespace, terminal: Terminal) -> Outcome:
    """Every rule, by group and id."""
    from mapproof.report.rules import as_json, as_text

    rules = builtin_pack().rules
    return Outcome(as_json(rules) if chosen.format == "json" else as_text(rules, terminal.width, terminal.style()))
