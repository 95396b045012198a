"""Observations of all programs that the selected tests need, made side by side before they are asked for."""

from __future__ import annotations

import os
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from tests.agreement.observe import Observation, interposer, observe
from tests.agreement.program import Program

if TYPE_CHECKING:
    from collections.abc import Iterator

Observations = dict[str, "Future[Observation]"]


@pytest.fixture(scope="session")
def observations(request: pytest.FixtureRequest) -> Iterator[Observations]:
    """Program name to its observation, being made."""
    interposer()
    wanted: dict[str, Program] = {}
    for item in request.session.items:
        program = getattr(item, "callspec", None) and item.callspec.params.get("program")
        if isinstance(program, Program):  # other tests have parameters of that name too
            wanted[program.name] = program
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        yield {name: pool.submit(observe, program) for name, program in wanted.items()}
        pool.shutdown(cancel_futures=True)
