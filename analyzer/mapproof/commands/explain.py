"""`mapproof explain`: a rule's page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mapproof.commands.base import Outcome

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from mapproof.commands.base import Terminal


def arguments(parser: ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("rule", metavar="RULE", help="the rule's id, as in a finding's brackets")
    parser.add_argument("--rules", metavar="DIR", action="append", help="add the rules in this folder")


def run(chosen: Namespace, _terminal: Terminal) -> Outcome:
    """The page of the rule; an unknown one is an error with the nearest."""
    from mapproof.classify.page import page
    from mapproof.commands.gate import project_pack
    from mapproof.errors import MapproofError

    rules = {rule.id: rule for rule in project_pack(chosen).rules}
    wanted = chosen.rule.rpartition("/")[2]
    if wanted not in rules:
        from difflib import get_close_matches

        near = get_close_matches(wanted, rules, n=1)
        remedy = f"did you mean {near[0]}?" if near else "mapproof rules lists them"
        message = f"{chosen.rule}: no such rule: {remedy}"
        raise MapproofError(message)
    return Outcome(page(rules[wanted]).rstrip("\n") + "\n")
