"""Input made to break a reader: each case writes its files into a folder and says what must still be said of them."""

from __future__ import annotations

import os
import random
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

HEAD: Final = "#include <sys/mman.h>\n"
TAIL: Final = ", MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)"


def call(prot: str) -> str:
    """A mapping call that asks for ``prot``."""
    return f"mmap(0, 4096, {prot}{TAIL}"


def function(body: str, name: str = "f") -> str:
    """A whole file with one function."""
    return f"{HEAD}void *{name}(int n) {{\n{body}\n}}\n"


def returning(prot: str) -> str:
    """A whole file with one function that maps with ``prot``."""
    return function(f"  return {call(prot)};")


@dataclass(frozen=True)
class Case:
    """``write`` makes the files. ``hidden``: nothing in them needs to be mentioned. ``allows``: a protection that the
    sites of ``bad.c`` must allow for, unless they are open or the file is listed as not covered."""

    name: str
    write: Callable[[Path], object]
    hidden: bool = False
    allows: str = ""


CASES: Final[list[Case]] = []


def text(name: str, content: str | bytes, *, hidden: bool = False, allows: str = "", suffix: str = ".c") -> None:
    """A case that is one file."""
    data = content.encode() if isinstance(content, str) else content
    CASES.append(Case(name, lambda folder: (folder / f"bad{suffix}").write_bytes(data), hidden, allows))


def lazily(name: str, *, hidden: bool = False, allows: str = "") -> Callable[[Callable[[Path], object]], None]:
    """A case that a function writes."""

    def register(write: Callable[[Path], object]) -> None:
        CASES.append(Case(name, write, hidden, allows))

    return register


# ---- bytes ---------------------------------------------------------------------------------------------------------

text("empty", b"", hidden=True)
text("only a byte order mark", b"\xef\xbb\xbf", hidden=True)
text("only white space", b" \n\t\r\n\f\v\n", hidden=True)
text("byte order mark", b"\xef\xbb\xbf" + returning("PROT_READ").encode(), allows="r--")
text("carriage returns and line feeds", returning("PROT_READ").replace("\n", "\r\n"), allows="r--")
text("carriage returns alone: to C, one long directive", returning("PROT_READ").replace("\n", "\r"), hidden=True)
text("no line end at the end", returning("PROT_READ").rstrip("\n"), allows="r--")
text("form feeds", returning("PROT_READ").replace("{", "{\f\v"), allows="r--")
text("a backslash at the very end", returning("PROT_READ") + "\\", allows="r--")
text("UTF-16", returning("PROT_READ").encode("utf-16"), hidden=True)
text("a NUL between tokens", returning("PROT_READ \0").encode())
text("a NUL inside a word", returning("PROT_READ").replace("PROT_", "PROT\0_"))
text("NULs after the code", returning("PROT_READ").encode() + bytes(100_000), allows="r--")
text("NULs before the code", bytes(100_000) + returning("PROT_READ").encode())
text(
    "bytes that are not UTF-8",
    b"/* \xff\xfe caf\xe9 */\n" + returning("PROT_READ").replace("f(", "caf\xe9(").encode("latin-1"),
    allows="r--",
)
text("a string that is not UTF-8", returning("PROT_READ").encode() + b'char *s = "\xc3\x28\x80";\n', allows="r--")
text("random bytes", b"mmap(" + random.Random(1).randbytes(300_000) + b"mmap(0,0,7,0,0,0)")  # noqa: S311  not a secret
text("every byte before a call", bytes(range(256)) + returning("PROT_READ").encode())


@lazily("an executable named .c", hidden=True)
def _(folder: Path) -> object:
    return (folder / "bad.c").write_bytes(Path(os.path.realpath("/proc/self/exe")).read_bytes()[:2_000_000])


# ---- tokens that never end -----------------------------------------------------------------------------------------

