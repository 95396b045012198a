"""Builds for two operating systems at once do not exist; builds for one, or of which nothing is said, do."""

from __future__ import annotations

import pytest

from mapproof.model.condition import TRUE, Condition, Origin, defined, nonzero, opaque
from mapproof.model.platform import asks_for_two_systems

WINDOWS, LINUX, ANDROID, FREEBSD = (defined(name) for name in ("_WIN32", "__linux__", "__ANDROID__", "__FreeBSD__"))


@pytest.mark.parametrize(
    "condition",
    [
        WINDOWS & FREEBSD,
        WINDOWS & nonzero("__linux__"),
        (WINDOWS & FREEBSD) | (LINUX & FREEBSD & defined("A")),
        ANDROID & defined("_WIN64") & ~WINDOWS,
    ],
    ids=str,
)
def test_no_such_build(condition: Condition) -> None:
    assert asks_for_two_systems(condition)


@pytest.mark.parametrize(
    "condition",
    [
        TRUE,
        WINDOWS,
        WINDOWS & ~FREEBSD,
        LINUX & ANDROID,
        (WINDOWS & FREEBSD) | defined("A"),
        WINDOWS | FREEBSD,
        defined("_WIN32") & defined("_WIN64"),
        opaque("_WIN32") & FREEBSD,
        defined("_WIN32", Origin.RUN) & FREEBSD,
        defined("__CYGWIN__") & WINDOWS,
    ],
    ids=str,
)
def test_such_builds_may_exist(condition: Condition) -> None:
    assert not asks_for_two_systems(condition)
