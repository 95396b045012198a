"""References found without disassembly, held against a disassembler and against what the source says."""

from __future__ import annotations

import random
import re
import shutil
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest
from tests.agreement.toolchain import TARGETS, Target, build, run
from tests.frontends.elf.examine import examine

from mapproof.frontends.elf import discover, slot
from mapproof.frontends.elf.image import ElfImage
from mapproof.frontends.elf.reference import Kind

every_target = pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
LINE = re.compile(r"^\s*([0-9a-f]+):\t(\S+)\s*(.*)$")
TARGET = re.compile(r"(?:0x)?\b([0-9a-f]+) <")
FUNCTIONS = (
    "through_table", "direct", "tail", "wrapper", "first_caller", "second_caller", "address_taken", "untouched",
    "overwrite",
)  # fmt: skip  # a list of words
NAMES = ("mmap", "munmap", "mprotect")


@cache
def image(path: Path) -> ElfImage:
    return ElfImage.open(path)


def functions_that_refer(path: Path, name: str, *, candidates: bool = True) -> set[str]:
    """Names of the functions in which something refers to a mapping function, stubs aside; without ``candidates`` only
    where that is certain."""
    opened = image(path)
    inside = set()
    for found in discover.mapping_references(opened, (name,)):
        if found.via == "stub" or found.kind in {Kind.DATA, Kind.SHORT} or (found.kind is Kind.NEAR and not candidates):
            continue
        symbol = opened.symbol_at(found.address)
        inside.add("" if symbol is None else symbol.name)
    return inside & set(FUNCTIONS)


@every_target
@pytest.mark.parametrize(
    "flags", [("-O2",), ("-O0",), ("-Os",), ("-O2", "-fno-plt"), ("-O2", "-Wl,-z,now")], ids=" ".join
)
def test_every_way_to_a_mapping_function(target, flags):
    path = build(target, *flags)
    assert functions_that_refer(path, "mmap") >= {"through_table", "direct", "wrapper", "address_taken"}
    assert functions_that_refer(path, "mprotect") >= {"direct", "tail"}
    for name in NAMES:
        assert not functions_that_refer(path, name, candidates=False) & {"first_caller", "second_caller"}
        assert "untouched" not in functions_that_refer(path, name)
    assert image(path).faults == ()


@every_target
def test_the_callers_of_a_local_function(target):
    path = build(target, "-O2")
    wrapper = next(address for address, name in image(path).defined(("wrapper",)).items())
    found = discover.callers_of(image(path), wrapper & ~1)
    inside = {image(path).symbol_at(int(address)) for address in found["address"]}
    assert {symbol.name for symbol in inside if symbol} >= {"first_caller", "second_caller"}


@every_target
def test_the_table_is_bound_by_its_relocation(target):
    path = build(target, "-O2")
    table = next(address for address, name in image(path).defined(("table",)).items())
    word = image(path).layout.word
    cells = slot.mapping_slots(image(path), ("mmap", "munmap"))
    assert [cells.get(table + word * number) for number in (1, 4, 7)] == ["munmap", "mmap", "munmap"]
    assert slot.pointer_at(image(path), table + 4 * word).symbol == "mmap"
    name = slot.pointer_at(image(path), table + 3 * word).address
    assert name is not None
    assert image(path).memory.text_at(name) == b"mmap"


@every_target
def test_without_section_headers_the_same_is_found(target):
    path = build(target, "-O2")
    content = bytearray(path.read_bytes())
    wide = image(path).layout.bits == 64
    start, width = (40, 8) if wide else (32, 4)
    content[start : start + width] = bytes(width)
    numbers = 60 if wide else 48
    content[numbers : numbers + 4] = bytes(4)
    bare = ElfImage(bytes(content), "bare")
    assert bare.sections == ()
    # Labels rest on function names, of which fewer remain; what refers to what must not.
    mine = {(found.address, found.target, found.name) for found in discover.mapping_references(image(path), NAMES)}
    theirs = {(found.address, found.target, found.name) for found in discover.mapping_references(bare, NAMES)}
    direct = {row for row in mine if image(path).symbol_at(row[0]) is not None}
    near = {
        (found.address, found.target, found.name)
        for found in discover.mapping_references(image(path), NAMES)
        if found.kind is Kind.NEAR
    }
    assert direct - near <= theirs


def disassembled(target: Target, path: Path) -> dict[int, set[int]]:
    """Target address to the addresses of the instructions for which the disassembler names it. Literal pools of ARM
    are left out: their place in the text is no address that a program means."""
    found = defaultdict(set)
    for line in run(target.tool("objdump"), "-d", "-w", "--no-show-raw-insn", path).splitlines():
        match = LINE.match(line)
        named = TARGET.search(match[3]) if match and "[pc" not in match[3] else None
        if match and named:
            found[int(named[1], 16)].add(int(match[1], 16))
    return found


