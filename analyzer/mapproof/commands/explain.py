"""`mapproof explain`: a rule's page, or the whole argument for one site."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from mapproof.commands.base import Outcome

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Sequence

    from mapproof.classify.opening import Pack
    from mapproof.commands.base import Terminal
    from mapproof.commands.proving import Argued
    from mapproof.scan import Options

_SITE: Final = re.compile(r".+:(?:\d+|\+?0[xX][0-9a-fA-F]+)|[0-9a-f]{16}")
"""What names a site and no rule."""

_EXAMPLES: Final = """\
examples:
  mapproof explain write-exec-mapping     what a rule says, and why
  mapproof explain src/arena.c:120        why the call in line 120 is judged as it is, among the calls of its file
  mapproof explain src/arena.c:120 src/   the same, among the calls of all of src/
"""


def arguments(parser: ArgumentParser) -> None:
    """Add what the command takes."""
    from mapproof.commands.check import add_configurations

    parser.epilog = _EXAMPLES
    parser.add_argument("rule", metavar="WHAT", help="a rule's id, or a site: FILE:LINE, FILE:0xADDRESS or its id")
    parser.add_argument("paths", metavar="PATH", nargs="*", help="the files that a site is judged among (its own)")
    parser.add_argument("--rules", metavar="DIR", action="append", help="add the rules in this folder")
    add_configurations(parser)


def run(chosen: Namespace, terminal: Terminal) -> Outcome:
    """The page of the rule, or the argument for the site; an unknown rule is an error with the nearest."""
    from mapproof.commands.gate import project_pack

    pack = project_pack(chosen)
    if _SITE.fullmatch(chosen.rule):
        from mapproof.commands.check import options_of

        return Outcome(_argument(chosen.rule, chosen.paths, pack, options_of(chosen), terminal))
    return Outcome(_page(chosen.rule, pack))


def _page(name: str, pack: Pack) -> str:
    from mapproof.classify.page import page
    from mapproof.errors import MapproofError

    rules = {rule.id: rule for rule in pack.rules}
    wanted = name.rpartition("/")[2]
    if wanted not in rules:
        from difflib import get_close_matches

        near = get_close_matches(wanted, rules, n=1)
        remedy = f"did you mean {near[0]}?" if near else "mapproof rules lists them"
        message = f"{name}: no such rule: {remedy}"
        raise MapproofError(message)
    return page(rules[wanted]).rstrip("\n") + "\n"


def _argument(site: str, paths: Sequence[str], pack: Pack, options: Options, terminal: Terminal) -> str:
    from mapproof.commands.proving import argued
    from mapproof.errors import MapproofError
    from mapproof.report.argument import argument

    path, colon, _ = site.rpartition(":")
    if not paths and not colon:
        message = f"{site}: an id alone does not say in which files to look: give them after it"
        raise MapproofError(message)
    found = argued(paths or [path], site, pack, options, terminal.progress)
    steps, gap = _steps(found, paths or [path], pack, options)
    callees = pack.callees.callees
    spec = callees.get(found.finding.site.callee.primitive)
    return argument(
        found.finding,
        {name: row.protection for name, row in callees.items() if row.protection is not None},
        next((rule.summary for rule in pack.rules if rule.id == found.finding.rule), ""),
        "" if spec is None else spec.source,
        steps,
        gap,
        terminal.width,
    )


def _steps(found: Argued, paths: Sequence[str], pack: Pack, options: Options) -> tuple[list[str], str]:
    """The checker's steps for a benign site in words, or why there are none."""
    from mapproof.commands.proving import NothingToProveError, statement_of
    from mapproof.model.verdict import Verdict

    if found.finding.verdict is not Verdict.BENIGN:
        return [], ""
    try:
        statement = statement_of(found, paths, pack, options)
    except NothingToProveError as reason:
        return [], str(reason)
    return [_words(step) for step in statement.predicate.steps], ""


def _words(step: object) -> str:
    from mapproof.verify.statement import Step

    assert isinstance(step, Step)  # noqa: S101  what a statement holds
    word = "" if not step.exact else f": {', '.join(hex(number) for number in step.exact)}"
    rights = f": {', '.join(step.rights)}" if step.rights else ""
    return f"{step.says}{word}{rights}"
