"""``python -m tests.running [NAME...]``: run real programs and say how what they did compares with what is said."""

from __future__ import annotations

import sys
import time

from tests.running.compare import Outcome, compare
from tests.running.observe import observe
from tests.running.program import PROGRAMS


def main(names: list[str]) -> int:
    """One line for each program, and below it what was not as it should be; the figures of all at the end."""
    total = Outcome()
    for program in PROGRAMS:
        if names and program.name not in names:
            continue
        lack = program.missing()
        if lack is not None:
            print(f"{program.name}: skipped, {lack}", flush=True)
            continue
        try:
            seen = observe(program)
        except RuntimeError as error:
            print(f"{program.name}: FAILED {error}", flush=True)
            continue
        start = time.monotonic()
        outcome = compare(seen)
        total.add(outcome)
        print(_line(program.name, outcome, time.monotonic() - start), flush=True)
        for title in ("missed", "false_benign", "lost", "unknown"):
            for line in getattr(outcome, title):
                print(f"    {title}: {line}", flush=True)
    print(_line("all", total, 0))
    return int(bool(total.missed or total.false_benign))


def _line(name: str, outcome: Outcome, seconds: float) -> str:
    return (
        f"{name}: {outcome.seen} calls seen, found {outcome.found_share:.1f} %, unknown {outcome.unknown_share:.1f} %,"
        f" missed {len(outcome.missed)} [analyse {seconds:.1f} s]"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
