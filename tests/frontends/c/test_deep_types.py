"""Types that lead to types: a long chain over many files costs neither the run nor what does not depend on its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mapproof.classify.pack import builtin_rules, load_pack
from mapproof.model.verdict import Verdict
from mapproof.scan import scan

if TYPE_CHECKING:
    from pathlib import Path

LINKS = 120


def test_a_chain_of_types_over_files_is_not_followed_to_its_end(tmp_path: Path) -> None:
    for number in range(LINKS):
        (tmp_path / f"t{number}.h").write_text(
            f"typedef struct {{ int (*call)(link_{number + 1} *next, int prot); }} link_{number};\n"
        )
    (tmp_path / "map.c").write_text(
        '#include <sys/mman.h>\n#include "t0.h"\n'
        "void *map(link_0 *first) {\n"
        "  return mmap(0, 4096, first->call(0, 1) ? PROT_READ : PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);\n}\n"
    )
    report = scan([str(tmp_path)], load_pack(builtin_rules()))
    assert [finding.verdict for finding in report.findings] == [Verdict.BENIGN]
    assert not [gap for gap in report.errors if gap.kind == "internal"]