text("an unterminated comment", returning("PROT_READ") + "/* and then", allows="r--")
text("an unterminated comment before the call", HEAD + "/* " + returning("PROT_READ"), hidden=True)
text("an unterminated string", returning("PROT_READ") + 'char *s = "and then', allows="r--")
text("an unterminated string before the call", HEAD + 'char *s = "and;\n' + returning("PROT_READ"))
text("an unterminated character", returning("PROT_READ") + "int c = 'a", allows="r--")
text("an unterminated raw string", returning("PROT_READ") + 'auto s = R"x(and then', allows="r--", suffix=".cpp")
text("an unterminated #if", HEAD + "#if A\n" + returning("PROT_READ"), allows="r--")
text("an unterminated macro call", HEAD + "#define M(a) a\n" + returning("PROT_READ") + "int x = M(1,", allows="r--")
text("an unterminated function", returning("PROT_READ").rstrip("}\n"))
text("an unterminated call", HEAD + "void *f(void) {\n  return mmap(0, 1, PROT_READ,\n")
text("directives that are not", "#\n#if\n#elif\n#else\n#endif\n#endif\n#define\n#undef\n#include\n"
     "#define F(\n#define F(a\n#define F(a,,b) a\n#define 7 x\n#nothing here\n#if (\n#endif\n"
     + returning("PROT_READ"))  # fmt: skip
text("#else after #else", HEAD + "#if A\n#else\n#else\n#elif B\n#endif\n" + returning("PROT_READ"))
text("quotes in an #if that is never compiled", HEAD + "#if 0\nit's\n#endif\n" + returning("PROT_READ"), allows="r--")

# ---- depth ---------------------------------------------------------------------------------------------------------

DEEP: Final = 10_000

text("10,000 parentheses", returning("(" * DEEP + "PROT_READ" + ")" * DEEP), allows="r--")
text("10,000 parentheses that do not close", returning("(" * DEEP + "PROT_READ"))
text("10,000 blocks", function("{" * DEEP + call("PROT_READ") + ";" + "}" * DEEP), allows="r--")
text("10,000 else-ifs", function("".join(f"if (n == {i}) {call('PROT_READ')}; else " for i in range(DEEP)) + ";"),
     allows="r--")  # fmt: skip
text("10,000 operators", returning(" | ".join(["PROT_READ"] * DEEP)), allows="r--")
text("10,000 conditional expressions", returning("n ? 1 : " * DEEP + "PROT_WRITE"), allows="-w-")
text("10,000 casts", returning("(int)" * DEEP + "PROT_READ"), allows="r--")
text("10,001 negations", returning("!" * (DEEP + 1) + "0"), allows="r--")
text("10,000 stars", HEAD + "int " + "*" * DEEP + "p;\n" + returning("PROT_READ"), allows="r--")
text("5,000 nested initialisers", HEAD + "int t[] = " + "{" * 5000 + "1" + "}" * 5000 + ";\n" + returning("t[0]"))
text("5,000 nested calls", returning("g(" * 5000 + "PROT_READ" + ")" * 5000))
text("5,000 nested subscripts", returning("n[" * 5000 + "1" + "]" * 5000))
text("2,000 nested structs", HEAD + "struct s {" * 2000 + "int prot;" + "} x;" * 2000 + returning("PROT_READ"))
text("2,000 nested loops", function("for (;;) " * 2000 + call("PROT_READ") + ";"), allows="r--")
text("2,000 nested switches", function("switch (n) { case 1: " * 2000 + call("PROT_READ") + ";" + "}" * 2000),
     allows="r--")  # fmt: skip
text("1,000 nested lambdas", returning("[&] { return " * 1000 + "PROT_READ" + "; }()" * 1000), suffix=".cpp")
text("1,000 nested templates", "template <class T> struct V {};\n" + "V<" * 1000 + "int" + ">" * 1000 + " v;\n"
     + returning("PROT_READ"), suffix=".cpp")  # fmt: skip
text("5,000 nested #if", HEAD + "".join(f"#if A{i}\n" for i in range(5000)) + returning("PROT_READ")
     + "#endif\n" * 5000, allows="r--")  # fmt: skip
text("5,000 nested #if of one name", HEAD + "#if A\n" * 5000 + returning("PROT_READ") + "#endif\n" * 5000, allows="r--")
text("5,000 #elif", HEAD + "#if 0\n" + "".join(f"#elif A == {i}\n" for i in range(5000)) + "#else\n"
     + returning("PROT_READ") + "#endif\n", allows="r--")  # fmt: skip
