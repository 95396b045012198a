"""Debian packages for any processor, brought by apt without changing the machine: each processor has its own lists."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Final

from corpus.errors import FetchError
from corpus.store import root

if TYPE_CHECKING:
    from collections.abc import Sequence

_SECONDS: Final = 600


def download(package: str, architecture: str, version: str, folder: Path) -> None:
    """Have a package in a folder, by the machine's own lists of packages or, where they don't have it, by others.

    Raises :class:`FetchError` when neither has it."""
    if shutil.which("apt-get") is None:
        problem = f"{package}: apt-get is not installed here"
        raise FetchError(problem, "fetch Debian's packages on Debian or Ubuntu")
    wanted = f"{package}:{architecture}={version}"
    fresh = not (_lists(architecture) / "lists").is_dir()
    if fresh and _run(["apt-get", "download", *_PLAIN, wanted], folder).returncode == 0:
        return
    options = _own_lists(architecture)
    if not fresh and _run(["apt-get", "download", *options, wanted], folder).returncode == 0:
        return
    _run(["apt-get", "update", "--quiet", *options], folder)  # fails when one of several lists does
    outcome = _run(["apt-get", "download", *options, wanted], folder)
    if outcome.returncode:
        raise _missing(package, architecture, version, options, outcome.stderr)


def _missing(package: str, architecture: str, version: str, options: Sequence[str], said: str) -> FetchError:
    """Why a package did not come, and what to do."""
    policy = _run(["apt-cache", *options, "policy", f"{package}:{architecture}"], Path()).stdout
    offered = next((line.split()[-1] for line in policy.splitlines() if line.strip().startswith("Candidate:")), "")
    if offered in {"", "(none)", version}:
        reasons = [line for line in said.splitlines() if line.startswith("E:")]
        problem = f"{package} {version} for {architecture}: {(reasons or ['apt-get gave no reason'])[-1]}"
        return FetchError(problem, "see that apt's sources are those of the release that the version belongs to")
    problem = f"{package} {version} for {architecture} is gone: Debian keeps only current versions, now {offered}"
    return FetchError(
        problem, f"review {offered} and pin it in corpus/packages.toml, or get {version} from its snapshots"
    )


_PLAIN: Final = ("-o", "APT::Sandbox::User=root")


def _lists(architecture: str) -> Path:
    return root() / "apt" / architecture


def _own_lists(architecture: str) -> tuple[str, ...]:
    """Options that make apt keep lists for one processor apart from the machine's."""
    home = _lists(architecture)
    for name in ("lists/partial", "cache/archives/partial"):
        (home / name).mkdir(parents=True, exist_ok=True)
    (home / "status").touch()
    settings = {
        "APT::Architecture": architecture,
        "APT::Architectures": architecture,
        "Dir::State": str(home),
        "Dir::State::lists": str(home / "lists"),
        "Dir::State::status": str(home / "status"),
        "Dir::Cache": str(home / "cache"),
        "Acquire::Languages": "none",
    }
    return (*_PLAIN, *(part for name, value in settings.items() for part in ("-o", f"{name}={value}")))


def _run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(  # noqa: S603  words of our own and pinned ones
            command,
            cwd=folder,
            check=False,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            env={**os.environ, "LC_ALL": "C"},
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        problem = f"{command[0]}: {error}"
        raise FetchError(problem, "see that it works and that the network is there") from error
