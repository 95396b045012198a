"""`mapproof schema`: the JSON Schema of what mapproof writes and reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mapproof.commands.base import Outcome

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from mapproof.commands.base import Terminal


def arguments(parser: ArgumentParser) -> None:
    """Nothing: there is one schema."""
    del parser


def run(_chosen: Namespace, _terminal: Terminal) -> Outcome:
    """The schema as JSON."""
    import json

    from mapproof.report.document import schema

    return Outcome(json.dumps(schema(), indent=2) + "\n")
