"""The tracked files and the package's modules, read once."""

from __future__ import annotations

import ast
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "analyzer" / "mapproof"


@pytest.fixture(scope="session")
def modules() -> dict[str, ast.Module]:
    """Every module of the package by its path below ``analyzer/mapproof``, parsed."""
    return {
        path.relative_to(PACKAGE).as_posix(): ast.parse(path.read_text(), str(path))
        for path in sorted(PACKAGE.rglob("*.py"))
    }


@pytest.fixture(scope="session")
def tracked() -> list[Path]:
    """Every file of the project that git knows or would add; the folder's own files where it is no checkout."""
    listing = subprocess.run(
        ["git", "-C", ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        check=False,
        capture_output=True,
        text=True,
    )
    if listing.returncode == 0:
        return [ROOT / name for name in sorted(listing.stdout.split("\0")) if name and (ROOT / name).is_file()]
    built = {"dist", "build", "__pycache__"}
    return [
        path
        for path in sorted(ROOT.rglob("*"))
        if path.is_file()
        and not any(part.startswith(".") or part in built for part in path.relative_to(ROOT).parts[:-1])
    ]
