"""Machine truth: what compiled functions were seen to ask for lies in what is said of them, and is nearly all of it.

The ordinary run takes a few of the ways to build the cases; ``MAPPROOF_MATRIX=1`` (``make matrix``) takes all.
"""

from __future__ import annotations

import os
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Final

import pytest
from tests.machine.build import TARGETS, Built, Target, Variant, build, entries, variants
from tests.machine.compare import compare
from tests.machine.observe import Observation, Request, observe

if TYPE_CHECKING:
    from tests.machine.compare import Outcome

BY_NAME: Final = {target.name: target for target in TARGETS}
ORDINARY: Final = (
    Variant(BY_NAME["x86_64"], "gcc", "-O2", "pie"),
    Variant(BY_NAME["x86_64"], "gcc", "-O0", "fixed", stripped=False),
    Variant(BY_NAME["x86_64"], "clang", "-O2", "shared"),
    Variant(BY_NAME["aarch64"], "gcc", "-O2", "pie"),
    Variant(BY_NAME["arm-thumb"], "gcc", "-Os", "pie"),
)
CHOSEN: Final = tuple(variants()) if os.environ.get("MAPPROOF_MATRIX") else ORDINARY


@cache
def seen(variant: Variant) -> tuple[Built, Observation]:
    """The built and observed program; skips, loudly, what this machine cannot build or run."""
    lacking = variant.missing()
    if lacking is not None:
        pytest.skip(f"{variant}: {lacking}")
    built = build(variant, Path(mkdtemp(prefix="mapproof-machine-")))
    return built, observe(built)


@cache
def outcome(variant: Variant) -> Outcome:
    """What came of the comparison."""
    return compare(*seen(variant))


@pytest.fixture(params=CHOSEN, ids=str)
def variant(request: pytest.FixtureRequest) -> Variant:
    chosen: Variant = request.param
    return chosen


def test_every_entry_was_run(variant: Variant) -> None:
    _built, observation = seen(variant)
    silent = set(entries()) - {request.entry for request in observation.requests}
    assert silent <= {"raw_in_wrapper_other"}, f"asked for nothing: {sorted(silent)}"


def test_no_protection_is_missed(variant: Variant) -> None:
    found = outcome(variant)
    if variant.target.lifted:
        assert not found.missed
    else:
        assert all(line.endswith("predicted {}") for line in found.missed), "a wrong set is worse than none"
        assert found.errors or not found.missed, "calls that were not found must at least be doubted"


def test_nearly_every_site_is_told_exactly(variant: Variant) -> None:
    found = outcome(variant)
    share = 100 * found.exact / max(1, found.sites)
    assert share >= variant.wanted, f"{share:.1f} % of {found.sites}:\n" + "\n".join(found.inexact)


def test_a_protection_that_was_not_said_is_noticed() -> None:
    built, observation = seen(ORDINARY[0])
    known = next(request for request in observation.requests if request.entry == "constant_read" and request.where)
    doctored = frozenset({*observation.requests, replace(known, prot=7)})
    found = compare(built, Observation(doctored, observation.functions))
    assert any("constant_read: rwx" in line for line in found.missed)
    assert any(line.startswith("constant_read ") for line in found.inexact)


def test_a_call_that_was_not_found_is_noticed() -> None:
    built, observation = seen(ORDINARY[0])
    elsewhere = Request("constant_read", 7, 0x10)
    found = compare(built, Observation(observation.requests | {elsewhere}, observation.functions))
    assert any("constant_read: rwx at 0x10" in line for line in found.missed)


def test_what_a_machine_lacks_is_said_in_words() -> None:
    absent = Target("none", "no-such-prefix", "qemu-no-such")
    assert "no-such-prefix-gcc" in (Variant(absent, "gcc", "-O2", "pie").missing() or "")