text("10,000 parentheses in #if", HEAD + f"#if {'(' * DEEP}A{')' * DEEP}\n" + returning("PROT_READ") + "#endif\n",
     allows="r--")  # fmt: skip
text("10,000 operators in #if", HEAD + f"#if {' || '.join(f'A{i}' for i in range(DEEP))}\n" + returning("PROT_READ")
     + "#endif\n", allows="r--")  # fmt: skip
text("a chain of 1,000 wrappers", HEAD + function(f"  return {call('n')};", "w0") + "".join(
    f"void *w{i}(int n) {{ return w{i - 1}(n); }}\n" for i in range(1, 1000)
) + "int main(void) { return w999(PROT_WRITE) != 0; }\n", allows="-w-")  # fmt: skip
text("a chain of 5,000 constants", HEAD + "const int c0 = PROT_WRITE;\n" + "".join(
    f"const int c{i} = c{i - 1};\n" for i in range(1, 5000)
) + returning("c4999"), allows="-w-")  # fmt: skip
text("a chain of 5,000 typedefs", "typedef int t0;\n" + "".join(
    f"typedef t{i - 1} t{i};\n" for i in range(1, 5000)
) + HEAD + "static t4999 prot = 2;\n" + returning("prot"), allows="-w-")  # fmt: skip
text("a chain of 5,000 macros", HEAD + "#define M0 PROT_WRITE\n" + "".join(
    f"#define M{i} M{i - 1}\n" for i in range(1, 5000)
) + returning("M4999"), allows="-w-")  # fmt: skip

# ---- circles -------------------------------------------------------------------------------------------------------

text("a macro that is itself", HEAD + "#define SAME SAME\n" + returning("SAME"))
text("a macro that calls itself", HEAD + "#define AGAIN(x) AGAIN(AGAIN(x))\n" + returning("AGAIN(AGAIN(PROT_READ))"))
text("macros that call each other", HEAD + "#define A B(A)\n#define B(x) A | B(x) | C\n#define C A | B(C)\n"
     + returning("A | B(C)"))  # fmt: skip
text("functions that call each other", HEAD + f"void *a(int n) {{ return n ? b(n) : {call('n')}; }}\n"
     "void *b(int n) { return a(n | 1) ? a(n) : b(n); }\n")  # fmt: skip
text("objects that are each other", HEAD + "extern const int b;\nconst int a = b;\nconst int b = a;\n" + returning("a"))
text("enumerators that are each other", HEAD + "enum { A = B, B = A, C = C };\n" + returning("A | C"))
text("types that are each other", "typedef A B;\ntypedef B A;\nstruct s { struct s s; A a; };\n" + HEAD
     + "static A prot = 2;\n" + returning("prot"))  # fmt: skip
text("a pointer to itself", HEAD + "void *p = &p;\nint (*g)(int) = (int (*)(int))&g;\n" + returning("g(*(int *)p)"))
text("a class that is its own base", HEAD + "struct A : B {}; struct B : A { int p; };\n" + returning("B().p"),
     suffix=".cpp")  # fmt: skip


@lazily("headers that include each other", allows="r--")
def _(folder: Path) -> None:
    for one, other in (("a", "b"), ("b", "c"), ("c", "a")):
        (folder / f"{one}.h").write_text(f'#include "{other}.h"\n#include "{one}.h"\n#define FROM_{one} PROT_READ\n')
    (folder / "bad.c").write_text('#include "a.h"\n#include "bad.c"\n' + returning("FROM_a | FROM_b | FROM_c"))


@lazily("headers that include each other twice", allows="r--")
def _(folder: Path) -> None:
    """Read naively, 2 to the power of 40 inclusions."""
    for i in range(40):
        (folder / f"h{i}.h").write_text(f'#include "h{i + 1}.h"\n#include "h{i + 1}.h"\n')
    (folder / "h40.h").write_text("#define LAST PROT_READ\n")
    (folder / "bad.c").write_text('#include "h0.h"\n' + returning("LAST"))


