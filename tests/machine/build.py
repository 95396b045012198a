"""The case programs: what they are built for, with what, and how."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

CASES: Final = Path(__file__).with_name("cases")
SOURCES: Final = tuple(sorted(path.name for path in CASES.glob("*.c") if path.name not in {"driver.c", "record.c"}))
LEVELS: Final = ("-O0", "-O1", "-O2", "-O3", "-Os")
_ENTRY: Final = re.compile(r"^ENTRY\((\w+)\)", re.MULTILINE)
_DEFINITION: Final = re.compile(r"^(?:ENTRY\((\w+)\)|(?:static|APART)\b[^;={]*?(\w+)\([^;{]*\)) *\{", re.MULTILINE)


@dataclass(frozen=True)
class Target:
    """One kind of processor. ``prefix`` starts the names of its tools, ``emulator`` runs its programs; ``flags`` choose
    among its instruction sets. ``wanted`` is the share of sites, in percent, that must be exact when optimised;
    ``lifted`` says whether its code can be read: where it cannot, calls are found and nothing more."""

    name: str
    prefix: str
    emulator: str
    flags: tuple[str, ...] = ()
    wanted: float = 97.0
    lifted: bool = True

    @property
    def root(self) -> Path:
        """Where the target's C library is installed."""
        own = Path("/usr") / self.prefix
        return own if own.is_dir() else Path("/")


TARGETS: Final = (
    Target("x86_64", "x86_64-linux-gnu", "qemu-x86_64", wanted=99.0),
    Target("aarch64", "aarch64-linux-gnu", "qemu-aarch64", wanted=99.0),
    Target("i386", "i686-linux-gnu", "qemu-i386"),
    Target("arm-a32", "arm-linux-gnueabihf", "qemu-arm", ("-marm",)),
    Target("arm-thumb", "arm-linux-gnueabihf", "qemu-arm", ("-mthumb",)),
    Target("riscv64", "riscv64-linux-gnu", "qemu-riscv64"),
    Target("ppc64le", "powerpc64le-linux-gnu", "qemu-ppc64le"),
    Target("mips64el", "mips64el-linux-gnuabi64", "qemu-mips64el"),
    Target("mipsel", "mipsel-linux-gnu", "qemu-mipsel"),
    Target("s390x", "s390x-linux-gnu", "qemu-s390x", wanted=0.0, lifted=False),
)

KINDS: Final = {
    "pie": ("-fPIE", "-pie"),
    "fixed": ("-fno-pie", "-no-pie"),
    "shared": ("-fPIC",),
    "noplt": ("-fPIE", "-pie", "-fno-plt", "-D_FILE_OFFSET_BITS=64"),
    "static": ("-fno-pie", "-no-pie", "-static"),
    "lto": ("-fPIE", "-pie", "-flto"),
}


@dataclass(frozen=True)
class Variant:
    """One way to build the cases for a target."""

    target: Target
    compiler: str
    level: str
    kind: str
    stripped: bool = True

    def __str__(self) -> str:
        """As shown in test ids and tables."""
        return f"{self.target.name}-{self.compiler}{self.level}-{self.kind}{'' if self.stripped else '-symbols'}"

    @property
    def wanted(self) -> float:
        """The share of sites, in percent, of which exactly what was seen must be said."""
        return min(95.0, self.target.wanted) if self.level == "-O0" else self.target.wanted

    def missing(self) -> str | None:
        """Which tool this machine lacks, in words, or ``None``."""
        lacking = [tool for tool in (self._compiler()[0], self.target.emulator) if shutil.which(tool) is None]
        if lacking:
            return f"{', '.join(lacking)} not installed"
        return None if _compiles(self) else f"{' '.join(self._compiler())} builds no program for {self.target.name}"

    def _compiler(self) -> tuple[str, ...]:
        if self.compiler == "gcc":
            return (f"{self.target.prefix}-gcc", *self.target.flags)
        lto = self.kind == "lto" and self.target.name != "riscv64"
        return ("clang", f"--target={self.target.prefix}", *self.target.flags, *(("-fuse-ld=lld",) if lto else ()))

    def command(self, *arguments: str) -> list[str]:
        """The compiler with these arguments."""
        return [*self._compiler(), self.level, "-w", *arguments]


