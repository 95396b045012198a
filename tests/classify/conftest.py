"""Small packs made for one test."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from mapproof.classify.pack import Pack, builtin_rules, load_pack
from mapproof.errors import PackError

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def builtin() -> Pack:
    return load_pack(builtin_rules())


@pytest.fixture
def pack_folder(tmp_path: Path) -> Path:
    """A copy of the rules that ship, to be changed."""
    folder = tmp_path / "rules"
    shutil.copytree(ROOT / "rules", folder, ignore=shutil.ignore_patterns("cases", "__pycache__", "semgrep.*"))
    return folder


def faults_of(folder: Path) -> list[str]:
    """The faults of a pack that can't be loaded."""
    with pytest.raises(PackError) as caught:
        load_pack(folder)
    return caught.value.faults