@lazily("a chain of 1,000 headers")
def _(folder: Path) -> None:
    for i in range(1000):
        (folder / f"h{i}.h").write_text(f'#include "h{i + 1}.h"\n')
    (folder / "h1000.h").write_text("#define LAST PROT_READ\n")
    (folder / "bad.c").write_text('#include "h0.h"\n' + returning("LAST"))


@lazily("headers that are devices, folders and pipes", allows="r--")
def _(folder: Path) -> None:
    os.mkfifo(folder / "pipe.h")
    (folder / "folder.h").mkdir()
    (folder / "gone.h").symlink_to("nowhere")
    includes = ['"/dev/zero"', '"pipe.h"', '"folder.h"', '"gone.h"', '"."', '""', "<>", '"' + "x" * 5000 + '"', '"\0"']
    (folder / "bad.c").write_text("".join(f"#include {entry}\n" for entry in includes) + returning("PROT_READ"))


# ---- explosions ----------------------------------------------------------------------------------------------------

text("macros that double 40 times", HEAD + "#define L0 PROT_WRITE\n" + "".join(
    f"#define L{i} L{i - 1} | L{i - 1}\n" for i in range(1, 41)
) + returning("L40"), allows="-w-")  # fmt: skip
text("macro arguments that double 40 times", HEAD + "#define D(x) x | x\n"
     + returning("D(" * 40 + "PROT_WRITE" + ")" * 40), allows="-w-")  # fmt: skip
text("pasted names that grow", HEAD + "#define P0 a\n#define C(x, y) C1(x, y)\n#define C1(x, y) x##y\n" + "".join(
    f"#define P{i} C(P{i - 1}, P{i - 1})\n" for i in range(1, 41)
) + returning("P40"))  # fmt: skip
text("40 independent #if", function("  int prot = 0;\n" + "".join(
    f"#ifdef A{i}\n  prot |= {1 << i % 3};\n#endif\n" for i in range(40)
) + f"  return {call('prot')};"), allows="rwx")  # fmt: skip
text("40 #if that split braces", function("  int prot = 0;\n" + "".join(
    f"#ifdef A{i}\n  if (n > {i}) {{\n#endif\n  prot |= {1 << i % 3};\n#ifdef A{i}\n  }}\n#endif\n" for i in range(40)
) + f"  return {call('prot')};"), allows="rwx")  # fmt: skip
text("40 macros with two bodies each", HEAD + "".join(
    f"#ifdef A{i}\n#define B{i} {1 << i % 3}\n#else\n#define B{i} 0\n#endif\n" for i in range(40)
) + returning(" | ".join(f"B{i}" for i in range(40))), allows="rwx")  # fmt: skip
text("60 conditions with their letters apart", function("  int prot = 0;\n" + "".join(
    f"#if defined(A{i:02}) && defined(Z{i:02})\n  prot |= {1 << i % 3};\n#endif\n" for i in range(60)
) + f"  return {call('prot')};"), allows="rwx")  # fmt: skip
text("one condition of 60 pairs", HEAD + "#if " + " || ".join(f"(A{i:02} && Z{i:02})" for i in range(60)) + "\n"
     + returning("PROT_READ") + "#endif\n", allows="r--")  # fmt: skip
text("a parity of 64 names in #if", HEAD + "#if " + " ^ ".join(f"!A{i}" for i in range(64)) + "\n"
     + returning("PROT_READ") + "#endif\n", allows="r--")  # fmt: skip