def agree(target: Target, path: Path, most: int = 400) -> None:
    """What the disassembler names is found; what is found beyond it is little."""
    oracle = {
        address: rows for address, rows in disassembled(target, path).items() if image(path).memory.extent_at(address)
    }
    chosen = sorted(oracle, key=lambda address: (-len(oracle[address]), address))
    chosen = chosen[: most // 2] + chosen[most // 2 :: max(1, len(chosen) // (most // 2))]
    found = defaultdict(set)
    for address, _, to, _ in discover.references(image(path), chosen).tolist():
        found[to].add(address)
    missed = [
        f"{address:#x} -> {to:#x}"
        for to in chosen
        for address in oracle[to]
        if not {address - 1, address, address + 1} & found[to]
    ]
    assert not missed
    assert chosen


@every_target
def test_every_target_that_a_disassembler_names(target):
    agree(target, build(target, "-O2"))
    agree(target, build(target, "-O0"))


def test_a_large_library():
    target = TARGETS[0]
    libraries = [Path(line.split()[-1]) for line in run("/sbin/ldconfig", "-p").splitlines() if "libc.so.6" in line]
    native = [path for path in libraries if path.exists() and ElfImage.open(path).layout.bits == 64]
    if not native:
        pytest.skip("no 64-bit C library is installed")
    if image(native[0]).header.machine != 62:
        pytest.skip("the C library is not for x86-64")
    agree(target, native[0])


TRAPS = {
    "x86_64": "syscall", "i386": "int", "aarch64": "svc", "arm-a32": "svc", "arm-thumb": "svc", "riscv64": "ecall",
    "ppc64le": "sc", "mips64el": "syscall", "mipsel": "syscall", "s390x": "svc",
}  # fmt: skip  # a table
ASSEMBLY = {"int": "int $0x80", "svc": "svc #0"}


@every_target
def test_raw_system_calls(target, tmp_path):
    mnemonic = TRAPS[target.name]
    text = ASSEMBLY.get(mnemonic, mnemonic) if target.name != "s390x" else "svc 90"
    source = tmp_path / "raw.c"
    source.write_text(f'void raw(void) {{ __asm__ volatile("{text}"); }}\nint plain(int x) {{ return x + 1; }}\n')
    path = build(target, "-O2", source=source)
    oracle = {
        int(match[1], 16)
        for line in run(target.tool("objdump"), "-d", "--no-show-raw-insn", path).splitlines()
        if (match := LINE.match(line)) and match[2] == mnemonic
    }
    found = {trap.address for trap in discover.traps(image(path))}
    assert oracle
    assert oracle <= found
    assert len(found) < len(oracle) + 40


@every_target
def test_an_object_before_linking(target):
    path = build(target, "-O2", "-c")
    opened = image(path)
    assert functions_that_refer(path, "mmap") >= {"direct", "wrapper", "address_taken"}
    assert functions_that_refer(path, "mprotect") >= {"direct", "tail"}
    assert "untouched" not in functions_that_refer(path, "mmap")
    assert set(opened.imports) >= {"mmap", "munmap", "mprotect"}
    assert {fault.field for fault in opened.faults} <= {"r_type"}
    if target.name in {"x86_64", "aarch64"}:
        assert opened.faults == ()
        assert "through_table" in functions_that_refer(path, "mmap")


@every_target
def test_a_damaged_object(target):
    content = build(target, "-O2", "-c").read_bytes()
    damage = random.Random(len(content))  # noqa: S311  # repeatable, not secret
    for _ in range(60):
        damaged = bytearray(content)
        for _ in range(damage.randrange(1, 30)):
            damaged[damage.randrange(16, len(damaged))] = damage.choice((0, 1, 255, damage.randrange(256)))
        examine(ElfImage(bytes(damaged), "damaged"))


PACKINGS = ("none", "relr", "android", "android+relr")


@pytest.mark.parametrize("packing", PACKINGS)
@pytest.mark.parametrize("target", [TARGETS[0], TARGETS[2]], ids=lambda target: target.name)
def test_packed_relocations_say_what_plain_ones_say(target, packing, tmp_path):
    """The same library, its relocations packed in each way that LLVM's linker knows."""
    if shutil.which("ld.lld") is None:
        pytest.skip("ld.lld is not installed")
    path = tmp_path / "packed"
    run("ld.lld", "-shared", f"--pack-dyn-relocs={packing}", "-o", path, build(target, "-O2", "-c"))
    opened = image(path)
    table = next(address for address, name in opened.defined(("table",)).items())
    held = [slot.pointer_at(opened, table + 8 * number) for number in (0, 1, 3, 4, 6, 7)]
    assert [opened.memory.text_at(pointer.address) for pointer in held[::2]] == [b"open", b"mmap", b"close"]
    assert [pointer.symbol for pointer in held[1::2]] == ["munmap", "mmap", "munmap"]
    sources = {block.source for block in opened.relocations}
    assert ("DT_RELR" in sources or "DT_ANDROID_RELR" in sources) is ("relr" in packing)
    assert ("DT_ANDROID_RELA" in sources) is ("android" in packing)
    assert functions_that_refer(path, "mmap") >= {"through_table", "direct", "wrapper", "address_taken"}
    assert opened.faults == ()


@pytest.mark.parametrize("flags", [("-static-pie",), ("-static", "-no-pie"), ("-no-pie",), ("-pie",)], ids=" ".join)
def test_programs(flags, tmp_path):
    """Executables of every kind, by the one thing that all share: main calls the mapping function."""
    target = TARGETS[0]
    source, path = tmp_path / "main.c", tmp_path / "main"
    source.write_text("#include <sys/mman.h>\nint main(void) { return mmap(0, 4096, 1, 0x22, -1, 0) == MAP_FAILED; }\n")
    run(target.tool("gcc"), "-O2", *flags, "-o", path, source)
    opened = ElfImage.open(path)
    assert opened.faults == ()
    found = discover.mapping_references(opened, ("mmap", "mmap64"))
    inside = {symbol.name for item in found if (symbol := opened.symbol_at(item.address)) is not None}
    assert "main" in inside
    assert next(opened.function_bounds(item.address) for item in found if item.kind is Kind.CALL).certain
