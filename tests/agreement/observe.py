"""What a compiled program was seen to request: each configuration built, each argument vector run."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import tempfile
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from elftools.elf.elffile import ELFFile

if TYPE_CHECKING:
    from elftools.construct.lib.container import Container
    from tests.agreement.program import Configuration, Program

INTERPOSER: Final = Path(__file__).parent / "interpose" / "interpose.c"
COMPILERS: Final = {".c": ("cc", "-std=gnu17"), ".cpp": ("c++", "-std=gnu++17")}
FLAGS: Final = ("-O0", "-g", "-fno-inline", "-fno-omit-frame-pointer", "-fno-pie", "-no-pie", "-w")
CACHE: Final = Path(tempfile.gettempdir()) / f"mapproof-agreement-{os.getuid()}"
RUN_SECONDS: Final = 20

Place = tuple[str, int]
"""A file's path and a line."""


@dataclass(frozen=True)
class Request:
    """One request that was made. ``places``: the call of the primitive, the call of what called it, and so on."""

    configuration: int
    primitive: str
    mask: int
    flags: int
    places: tuple[Place, ...]


@dataclass(frozen=True)
class Observation:
    """All requests of one program, and for each configuration what the compiler defines besides."""

    requests: tuple[Request, ...]
    macros: tuple[dict[str, str], ...]


class ProgramError(Exception):
    """The program itself is at fault: it doesn't compile, crashes or hangs."""


def observe(program: Program) -> Observation:
    """Build and run the program in every way its head asks for. The outcome is kept under a hash of all inputs."""
    CACHE.mkdir(mode=0o700, exist_ok=True)
    kept = CACHE / f"{_fingerprint(program)}.json"
    if kept.exists():
        stored = json.loads(kept.read_text())
        requests = tuple(
            Request(c, primitive, mask, flags, tuple((file, line) for file, line in places))
            for c, primitive, mask, flags, places in stored["requests"]
        )
        return Observation(requests, tuple(stored["macros"]))
    observation = _observe(program)
    stored = {
        "requests": [[r.configuration, r.primitive, r.mask, r.flags, r.places] for r in observation.requests],
        "macros": observation.macros,
    }
    _write_whole(kept, json.dumps(stored).encode())
    return observation


def _observe(program: Program) -> Observation:
    requests: dict[Request, None] = {}
    macros = []
    with tempfile.TemporaryDirectory() as folder:
        for number, configuration in enumerate(program.configurations):
            binary = Path(folder) / f"program{number}"
            _compile(program, configuration, binary)
            macros.append(_macros(program, configuration))
            log = Path(folder) / f"log{number}"
            for vector in program.arguments:
                _run(program, binary, vector, log)
            lines = log.read_text().splitlines() if log.exists() else []
            requests.update(dict.fromkeys(_requests(number, binary, lines)))
    return Observation(tuple(requests), tuple(macros))


def _fingerprint(program: Program) -> str:
    digest = hashlib.sha256()
    parts = [Path(__file__), INTERPOSER, *program.files]
    for part in parts:
        digest.update(f"{part}\n{part.stat().st_size}\n".encode() + part.read_bytes())
    digest.update("".join(_version(command) for command, _ in COMPILERS.values()).encode())
    return digest.hexdigest()


@cache
def _version(command: str) -> str:
    return subprocess.run([command, "--version"], check=True, capture_output=True, text=True).stdout


@cache
def interposer() -> Path:
    """The preloaded library, compiled once."""
    CACHE.mkdir(mode=0o700, exist_ok=True)
    digest = hashlib.sha256(INTERPOSER.read_bytes() + _version("cc").encode()).hexdigest()
    library = CACHE / f"{digest}.so"
    if not library.exists():
        with tempfile.TemporaryDirectory() as folder:
            made = Path(folder) / "interpose.so"
            command = ["cc", "-O1", "-fno-omit-frame-pointer", "-Wall", "-Wextra", "-shared", "-fPIC", "-o", str(made)]
            subprocess.run([*command, str(INTERPOSER)], check=True)
            _write_whole(library, made.read_bytes())
    return library