def variants() -> list[Variant]:
    """Every combination of target, compiler, level and kind; with symbols once."""
    return [
        Variant(target, compiler, level, kind, stripped)
        for target in TARGETS
        for compiler in ("gcc", "clang")
        for level in LEVELS
        for kind in KINDS
        for stripped in ((True, False) if kind == "pie" and level == "-O2" else (True,))
    ]


@cache
def _compiles(variant: Variant) -> bool:
    command = variant.command(*KINDS[variant.kind], "-x", "c", "-", "-o", "/dev/null")
    return (
        subprocess.run(command, input=b"int main(void) { return 0; }", capture_output=True, check=False).returncode == 0
    )


@cache
def entries() -> tuple[str, ...]:
    """The names of all entries, in the order of their numbers."""
    return tuple(name for source in SOURCES for name in _ENTRY.findall((CASES / source).read_text()))


@cache
def reaching() -> dict[str, frozenset[str]]:
    """For each function of the cases the entries whose code, or that of what it calls, mentions it; itself included."""
    mentions: dict[str, set[str]] = {}
    for source in SOURCES:
        text = (CASES / source).read_text()
        found = list(_DEFINITION.finditer(text))
        names = {one or other for one, other in (match.groups() for match in found)}
        for match, end in zip(found, [*(match.start() for match in found[1:]), len(text)], strict=True):
            words = set(re.findall(r"\w+", text[match.end() : end]))
            mentions[match.group(1) or match.group(2)] = words & names
    known = entries()
    found_reaching: dict[str, set[str]] = {}
    for entry in known:
        todo, seen = [entry], set[str]()
        while todo:
            name = todo.pop()
            if name not in seen:
                seen.add(name)
                todo.extend(mentions.get(name, ()))
        for name in seen:
            found_reaching.setdefault(name, set()).add(entry)
    return {name: frozenset(found) for name, found in found_reaching.items()}


@dataclass(frozen=True)
class Built:
    """A variant's files: ``program`` runs, ``subject`` is what is analysed, ``symbols`` the same with its names."""

    variant: Variant
    program: Path
    subject: Path
    symbols: Path


def build(variant: Variant, folder: Path) -> Built:
    """Compile, link and strip; raises ``CalledProcessError`` with the compiler's words."""
    (folder / "entries.h").write_text("".join(f"X_ENTRY({name})\n" for name in entries()))
    flags = KINDS[variant.kind]
    sources = [str(CASES / source) for source in SOURCES]
    driver = [f"-I{folder}", str(CASES / "driver.c")]
    program, library = folder / "program", folder / "librecord.so"
    record: list[str] = []
    if variant.kind != "static":
        _run(variant.command("-fPIC", "-shared", "-fno-lto", str(CASES / "record.c"), "-o", str(library)))
        record = [f"-L{folder}", "-Wl,--no-as-needed", "-lrecord", f"-Wl,-rpath,{folder}"]
    subject = program
    if variant.kind == "shared":
        subject = folder / "libcases.so"
        _run(variant.command("-fPIC", "-shared", *sources, "-o", str(subject), *record))
        _run(variant.command(*driver, "-rdynamic", "-lcases", *record, "-lcases", "-o", str(program)))
    else:
        _run(variant.command(*flags, *sources, *driver, *record, "-o", str(program)))
    symbols = folder / f"{subject.name}.symbols"
    shutil.copy(subject, symbols)
    if variant.stripped:
        _run([f"{variant.target.prefix}-strip", str(subject)])
    return Built(variant, program, subject, symbols)


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        message = f"{' '.join(command)}\n{done.stderr}"
        raise RuntimeError(message)
