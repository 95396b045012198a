"""Brings pinned binary packages: ``python -m corpus.packages [--quick] [NAME...]``; what each holds stands in
``packages.toml``.

They are kept whole, as the tool opens them in place. Debian's come by :mod:`corpus.debian`, wheels by ``pip download``;
no mirror is named.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from corpus import debian
from corpus.errors import FetchError
from corpus.store import HERE, root, sha256_of

if TYPE_CHECKING:
    from collections.abc import Sequence

_SECONDS: Final = 600


@dataclass(frozen=True, slots=True)
class Package:
    """One pinned binary package.

    ``expected`` are its sites: member's end, position, rule and protections; ``gaps`` counts
    the parts that are not covered. ``quick``: it is read within seconds."""

    name: str
    ecosystem: str
    package: str
    version: str
    architecture: str
    archive: str
    sha256: str
    expected: tuple[tuple[str, str, str, tuple[str, ...]], ...]
    gaps: int = 0
    quick: bool = False

    @property
    def path(self) -> Path:
        """Where it is kept."""
        return root() / "packages" / self.archive

    @property
    def fetched(self) -> bool:
        """Whether it is there, and is what was pinned."""
        return self.path.is_file() and sha256_of(self.path) == self.sha256


def packages() -> tuple[Package, ...]:
    """Every pinned package, by name."""
    table = tomllib.loads((HERE / "packages.toml").read_text())
    found = []
    for name, entry in sorted(table.items()):
        sites = tuple(
            (site["member"], _position(site), site["rule"], tuple(site["protections"])) for site in entry.pop("sites")
        )
        found.append(Package(name=name, expected=sites, **entry))
    return tuple(found)


def _position(site: dict[str, int]) -> str:
    """Where a site is, as reports say it: ``address`` is one in code, ``header`` an offset of the file."""
    return f"{site['address']:#x}" if "address" in site else f"+{site['header']:#x}"


def fetch(package: Package) -> None:
    """Have one package on disk; raises :class:`FetchError` when its client fails or another file came."""
    if package.fetched:
        return
    with tempfile.TemporaryDirectory() as folder:
        if package.ecosystem == "debian":
            debian.download(package.package, package.architecture, package.version, Path(folder))
        else:
            _download_wheel(package, folder)
        for came in Path(folder).iterdir():
            if sha256_of(came) == package.sha256:
                package.path.parent.mkdir(parents=True, exist_ok=True)
                shutil.move(came, package.path)
                return
    problem = f"{package.name}: what came is not what was pinned"
    raise FetchError(problem, "do not use it; if it was really published anew, review and pin it anew")


def _download_wheel(package: Package, folder: str) -> None:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
    command += ["--platform", package.architecture, "--python-version", "311"]
    command += [f"{package.package}=={package.version}"]
    try:
        subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True, timeout=_SECONDS)  # noqa: S603  pinned words
    except subprocess.CalledProcessError as error:
        problem = f"{package.name}: {(error.stderr.strip().splitlines() or ['pip gave no reason'])[-1]}"
        raise FetchError(problem, "see that the package index is there and still has this version") from error
    except (OSError, subprocess.TimeoutExpired) as error:
        problem = f"{package.name}: {error}"
        raise FetchError(problem, "see that pip works and that the network is there") from error


def main(arguments: Sequence[str] | None = None) -> int:
    """Fetch what the arguments name, everything without any; the exit code is 2 when something is not there."""
    parser = argparse.ArgumentParser(prog="python -m corpus.packages", description="Bring the pinned packages.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="a name of corpus/packages.toml; all without any")
    parser.add_argument("--quick", action="store_true", help="only those that are read within seconds")
    chosen = parser.parse_args(arguments)
    known = {package.name: package for package in packages()}
    unknown = sorted(set(chosen.names) - known.keys())
    if unknown:
        sys.stderr.write(f"not in corpus/packages.toml: {', '.join(unknown)}; there is {', '.join(known)}\n")
        return 2
    code = 0
    for package in (known[name] for name in chosen.names or known):
        if chosen.quick and not package.quick:
            continue
        try:
            fetch(package)
            sys.stdout.write(f"{package.name}: {package.path}\n")
        except FetchError as error:
            sys.stderr.write(f"{error}\n")
            code = 2
    return code


if __name__ == "__main__":
    sys.exit(main())
