"""Headers, dynamic entries, relocations and symbols as the reader sees them, held against readelf."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from tests.agreement.toolchain import TARGETS, build, run

from mapproof.frontends.elf import note
from mapproof.frontends.elf.constants import DT, EM, PF, PT
from mapproof.frontends.elf.image import ElfImage
from mapproof.frontends.elf.posture import Property, facts
from mapproof.frontends.elf.reference import sorted_unique

every_target = pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
SEGMENT = re.compile(r"^\s+(\w+)\s+0x(\w+) 0x(\w+) 0x\w+ 0x(\w+) 0x(\w+) (R| )(W| )(E| ) ")
RELOCATION = re.compile(r"^([0-9a-f]{8,16})\s+([0-9a-f]{8,16})\s+R_\w+(?:\s+([0-9a-f]{8,16})\s+([\w.$@]+))?")
KINDS = {"LOAD": PT.LOAD, "DYNAMIC": PT.DYNAMIC, "NOTE": PT.NOTE, "GNU_STACK": PT.GNU_STACK, "GNU_RELRO": PT.GNU_RELRO,
         "GNU_EH_FRAME": PT.GNU_EH_FRAME, "INTERP": PT.INTERP, "TLS": PT.TLS, "PHDR": PT.PHDR}  # fmt: skip  # a table


@cache
def system_files() -> tuple[Path, ...]:
    """Programs and libraries of this machine, a few dozen of different sizes."""
    found = sorted(
        {
            path.resolve()
            for folder in ("/bin", "/usr/lib/x86_64-linux-gnu")
            for path in Path(folder).glob("*")
            if path.is_file()
        },
        key=lambda path: (path.stat().st_size, str(path)),
    )
    native = [path for path in found[:: max(1, len(found) // 60)] if is_linked(path)]
    return tuple(native)


def is_linked(path: Path) -> bool:
    """A 64-bit ELF file with addresses of its own: no object, as ``libmcheck.a`` is one."""
    with path.open("rb") as stream:
        start = stream.read(18)
    return start[:5] == b"\x7fELF\x02" and start[16:] not in {b"\x01\0", b"\0\x01"}


@cache
def readelf(path: Path, *flags: str) -> list[str]:
    return run(TARGETS[0].tool("readelf"), "-W", *flags, path).splitlines()


def agree(path: Path) -> None:
    """Everything that readelf and the reader both say."""
    image = ElfImage.open(path)
    assert image.faults == ()
    stated = [SEGMENT.match(line) for line in readelf(path, "-l")]
    theirs = [
        (
            KINDS[row[1]],
            *(int(row[number], 16) for number in (2, 3, 4, 5)),
            "".join(row.group(6, 7, 8)).replace(" ", "").lower(),
        )
        for row in stated
        if row and row[1] in KINDS
    ]
    mine = [
        (
            segment.type,
            segment.file_offset,
            segment.vaddr,
            segment.file_size,
            segment.memory_size,
            rights(segment.flags),
        )
        for segment in image.segments
        if segment.type in KINDS.values()
    ]
    assert mine == theirs
    assert needed(path) == list(image.needed)
    cells(path, image)
    symbols(path, image)
    build_id = [line.split()[-1] for line in readelf(path, "-n") if "Build ID:" in line]
    assert ([] if image.build_id is None else [image.build_id]) == build_id[:1]


def rights(flags: int) -> str:
    return "".join(letter for letter, bit in (("r", PF.R), ("w", PF.W), ("e", PF.X)) if flags & bit)


def needed(path: Path) -> list[str]:
    return [line.rpartition("[")[2].rstrip("]") for line in readelf(path, "-d") if "(NEEDED)" in line]


def cells(path: Path, image: ElfImage) -> None:
    """The relocated cells, and the symbol of each that has one. Some readelf versions print packed tables
    differently, so the reader may know of more."""
    rows = [match for line in readelf(path, "-r") if (match := RELOCATION.match(line))]
    named = {(int(row[1], 16), row[4].partition("@")[0]) for row in rows if row[4]}
    mine, places = set(), set()
    for block in image.relocations:
        if block.source == "DT_MIPS_GOTSYM":
            continue
        places |= set(block.where.tolist())
        table = None if block.relative else image.symbols_of(block)
        if table is not None:
            pairs = zip(block.where.tolist(), block.symbol.tolist(), strict=True)
            mine |= {(where, table.name(symbol)) for where, symbol in pairs}
    assert named <= mine
    assert {int(row[1], 16) for row in rows} <= places


def symbols(path: Path, image: ElfImage) -> None:
    """Undefined and defined dynamic symbols."""
    rows = [line.split() for line in readelf(path, "--dyn-syms") if re.match(r"^\s+\d+: [0-9a-f]{8}", line)]
    undefined = [row[7].partition("@")[0] for row in rows if row[6] == "UND" and len(row) > 7]
    assert list(image.imports) == undefined
    mask = ~1 if image.header is not None and image.header.machine == EM.ARM else ~0
    defined = [row for row in rows if row[6] not in {"UND", "ABS"} and row[3] in {"FUNC", "IFUNC"}]
    functions = sorted({int(row[1], 16) & mask for row in defined})
    assert functions == ([] if image.dynsym is None else image.dynsym.function_starts().tolist())


@every_target
@pytest.mark.parametrize("flags", [("-O2",), ("-O0", "-Wl,-z,now")], ids=" ".join)
def test_what_is_built_here(target, flags):
    agree(build(target, *flags))


def test_programs_of_this_machine():
    if not system_files():
        pytest.skip("no 64-bit programs where Debian keeps them")
    for path in system_files():
        agree(path)


def test_function_starts_are_those_of_the_unwind_table():
    """The oracle walks ``.eh_frame``; the reader looks into the search table."""
    path = build(TARGETS[0], "-O2")
    image = ElfImage.open(path)
    starts = sorted(
        int(match[1], 16)
        for line in readelf(path, "--debug-dump=frames")
        if (match := re.search(r" FDE .*pc=([0-9a-f]+)\.\.", line))
    )
    assert starts == sorted_unique(image.frames[0].starts).tolist()
    for start in starts:
        bounds = image.function_bounds(start)
        assert bounds is not None
        assert (bounds.start, bounds.certain) == (start, True)


@every_target
def test_a_compiler_says_its_name(target):
    assert any("GCC" in text for text in note.compilers(ElfImage.open(build(target, "-O2"))))


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        (("-Wl,-z,execstack",), {Property.GNU_STACK: "executable"}),
        (("-Wl,-z,noexecstack",), {Property.GNU_STACK: "not-executable"}),
        (("-Wl,-z,norelro",), {Property.RELRO: "none"}),
        (("-Wl,-z,relro,-z,lazy",), {Property.RELRO: "partial", Property.BIND_NOW: "no"}),
        (("-Wl,-z,relro,-z,now",), {Property.RELRO: "full", Property.BIND_NOW: "yes"}),
        (("-fcf-protection=full", "-Wl,-z,force-ibt,-z,shstk"), {Property.IBT: "yes", Property.SHSTK: "yes"}),
        (("-Wl,-z,noseparate-code,--omagic",), {Property.SEGMENT: "rwx"}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_posture_follows_the_linker(flags, expected):
    found = facts(ElfImage.open(build(TARGETS[0], "-O2", *flags)))
    for name, value in expected.items():
        assert value in {fact.value for fact in found if fact.property is name}


def test_the_offset_of_a_fact_is_that_of_its_header():
    path = build(TARGETS[0], "-O2", "-Wl,-z,execstack")
    image = ElfImage.open(path)
    stack = next(fact for fact in facts(image) if fact.property is Property.GNU_STACK)
    raw = path.read_bytes()
    assert int.from_bytes(raw[stack.offset : stack.offset + 4], "little") == PT.GNU_STACK
    assert int.from_bytes(raw[stack.offset + 4 : stack.offset + 8], "little") == PF.R | PF.W | PF.X
    assert image.dynamic.value(DT.SYMTAB) is not None
