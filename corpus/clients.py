"""Downloads through the ordinary client of each ecosystem, with that client's own configuration.

No address of any registry or mirror stands here: npm and pip know theirs, and apt's are taken at run time from the
machine's own sources, with ``deb`` turned into ``deb-src`` in a private copy.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from corpus.errors import FetchError
from corpus.store import root

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from corpus.manifest import Manifest

SECONDS: Final = 600
"""How long one run of a client may take."""


def download(manifest: Manifest, into: Path) -> Path:
    """Bring the manifest's archive into the empty folder ``into`` and return it, its hash still unchecked.

    Raises :class:`FetchError` when the client is missing, finds no network or does not know the package.
    """
    _CLIENTS[manifest.ecosystem](manifest, into)
    archive = into / manifest.archive
    if not archive.is_file():
        got = ", ".join(sorted(file.name for file in into.iterdir())) or "nothing"
        problem = f"{manifest.name}: {manifest.package} {manifest.version} came as {got}, not as {manifest.archive}"
        raise FetchError(problem, f"correct `archive` in {manifest.folder.name}/manifest.toml")
    return archive


def _npm(manifest: Manifest, into: Path) -> None:
    """``npm pack``, which saves the tarball and runs no script of it."""
    npm = _client(manifest, "npm", "install Node.js with npm")
    wanted = f"{manifest.package}@{manifest.version}"
    command = [npm, "pack", wanted, "--ignore-scripts", "--loglevel=error", "--pack-destination", str(into)]
    command += ["--fetch-retries=1", "--fetch-retry-mintimeout=2000", "--fetch-retry-maxtimeout=5000"]
    _run(manifest, command, into, "check that `npm ping` reaches the registry")


def _pypi(manifest: Manifest, into: Path) -> None:
    """``pip download`` of the source archive, with the hash pinned so that pip opens nothing else."""
    pin = into / "pin.txt"
    pin.write_text(f"{manifest.package}=={manifest.version} --hash=sha256:{manifest.sha256}\n")
    command = [*_pip(manifest), "download", "--quiet", "--no-deps", "--no-binary", ":all:", "--require-hashes"]
    command += ["--disable-pip-version-check", "--no-input", "-r", str(pin), "-d", str(into)]
    _run(manifest, command, into, "check that `pip download` reaches the package index")
    pin.unlink()


def _pip(manifest: Manifest) -> list[str]:
    """The pip of the running interpreter, else the one on PATH."""
    probe = [sys.executable, "-m", "pip", "--version"]
    if subprocess.run(probe, check=False, capture_output=True).returncode == 0:  # noqa: S603  our own interpreter
        return probe[:3]
    return [_client(manifest, "pip", "install pip")]


def _debian(manifest: Manifest, into: Path) -> None:
    """``apt-get source --download-only`` of a version whose archive has the pinned hash; a mirror may lack some."""
    remedy = "run on a Debian or Ubuntu machine (or container) that has apt"
    get, cache = (_client(manifest, name, remedy) for name in ("apt-get", "apt-cache"))
    options = _private_apt(manifest)
    offers = _offers(manifest, [cache, *options], into)
    if not offers:
        _run(manifest, [get, *options, "update"], into, "check that `apt-get update` works on this machine")
        offers = _offers(manifest, [cache, *options], into)
    if not offers:
        problem = f"{manifest.name}: no source package {manifest.package} offered here has the pinned archive"
        raise FetchError(problem, f"use a distribution that carries {manifest.package} {manifest.version}")
    while offers:
        wanted = f"{manifest.package}={offers.pop()}"
        command = [get, *options, "source", "--download-only", "--tar-only", "--only-source", wanted]
        try:
            _run(manifest, command, into, "check that apt's mirror is reachable and complete")
        except FetchError:
            if not offers:
                raise
        else:
            return


def _private_apt(manifest: Manifest) -> list[str]:
    """Options that give apt its own state below the store and ``deb-src`` twins of the machine's sources."""
    state = root() / ".apt"
    sources = state / "sources"
    shutil.rmtree(sources, ignore_errors=True)
    for folder in (sources, state / "lists" / "partial", state / "cache" / "archives" / "partial"):
        folder.mkdir(parents=True, exist_ok=True)
    if not any([_twin(file, sources) for file in _machine_sources(manifest)]):  # noqa: C419  every file is to be read
        problem = f"{manifest.name}: apt on this machine has no sources, so {manifest.package} can't be found"
        raise FetchError(problem, "configure apt with the distribution's mirrors")
    options = {
        "Dir::State": state,
        "Dir::Cache": state / "cache",
        "Dir::Etc::sourcelist": os.devnull,
        "Dir::Etc::sourceparts": sources,
        "Acquire::Retries": 2,
    }
    if os.geteuid() == 0:
        options["APT::Sandbox::User"] = "root"
    return [word for key, value in options.items() for word in ("-o", f"{key}={value}")]


