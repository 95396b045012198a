"""`mapproof schema`: the JSON Schema of what mapproof writes and reads."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from mapproof.commands.base import Outcome

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from mapproof.commands.base import Terminal


def arguments(parser: ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument(
        "of",
        nargs="?",
        choices=["report", "triage", "policy", "suppressions"],
        default="report",
        help="of what (report)",
    )


def run(chosen: Namespace, _terminal: Terminal) -> Outcome:
    """The schema as JSON."""
    if chosen.of == "report":
        from mapproof.report.document import schema
    elif chosen.of == "triage":
        from mapproof.report.answers.json import schema
    elif chosen.of == "policy":
        from mapproof.policy.schema import policy_schema as schema
    else:
        from mapproof.policy.schema import suppressions_schema as schema
    return Outcome(json.dumps(schema(), indent=2) + "\n")
