"""What a case program asks for when it runs: each request with the entry that was running and where it came from."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from elftools.elf.elffile import ELFFile
from tests.machine.build import entries

if TYPE_CHECKING:
    from tests.machine.build import Built

SECONDS: Final = 120
_PROT: Final = {"PROT_NONE": 0, "PROT_READ": 1, "PROT_WRITE": 2, "PROT_EXEC": 4}
_TRACED: Final = re.compile(
    r"(?:^|\d )(?:(close)\((\d+)\)|(?:mmap2?|old_mmap)\([^,]*,[^,]*,([^,)]*),|mprotect\([^,]*,[^,]*,([^,)]*)\))"
)


@dataclass(frozen=True)
class Request:
    """A protection asked for while ``entry`` ran. ``where`` is the return address, as the file numbers it, of the call
    of a library function; ``None`` when the kernel was asked without one that is watched."""

    entry: str
    prot: int
    where: int | None


@dataclass(frozen=True)
class Observation:
    """The requests, and the functions of the analysed file as (start, end, name)."""

    requests: frozenset[Request]
    functions: tuple[tuple[int, int, str], ...]

    def function_at(self, address: int) -> str | None:
        """The function around an address, without what compilers append to names of parts."""
        found = [name for start, end, name in self.functions if start <= address < end]
        return found[0].partition(".")[0] if found else None


def observe(built: Built) -> Observation:
    """Run the program to its end under the emulator."""
    target = built.variant.target
    root = ["-L", str(target.root)] if target.root != Path("/") else []
    trace = built.program.with_suffix(".trace")
    command = [target.emulator, *root, "-strace", "-D", str(trace), "-E", f"LD_LIBRARY_PATH={built.program.parent}"]
    done = subprocess.run([*command, str(built.program)], capture_output=True, text=True, timeout=SECONDS, check=False)
    if done.returncode:
        message = f"{built.variant}: the program ended with {done.returncode}\n{done.stderr[-2000:]}"
        raise RuntimeError(message)
    functions = _functions(built.symbols)
    mode = int(target.name.startswith("arm"))
    requests = {*_recorded(done.stdout, functions, mode), *_traced(trace.read_text(errors="replace"))}
    return Observation(frozenset(requests), functions)


def _functions(path: Path) -> tuple[tuple[int, int, str], ...]:
    with path.open("rb") as stream:
        elf = ELFFile(stream)
        thumb = elf["e_machine"] == "EM_ARM"
        table = elf.get_section_by_name(".symtab")
        found = [
            (symbol["st_value"] & ~int(thumb), symbol["st_size"], symbol.name)
            for symbol in table.iter_symbols()
            if symbol["st_info"]["type"] == "STT_FUNC" and symbol["st_shndx"] != "SHN_UNDEF"
        ]
    return tuple(sorted((start, start + size, name) for start, size, name in found))


def _recorded(output: str, functions: tuple[tuple[int, int, str], ...], mode: int) -> set[Request]:
    """The library's own record; ``mode`` is the bit of a code address that is none."""
    starts = {name: start for start, _end, name in functions}
    found: set[Request] = set()
    entry, bias = "", 0
    for line in output.splitlines():
        kind, *words = line.split()
        if kind == "entry":
            entry = words[1]
            bias = (int(words[2], 16) & ~mode) - starts[entry]
        elif kind == "call" and entry:
            where, prot = int(words[0], 16) & ~mode, int(words[1])
            found.add(Request(entry, prot & 7, where - bias))
    return found


def _traced(trace: str) -> set[Request]:
    found: set[Request] = set()
    names = entries()
    entry = ""
    for line in trace.splitlines():
        match = _TRACED.search(line)
        if match is None:
            continue
        marker, number, mapped, protected = match.groups()
        if marker:
            index = int(number) - 1000
            if index >= 0:
                entry = names[index]
            elif index == -1:
                entry = ""
        elif entry:
            words = mapped if mapped is not None else protected
            mask = sum(_PROT[word] if word in _PROT else int(word, 0) for word in words.split("|"))
            found.add(Request(entry, mask & 7, None))
    return found