def _machine_sources(manifest: Manifest) -> list[Path]:
    """The files that tell apt on this machine where packages come from."""
    config = _client(manifest, "apt-config", "install apt")
    keys = ["LIST", "Dir::Etc::sourcelist/f", "PARTS", "Dir::Etc::sourceparts/d"]
    spoken = _run(manifest, [config, "shell", *keys], root(), "check `apt-config dump`").splitlines()
    found = dict(line.partition("=")[::2] for line in spoken)
    paths = {key: Path(value.strip("'")) for key, value in found.items()}
    parts = paths.get("PARTS", Path("/nonexistent"))
    listed = [paths["LIST"]] if "LIST" in paths else []
    return [*listed, *sorted(parts.glob("*.list")), *sorted(parts.glob("*.sources"))]


def _twin(file: Path, into: Path) -> bool:
    """Write the ``deb-src`` twin of one sources file; whether it offers anything."""
    try:
        text = file.read_text()
    except OSError:
        return False
    twin = deb_src(text, deb822=file.suffix == ".sources")
    if not twin:
        return False
    (into / file.name).with_suffix(file.suffix or ".list").write_text(twin)
    return True


def deb_src(text: str, *, deb822: bool) -> str:
    """Sources of apt with every binary entry turned into a source entry; empty when there is none."""
    lines = []
    found = False
    for line in text.splitlines():
        key, colon, _value = line.partition(":")
        words = line.split(maxsplit=1)
        if deb822:
            is_entry = bool(colon) and key.strip().lower() == "types"
            lines.append("Types: deb-src" if is_entry else line)
        else:
            is_entry = len(words) == 2 and words[0] in ("deb", "deb-src")
            lines.append(f"deb-src {words[1]}" if is_entry else "")
        found |= is_entry
    return "\n".join(lines) + "\n" if found else ""


def _offers(manifest: Manifest, cache: Sequence[str], where: Path) -> list[str]:
    """The versions in apt's lists that contain an archive with the pinned hash and name, the preferred one last."""
    done = _process(manifest, [*cache, "showsrc", "--only-source", manifest.package], where)
    version = ""
    hits = []
    for line in done.stdout.splitlines():
        words = line.split()
        if line.startswith("Version:"):
            version = words[1]
        elif len(words) == 3 and words[0] == manifest.sha256 and words[2] == manifest.archive:
            hits.append(version)
    return hits


def _client(manifest: Manifest, name: str, remedy: str) -> str:
    """The full path of a client on PATH; raises :class:`FetchError` naming the package, the client and the remedy."""
    found = shutil.which(name)
    if found is None:
        problem = f"{manifest.name}: {manifest.package} {manifest.version} needs {name}, which is not on PATH"
        raise FetchError(problem, remedy)
    return found


def _run(manifest: Manifest, command: Sequence[str], where: Path, remedy: str) -> str:
    """What a client printed; raises :class:`FetchError` with its first and last words when it failed."""
    done = _process(manifest, command, where)
    if done.returncode:
        words = (done.stderr.strip() or done.stdout.strip()).splitlines()
        said = [line for line in words if line != "npm error" and not line.startswith("WARNING")] or ["it said nothing"]
        name = "pip" if command[1:3] == ["-m", "pip"] else Path(command[0]).name
        tried = f"{manifest.name}: {name} could not get {manifest.package} {manifest.version}"
        problem = f"{tried} (exit {done.returncode}): " + " / ".join(said if len(said) < 6 else [*said[:3], *said[-2:]])
        raise FetchError(problem, f"{remedy}; offline, only what was fetched before can be used")
    return done.stdout


def _process(manifest: Manifest, command: Sequence[str], where: Path) -> subprocess.CompletedProcess[str]:
    """Run a client in ``where``, its words captured and untranslated."""
    where.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "PIP_NO_INPUT": "1"}
    try:
        return subprocess.run(  # noqa: S603  a fixed client; the words after it come from a checked manifest
            command, cwd=where, env=environment, check=False, capture_output=True, text=True, timeout=SECONDS
        )
    except subprocess.TimeoutExpired as error:
        problem = f"{manifest.name}: {Path(command[0]).name} did not finish within {SECONDS} s"
        raise FetchError(problem, "check the network") from error


def in_fresh_folder(manifest: Manifest, keep: Path) -> Path:
    """Download next to ``keep`` and move the archive there once it is whole; returns ``keep``."""
    keep.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=keep.parent, prefix=".fetch-") as fresh:
        download(manifest, Path(fresh)).replace(keep)
    return keep


_CLIENTS: Final[dict[str, Callable[[Manifest, Path], None]]] = {"npm": _npm, "pypi": _pypi, "debian-source": _debian}
