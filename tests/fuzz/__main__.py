"""``python -m tests.fuzz [SECONDS]``: damaged ELF files and containers, guided by what code they reach (atheris).

No bytes may make a reader raise, take more than ten seconds or a gigabyte. What is found is written to the folder that
the last line names, and belongs, made byte by byte, into ``tests/hostile`` or ``tests/frontends/elf/test_hostile.py``.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Final

SECONDS: Final = 600


def main(arguments: list[str]) -> int:
    """Run for some seconds; atheris ends the process when it finds something."""
    try:
        import atheris  # noqa: PLC0415  only here, and only where it is installed
    except ImportError:
        print("atheris is not installed: pip install 'mapproof[fuzz]'", file=sys.stderr)
        return 2
    with atheris.instrument_imports(include=["mapproof.frontends.elf"]):
        from tests.fuzz.target import read, seeds  # noqa: PLC0415  instrumented while imported
    finds = Path(tempfile.mkdtemp(prefix="mapproof-fuzz-"))
    corpus = finds / "corpus"
    corpus.mkdir()
    for number, seed in enumerate(seeds()):
        (corpus / f"seed{number}").write_bytes(seed)
    print(f"finds are written to {finds}", flush=True)
    seconds = int(arguments[0]) if arguments else SECONDS
    limits = [f"-max_total_time={seconds}", "-timeout=10", "-rss_limit_mb=1024", "-max_len=16384", "-len_control=0"]
    atheris.Setup([sys.argv[0], *limits, f"-artifact_prefix={finds}/", str(corpus)], read)
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
