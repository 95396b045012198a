"""`mapproof prove`: the proof of one site's verdict, written to a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mapproof.commands.base import EXIT_STRICT, Outcome
from mapproof.commands.check import add_configurations, options_of

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from mapproof.commands.base import Terminal

_EXAMPLES: Final = """\
examples:
  mapproof prove sqlite3.c --site sqlite3.c:43769 -o wal-index.proof.json
  mapproof verify wal-index.proof.json

exit codes:
  0   the proof was written
  2   bad arguments, or no such site
  3   nothing to prove: the site is unresolved, or the checker's rules do not reach the verdict
"""


def arguments(parser: ArgumentParser) -> None:
    """Add what the command takes."""
    parser.description = "Write the proof of what is said of one call, in steps that a small checker replays."
    parser.epilog = _EXAMPLES
    parser.add_argument("paths", metavar="PATH", nargs="+", help="the files and folders that the site is judged among")
    parser.add_argument("--site", required=True, help="the site: FILE:LINE, FILE:0xADDRESS, or its id in the report")
    parser.add_argument("-o", "--output", metavar="FILE", help="where to write the proof (standard output)")
    parser.add_argument("--rules", metavar="DIR", action="append", help="add the rules and callees in this folder")
    add_configurations(parser)


def run(chosen: Namespace, terminal: Terminal) -> Outcome:
    """Find the verdict, prove it again, and write the proof whole or not at all."""
    from mapproof.commands.gate import project_pack
    from mapproof.commands.proving import NothingToProveError, prove
    from mapproof.verify.certificate import place_of
    from mapproof.verify.statement import encoded

    try:
        statement = prove(chosen.paths, chosen.site, project_pack(chosen), options_of(chosen), terminal.progress)
    except NothingToProveError as reason:
        return Outcome("", EXIT_STRICT, (str(reason),))
    data = encoded(statement)
    if chosen.output is None:
        return Outcome(data.decode())
    _replace(chosen.output, data)
    site, steps = statement.predicate.site, statement.predicate.steps
    asked = ", ".join(statement.predicate.protections)
    only = " only" if statement.predicate.verdict == "benign" else f", {statement.predicate.verdict}"
    return Outcome(f"{chosen.output}: {place_of(site)} asks for {asked}{only}: {len(steps)} steps\n")


def _replace(path: str, data: bytes) -> None:
    """Write a file whole or not at all."""
    import os
    from tempfile import NamedTemporaryFile

    from mapproof.errors import MapproofError

    try:
        with NamedTemporaryFile(dir=os.path.dirname(path) or ".", prefix=".mapproof-", delete=False) as file:  # noqa: PTH120  paths are kept as they were given
            try:
                file.write(data)
                file.flush()
                os.chmod(file.name, 0o644)  # noqa: PTH101  as above
                os.replace(file.name, path)  # noqa: PTH105  as above
            except OSError:
                os.unlink(file.name)  # noqa: PTH108  as above
                raise
    except OSError as error:
        message = f"{path}: {error.strerror}: write the proof elsewhere"
        raise MapproofError(message) from error
