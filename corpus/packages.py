"""Brings pinned binary packages: ``python -m corpus.packages [NAME...]``; what each holds stands in ``packages.toml``.

They are kept whole, as the tool opens them in place. Debian's come by ``apt-get download`` (foreign architectures need
``dpkg --add-architecture`` and ``apt-get update`` first), wheels by ``pip download``; no mirror is named.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from corpus.store import HERE, root, sha256_of

if TYPE_CHECKING:
    from collections.abc import Sequence

_SECONDS: Final = 600


@dataclass(frozen=True, slots=True)
class Package:
    """One pinned binary package.

    ``expected`` are its sites: member's end, position, rule and protections; ``gaps`` counts
    the parts that are not covered."""

    name: str
    ecosystem: str
    package: str
    version: str
    architecture: str
    archive: str
    sha256: str
    expected: tuple[tuple[str, str, str, tuple[str, ...]], ...]
    gaps: int = 0

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
    """Have one package on disk; raises ``OSError`` or ``subprocess.SubprocessError`` when its client fails, and
    ``ValueError`` when another file came."""
    if package.fetched:
        return
    with tempfile.TemporaryDirectory() as folder:
        if package.ecosystem == "debian":
            wanted = f"{package.package}:{package.architecture}={package.version}"
            command = ["apt-get", "download", "-o", "APT::Sandbox::User=root", wanted]
        else:
            command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
            command += ["--platform", package.architecture, "--python-version", "311"]
            command += [f"{package.package}=={package.version}"]
        subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=_SECONDS)  # noqa: S603  pinned words
        for came in Path(folder).iterdir():
            if sha256_of(came) == package.sha256:
                package.path.parent.mkdir(parents=True, exist_ok=True)
                shutil.move(came, package.path)
                return
        message = f"{package.name}: what came is not what was pinned"
        raise ValueError(message)


def main(arguments: Sequence[str] | None = None) -> int:
    """Fetch what the arguments name, everything without any; the exit code is 2 when something is not there."""
    names = list(sys.argv[1:] if arguments is None else arguments)
    code = 0
    for package in packages():
        if names and package.name not in names:
            continue
        try:
            fetch(package)
            sys.stdout.write(f"{package.name}: {package.path}\n")
        except (OSError, ValueError, subprocess.SubprocessError) as error:
            sys.stderr.write(f"{package.name}: {error}\n")
            code = 2
    return code


if __name__ == "__main__":
    sys.exit(main())