text("wrappers that double 40 times", function(f"  return {call('n')};", "w0") + "".join(
    f"void *w{i}(int n) {{ return w{i - 1}(n | 1) ? w{i - 1}(n | 2) : w{i - 1}(n); }}\n" for i in range(1, 41)
) + "int main(void) { return w40(0) != 0; }\n", allows="rw-")  # fmt: skip
text("a function with 300 switches of state", function("  int prot = 0, s = 0;\n" + "".join(
    f"  if (n & {1 << i % 30}) {{ s ^= {i}; prot ^= {1 << i % 3}; }}\n" for i in range(300)
) + f"  return {call('prot & 7')};"), allows="rwx")  # fmt: skip
text("a loop that counts to a billion", function(
    "  int prot = 0;\n  for (int i = 0; i < 1000000000; i++) prot += 1;\n" + f"  return {call('prot')};"
))  # fmt: skip
text("a switch of 10,000 cases", function("  int prot = 0;\n  switch (n) {\n" + "".join(
    f"  case {i}: prot = {i % 4}; break;\n" for i in range(10_000)
) + f"  }}\n  return {call('prot')};"), allows="rw-")  # fmt: skip
text("a table of 50,000 entries", HEAD + "static const int table[] = {" + ", ".join(str(i % 4) for i in range(50_000))
     + "};\n" + returning("table[n]"), allows="rw-")  # fmt: skip
text("3,000 calls in one function", function((call("PROT_READ") + ";\n") * 3000), allows="r--")
text("3,000 functions", HEAD + "".join(f"void *f{i}(void) {{ return {call('PROT_READ')}; }}\n" for i in range(3000)),
     allows="r--")  # fmt: skip
text("a wrapper with 3,000 callers", function(f"  return {call('n')};", "w") + "".join(
    f"void *f{i}(void) {{ return w(PROT_READ); }}\n" for i in range(3000)
), allows="r--")  # fmt: skip
text("20,000 macros", HEAD + "".join(f"#define M{i} {i % 4}\n" for i in range(20_000)) + returning("M7"), allows="rw-")
text("a call of 20,000 arguments", returning("PROT_READ").replace("-1, 0", "-1, 0" + ", 0" * 20_000), allows="r--")
text("a macro call of 20,000 arguments", HEAD + "#define LAST(...) PROT_READ\n"
     + returning("LAST(" + "1, " * 20_000 + "2)"), allows="r--")  # fmt: skip

# ---- numbers -------------------------------------------------------------------------------------------------------

text("a number of 100,000 digits", returning("1" * 100_000))
text("a number of 100,000 hexadecimal digits", returning("0x" + "7" * 100_000))
text("a shift by a billion", returning("PROT_WRITE | 1 << 1000000000"))
text("shifts of shifts", returning("(((1 << 62) << 62) << (1 << 30)) << (1 << 60)"))
text("shifts by less than nothing", returning("(1 << -1) | (1 >> -5) | (1 << (0 - 1000000000))"))
text("division by zero", returning("PROT_READ / 0 | PROT_READ % 0 | PROT_READ / (n - n)"))
text("division of the least number", returning("(-2147483647 - 1) / -1 | (-9223372036854775807LL - 1) % -1"))
text("division by zero in #if", HEAD + "#if 1 / 0\n#elif 1 % 0\n#endif\n" + returning("PROT_READ"), allows="r--")
text("a shift by a billion in #if", HEAD + "#if 1 << 1000000000 << 1000000000\n#endif\n" + returning("PROT_READ"),
     allows="r--")  # fmt: skip
text("numbers that are none", returning("0x | 08 | 1e400 | 1.2.3 | 0b2 | 1__2 | 7zz | '' | 'abcdefgh' | '\\x'"))
text("a table index without end", HEAD + "static const int t[2] = {1, 2};\n" + returning("t[-1] | t[1000000000000]"))
text("a table without end", HEAD + "static const int t[1000000000] = {[999999999] = 2};\n" + returning("t[n]"),
     allows="-w-")  # fmt: skip
text("an enumerator per billion", HEAD + "enum { A = 2147483647, B, C = -9999999999999999999999 };\n" + returning("B"))
text("a range of a billion cases", function(f"  switch (n) {{ case 0 ... 1000000000: return {call('n')}; }}"))
text("a width of a billion", HEAD + "struct s { unsigned a : 1000000000; } s = {7};\n" + returning("s.a"))

# ---- odd calls -----------------------------------------------------------------------------------------------------

