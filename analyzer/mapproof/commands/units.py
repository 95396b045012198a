"""What is analysed together, and the key by which its dossier is kept: all that the dossier depends on."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from mapproof.commands.cache import Cache, digest_of, digest_of_file
from mapproof.commands.dossiers import Worked, work_out

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mapproof.commands.gate import Gate
    from mapproof.model.dossier import Dossier


@dataclass(frozen=True, slots=True)
class Unit:
    """Paths that are analysed together: all sources, or one artifact. ``kind`` is ``source`` or ``artifact``."""

    paths: tuple[str, ...]
    kind: str


def units_of(sources: Sequence[str], artifacts: Sequence[str]) -> list[Unit]:
    """The units of a run. A folder of artifacts is one unit for each file in it."""
    found = [Unit(tuple(sources), "source")] if sources else []
    return found + [Unit((path,), "artifact") for path in dict.fromkeys(_files(artifacts))]


def _files(artifacts: Sequence[str]) -> list[str]:
    from mapproof.scan import files_of

    found: list[str] = []
    for path in artifacts:
        found += files_of([path]) if os.path.isdir(path) else [path]  # noqa: PTH112  paths are kept as they were given
    return found


def dossier_of(unit: Unit, gate: Gate, kept: Cache, statements: dict[str, bytes]) -> tuple[Dossier, bool]:
    """The dossier of a unit, and whether it was kept from before; proofs that were just made go into ``statements``."""
    from mapproof.scan import files_of

    if kept.folder is None or gate.options.dependencies:  # which libraries are found elsewhere is not in the key
        worked = work_out(unit.paths, unit.kind, gate)
        statements.update(worked.statements)
        return worked.dossier, False
    listed = {path: digest_of_file(path) for path in files_of([*unit.paths, *gate.options.include_dirs])}
    key = _key(unit, gate, listed)
    found = kept.get(key)
    if found is not None:
        return found, True
    worked = work_out(unit.paths, unit.kind, gate)
    statements.update(worked.statements)
    kept.put(key, worked, _beside(worked, listed))
    return worked.dossier, False


def _beside(worked: Worked, listed: dict[str, str]) -> list[tuple[str, str]]:
    """The files that a dossier rests on beside those that were listed."""
    return [(path, digest_of_file(path)) for path in worked.files if path not in listed and "!" not in path]


def _key(unit: Unit, gate: Gate, listed: dict[str, str]) -> str:
    from mapproof import __version__
    from mapproof.commands.rendering import folder, project_root

    options = gate.options
    here = folder()
    parts: list[object] = [
        __version__,
        _code(),
        gate.pack.digest,
        unit.kind,
        *unit.paths,
        here,
        project_root(here),
        sorted(options.defines.items()),
        sorted(options.undefines),
        options.include_dirs,
        digest_of_file(options.compile_commands) if options.compile_commands else "",
        digest_of_file(options.executable) if options.executable else "",
        gate.policy.exclude,
        gate.decisions_digest(),
        *(f"{path}\0{digest}" for path, digest in sorted(listed.items())),
    ]
    return digest_of(parts)


@cache
def _code() -> str:
    """What tells this copy of mapproof from another of the same version: names, sizes and times of its modules."""
    import mapproof

    top = Path(mapproof.__file__).parent
    found = []
    for path in sorted(top.rglob("*.py")):
        status = path.stat()
        found.append(f"{path.relative_to(top)} {status.st_size} {status.st_mtime_ns}")
    return digest_of(found)
