"""``python -m tests.machine [WORD...]``: build, run and analyse every variant whose name has all the words; a table."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.machine.build import build, variants
from tests.machine.compare import compare
from tests.machine.observe import observe


def main(words: list[str]) -> int:
    """The table, and below each line what was not exact."""
    bad = 0
    quiet, twice = "-q" in words, "symbols" in words
    keep = next((word[5:] for word in words if word.startswith("keep=")), None)
    words = [word for word in words if word != "-q" and not word.startswith("keep=")]
    for variant in variants():
        if not all(word in f"-{variant}-" for word in words) or (not variant.stripped and not twice):
            continue
        lack = variant.missing()
        if lack is not None:
            print(f"{variant}: skipped, {lack}", flush=True)
            continue
        with TemporaryDirectory(prefix="mapproof-machine-") as folder:
            place = Path(folder)
            if keep is not None:
                place = Path(keep) / str(variant)
                place.mkdir(parents=True, exist_ok=True)
            try:
                t0 = time.monotonic()
                built = build(variant, place)
                t1 = time.monotonic()
                seen = observe(built)
                t2 = time.monotonic()
                outcome = compare(built, seen)
                t3 = time.monotonic()
            except Exception as error:  # noqa: BLE001  the table goes on
                print(f"{variant}: FAILED {type(error).__name__} {str(error)[:300]}", flush=True)
                bad += 1
                continue
        share = 100 * outcome.exact / max(1, outcome.sites)
        print(
            f"{variant}: {outcome.exact}/{outcome.sites} = {share:.1f} %, missed {len(outcome.missed)},"
            f" unseen {len(outcome.unseen)}, errors {len(outcome.errors)}"
            f" [build {t1 - t0:.1f} run {t2 - t1:.1f} analyse {t3 - t2:.1f}]",
            flush=True,
        )
        bad += bool(outcome.missed)
        if not quiet:
            for title in ("missed", "inexact", "unseen", "errors"):
                for line in getattr(outcome, title):
                    print(f"    {title}: {line}", flush=True)
    return int(bool(bad))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