text("calls with too little", function("  mmap();\n  mmap(0);\n  mprotect(0, 1);\n  mmap(,,,);\n"))
text("calls of what is not a function", function("  mmap;\n  (void)&mmap;\n  mmap[0](1);\n  3(mmap);\n"), hidden=True)
text("a mask that is a string", returning('"PROT_READ"'))
text("a mask that is a comma", returning("(,)"))
text("a primitive as a label and a type", HEAD + "typedef int mmap;\nvoid f(void) { mmap mprotect; goto munmap;"
     " munmap: mprotect = 1; }\n", hidden=True)  # fmt: skip
text("Objective-C", "@interface A\n- (void *)map;\n@end\n@implementation A\n- (void *)map { return "
     + call("PROT_READ") + "; }\n@end\n", suffix=".m")  # fmt: skip
text("assembly", "  .text\nf:\n  mov $7, %edx\n  call mmap\n  ret\n", hidden=True)
text("a shell script", "#!/bin/sh\n# mmap(0, 0, 7)\necho 'mmap(0, 4096, PROT_EXEC)' | sed 's/(/{/'\n", hidden=True)
text("a conflict left behind", function("<<<<<<< ours\n  return " + call("PROT_READ") + ";\n=======\n  return "
     + call("PROT_WRITE") + ";\n>>>>>>> theirs"))  # fmt: skip


# ---- size ----------------------------------------------------------------------------------------------------------


@lazily("one line of 20 million characters", allows="r--")
def _(folder: Path) -> None:
    line = "int a = 1; " * 1_800_000 + returning("PROT_READ").replace(HEAD, "").replace("\n", " ")
    (folder / "bad.c").write_text(HEAD + line)


@lazily("200 million bytes of code", allows="r--")
def _(folder: Path) -> None:
    block = "".join(f"static int add_{i}(int a, int b) {{ /* {i} */ return a + b; }}\n" for i in range(16_000))
    with (folder / "bad.c").open("w") as file:
        for _turn in range(200_000_000 // len(block)):
            file.write(block)
        file.write(returning("PROT_READ"))


@lazily("200 million bytes of nothing")
def _(folder: Path) -> None:
    with (folder / "bad.c").open("wb") as file:
        file.write(returning("PROT_READ").encode())
        file.truncate(200_000_000)


# ---- the file system -----------------------------------------------------------------------------------------------


@lazily("a folder that holds itself", allows="r--")
def _(folder: Path) -> None:
    (folder / "bad.c").write_text(returning("PROT_READ"))
    (folder / "again").symlink_to(".")
    (folder / "up").symlink_to("..")


@lazily("links in a circle")
def _(folder: Path) -> None:
    (folder / "bad.c").symlink_to("other.c")
    (folder / "other.c").symlink_to("bad.c")


@lazily("a link to nothing")
def _(folder: Path) -> None:
    (folder / "bad.c").symlink_to("nowhere.c")


@lazily("a file that may not be read")
def _(folder: Path) -> None:
    path = folder / "bad.c"
    path.write_text(returning("PROT_READ"))
    path.chmod(0)
    if os.access(path, os.R_OK):  # the superuser may read everything; a link through a file fails for everyone
        path.unlink()
        path.symlink_to("plain/bad.c")
        (folder / "plain").write_text("not a folder")


@lazily("a folder named like a file", hidden=True)
def _(folder: Path) -> None:
    (folder / "bad.c").mkdir()


@lazily("a pipe named like a file", hidden=True)
def _(folder: Path) -> None:
    os.mkfifo(folder / "bad.c")


@lazily("a device named like a file", hidden=True)
def _(folder: Path) -> None:
    (folder / "bad.c").symlink_to("/dev/zero")


@lazily("names that are hard to print")
def _(folder: Path) -> None:
    for name in (b"caf\xe9.c", b"two\nlines.c", b"\x1b[31mred.c", b'"quoted".c', b"-D.c", "🦆.c".encode()):
        Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_text(returning("PROT_READ"))
    (folder / "bad.c").write_text(returning("PROT_READ"))


@lazily("folders 200 deep")
def _(folder: Path) -> None:
    deep = folder
    for _turn in range(200):
        deep /= "d"
    deep.mkdir(parents=True)
    (deep / "bad.c").write_text(returning("PROT_READ"))
