"""`mapproof verify`: what a proof is worth for the files of today, without the engine that found it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mapproof.commands.base import EXIT_CLEAN, EXIT_LAPSED, Outcome

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from mapproof.commands.base import Terminal

_EXAMPLES: Final = """\
examples:
  mapproof verify wal-index.proof.json                 the files stand where they stood
  mapproof verify wal-index.proof.json new/sqlite3.c   another place, or another version

results and exit codes:
  holds            0   every step was checked again, and the steps show the claim
  holds elsewhere  0   files or rules have changed; the claim was proved anew for what there is now
  lapsed           4   it does not hold: the first step that fails, and what has changed
  malformed        2   no proof that this version reads; the field at fault is named
"""


_CLAIMS: Final = {
    "benign": "{} asks for {} only, and nothing in scope adds x",
    "executable": "executable: {} asks for {}, and nothing in scope for w and x at once of memory that is there",
    "violation": "violation: {} asks for {}, w and x at once, whenever it is called",
}


def arguments(parser: ArgumentParser) -> None:
    """Add what the command takes."""
    parser.description = "Check a proof against the files of today, step by step, without the engine that found it."
    parser.epilog = _EXAMPLES
    parser.add_argument("proof", metavar="PROOF", help="a file that mapproof prove wrote")
    parser.add_argument("paths", metavar="PATH", nargs="*", help="the files, if they are not where the proof says")
    parser.add_argument("--rules", metavar="DIR", action="append", help="add the rules and callees in this folder")


def run(chosen: Namespace, _terminal: Terminal) -> Outcome:
    """The result in one line, then what is to be said of it."""
    from mapproof.commands.gate import project_pack
    from mapproof.commands.proving import calls_verified, headers_verified, proof_bytes, verified
    from mapproof.report.assumed import grouped
    from mapproof.report.style import visible
    from mapproof.verify import asked, callless
    from mapproof.verify.certificate import Result, place_of
    from mapproof.verify.statement import predicate_type

    data = proof_bytes(chosen.proof)
    kind = predicate_type(data)
    if kind == asked.PREDICATE:
        about, found = headers_verified(chosen.proof, data, chosen.paths)
        lines = [f"{found.result}: {about.subject[0].name}: what its headers do not ask for"]
        lines += [f"  {one.claim}: {one.says}" for one in about.predicate.claims]
        lines += [f"  {detail}" for detail in found.details]
        code = EXIT_LAPSED if found.result is Result.LAPSED else EXIT_CLEAN
        return Outcome("".join(f"{visible(line)}\n" for line in lines), code)
    if kind == callless.PREDICATE:
        without, found = calls_verified(chosen.proof, data, chosen.paths, project_pack(chosen))
        lines = [f"{found.result}: {without.subject[0].name}: no mapping function is called"]
        lines += [f"  {detail}" for detail in found.details]
        lines += [f"  assumes {line}" for line in grouped(without.predicate.assumes)]
        code = EXIT_LAPSED if found.result is Result.LAPSED else EXIT_CLEAN
        return Outcome("".join(f"{visible(line)}\n" for line in lines), code)
    statement, found = verified(chosen.proof, data, chosen.paths, project_pack(chosen))
    site, requested = statement.predicate.site, ", ".join(statement.predicate.protections)
    lapsed = found.result is Result.LAPSED
    claim = _CLAIMS[statement.predicate.verdict].format(site.written, requested)
    lines = [f"{found.result}: {place_of(site)}: {claim}", *(f"  {detail}" for detail in found.details)]
    if not lapsed:
        lines += [f"  assumes {line}" for line in grouped(statement.predicate.assumes)]
    return Outcome("".join(f"{visible(line)}\n" for line in lines), EXIT_LAPSED if lapsed else EXIT_CLEAN)