def _write_whole(path: Path, content: bytes) -> None:
    """Write a file so that nobody ever sees half of it."""
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(content)
    Path(file.name).replace(path)


def definitions(configuration: Configuration) -> list[str]:
    """The configuration as compiler arguments."""
    return [f"-U{symbol}" if value is None else f"-D{symbol}={value}" for symbol, value in configuration]


def _compiler(program: Program) -> tuple[str, str]:
    return COMPILERS[program.sources[0].suffix]


def _compile(program: Program, configuration: Configuration, binary: Path) -> None:
    command = [*_compiler(program), *FLAGS, *definitions(configuration), "-o", str(binary), *map(str, program.sources)]
    outcome = subprocess.run(command, capture_output=True, text=True, check=False)
    if outcome.returncode:
        message = f"{program.name} does not compile with {configuration}:\n{outcome.stderr}"
        raise ProgramError(message)


def _macros(program: Program, configuration: Configuration) -> dict[str, str]:
    """What is defined at the end of the program's main source, headers of the system included."""
    main = next(source for source in program.sources if source.stem == "main" or source == program.path)
    command = [*_compiler(program), *definitions(configuration), "-dM", "-E", str(main)]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return {match[1]: match[2] for match in re.finditer(r"^#define (\w+)(?:\([^)]*\))? ?(.*)$", text, re.MULTILINE)}


def _run(program: Program, binary: Path, vector: tuple[str, ...], log: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "LD_PRELOAD": str(interposer()), "MAPPROOF_LOG": str(log)}
    words = []
    for word in vector:
        if word.startswith("@fail="):
            environment["MAPPROOF_FAIL"] = word.removeprefix("@fail=")
        else:
            words.append(word)
    try:
        outcome = subprocess.run(
            [binary, *words],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=RUN_SECONDS,
        )
    except subprocess.TimeoutExpired as error:
        message = f"{program.name} {vector} hangs"
        raise ProgramError(message) from error
    if outcome.returncode < 0:
        message = f"{program.name} {vector} died of signal {-outcome.returncode}"
        raise ProgramError(message)


def _requests(configuration: int, binary: Path, lines: list[str]) -> list[Request]:
    entries = [line.split() for line in lines]
    rows = _rows(binary)
    starts = [start for start, _ in rows]

    def places(chain: list[str]) -> tuple[Place, ...]:
        # A return address is the instruction after the call; one byte less is still inside the call.
        found = [rows[bisect_right(starts, int(address, 16) - 1) - 1][1] for address in chain]
        return tuple(place for place in found if place is not None)

    return [
        Request(configuration, primitive, int(mask), int(flags), places(chain))
        for primitive, mask, flags, *chain in entries
    ]


def _rows(binary: Path) -> list[tuple[int, Place | None]]:
    """The line table by rising address: from each address on, where the code stands; ``None`` for nowhere.

    Read here and not by addr2line, which names the wrong file for a function whose body was included.
    """
    rows: dict[int, Place | None] = {0: None}
    with binary.open("rb") as file:
        dwarf = ELFFile(file).get_dwarf_info()
        for unit in dwarf.iter_CUs():
            program = dwarf.line_program_for_CU(unit)
            folder = Path(unit.get_top_DIE().attributes["DW_AT_comp_dir"].value.decode())
            paths = [_path(folder, program.header, entry) for entry in program.header["file_entry"]]
            first = 0 if program.header["version"] >= 5 else 1
            for state in (entry.state for entry in program.get_entries() if entry.state is not None):
                if state.end_sequence:
                    rows.setdefault(state.address, None)
                else:
                    rows[state.address] = (str(paths[state.file - first]), state.line)
    return sorted(rows.items())


def _path(folder: Path, header: Container, entry: Container) -> Path:
    folders = [name.decode() for name in header["include_directory"]]
    if header["version"] < 5:
        folders.insert(0, "")
    return Path(os.path.normpath(folder / folders[entry.dir_index] / entry.name.decode()))
