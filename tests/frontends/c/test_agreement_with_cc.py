"""What our readings hold for a configuration is what the compiler's preprocessor leaves in it, token by token."""

from __future__ import annotations

import itertools
import random
from typing import TYPE_CHECKING

import pytest
from tests.frontends.c.reference import compiled, read

from mapproof.frontends.c.lexeme import tokens_of
from mapproof.frontends.c.reading import readings
from mapproof.frontends.c.tree import SourceTree

if TYPE_CHECKING:
    from pathlib import Path

CASES = {
    "nested groups": (
        """
#if A
int f(void) { return 1
# if B > 2
  + 2
# elif B
  + 3
# else
  + 4
# endif
  ; }
#elif defined(C) && !defined(B)
int f(void) { return 5; }
#else
int f(void) {
# ifndef C
  int x = 6;
# else
  int x = 7;
# endif
  return x;
}
#endif
""",
        {"A": (None, 0, 1), "B": (None, 0, 3), "C": (None, 1)},
    ),
    "defaults and overrides": (
        """
#ifndef LIMIT
# define LIMIT 10
#endif
#ifdef WIDE
# undef LIMIT
# define LIMIT 99
#endif
#if LIMIT > 20
# define PICK(a, b) a
#else
# define PICK(a, b) b
#endif
int g(int n) { return PICK(n + LIMIT, n - LIMIT); }
#if LIMIT == 10 || LIMIT == 99
static int table[] = { LIMIT, PICK(1, 2), };
#endif
""",
        {"LIMIT": (None, 5, 10, 21), "WIDE": (None, 1)},
    ),
    "several meanings": (
        """
#if OS == 1
# define MAP(len, prot) mmap(0, len, prot, 1, -1, 0)
# define RW (1 | 2)
#elif OS == 2
# define MAP(len, prot) map_view(len, prot)
# define RW 4
#else
# define MAP(len, prot) fake(len)
# define RW 1 | 8
#endif
#ifdef TRACE
# define LOG(...) do { print(__VA_ARGS__); } while (0)
#else
# define LOG(...)
#endif
void *h(unsigned long n) {
  LOG("h", n);
  void *p = MAP(n, RW);
  if (!p) LOG("failed %lu", n);
  LOG();
  return check(MAP(n * 2, RW & RW), RW);
}
""",
        {"OS": (None, 1, 2, 3), "TRACE": (None, 1)},
    ),
    "groups in lists": (
        """
static const int list[] = {
  1,
#ifdef A
  2, 3,
#endif
#if B
  4,
#else
  5,
  6,
#endif
  7
};
int call(void) {
  return f(1,
#ifdef A
    2,
#else
    3,
#endif
    4
#if B
    , 5
#endif
  );
}
""",
        {"A": (None, 1), "B": (None, 1)},
    ),
    "split braces": (
        """
int f(int a)
#ifdef A
{ if (a) {
#else
{ {
#endif
    a++;
#ifdef B
  } {
    a--;
#endif
  }
  return a;
}
#ifdef B
static
#endif
int g(void) { return 0; }
#ifdef A
int h(int a) {
#else
int h(long a) {
#endif
  return a;
}
""",
        {"A": (None, 1), "B": (None, 1)},
    ),
    "arithmetic": (
        """
#if A == 1
# define V 5
#elif A
# define V (2 - 4)
#else
# define V 9
#endif
#if V * 4 + 1 > 9 && (V << 2 | 1) != 37
int one;
#endif
#if V / 2 == 4 || V % 3 == 2 ? B : !B
int two;
#endif
#if -1 > 0u
int three;
#endif
#if 'a' == 97 && '\\n' == 10 && 0x10 == 020 && 0b11 == 3 && 10L > 9ULL && ~0 < 0
int four;
#endif
#if (2 || 1 / 0) && -7 / 2 == -3 && -7 % 2 == -1 && (1 ? 2 : 3) == 2
int five;
#endif
#if defined A && A - 1 > 3
int six;
#endif
#if A + 2 == 4 || 7 < A || 1 + B
int seven;
#endif
""",
        {"A": (None, 0, 1, 2, 3, 5, 8), "B": (None, 0, 1, 2)},
    ),
    "macros in conditions": (
        """
#define VERSION(a, b) ((a) * 100 + (b))
#define HAVE defined(A)
#ifdef B
# define LEVEL B
#elif A
# define LEVEL 7
#endif
#if VERSION(1, 2) == 102 && LEVEL >= 5
int one;
#endif
#if HAVE
int two;
#endif
#undef LEVEL
#if LEVEL
int three;
#endif
#define SELF SELF
#if SELF
int four;
#else
int five;
#endif
""",
        {"A": (None, 0, 1), "B": (None, 0, 5, 9)},
    ),
    "macros made inside": (
        """
int f(void) {
  int r = X;
#define X 1
  r += X;
#ifdef A
# undef X
# define X 2
  r += X;
#else
# undef X
#endif
  r += X;
#define X 3
  return X;
}
int after = X;
""",
        {"A": (None, 1)},
    ),
    "alternatives that need what follows": (
        """
#define TWICE(x) x, x
#ifdef A
# define NAME TWICE
#else
# define NAME once
#endif
#ifdef B
# define WRAP(x) [x]
#else
# define WRAP =
#endif
#if defined A
# define OP +
#else
# define OP *
#endif
int f(void) { g(NAME(1)); return 2 OP 3 OP NAME; }
int v WRAP(4);
""",
        {"A": (None, 1), "B": (None, 1)},
    ),
    "linkage": (
        """
#ifdef STATIC_API
# define API static
#else
# define API static
#endif
#ifdef A
# define TYPE unsigned long
#else
# define TYPE int
#endif
API TYPE f(TYPE x) { TYPE y = (TYPE)x; return y; }
typedef TYPE number;
struct pair {
  TYPE first;
#ifdef A
  int second;
#endif
};
enum e {
  one,
#ifdef A
  two,
#endif
  three
};
""",
        {"STATIC_API": (None, 1), "A": (None, 1)},
    ),
    "switch": (
        """
int f(int x) {
  switch (x) {
#ifdef A
  case 1: return 1;
#endif
  case 2:
#ifdef B
    x++;
#else
    x--;
#endif
    break;
#ifdef B
  case 3: x = 0;
#endif
  default: break;
  }
  if (x)
#ifdef A
    return 2;
#else
    return 3;
#endif
  else
    return 4;
  return x;
}
""",
        {"A": (None, 1), "B": (None, 1)},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_every_configuration_reads_as_it_compiles(name: str, tmp_path: Path) -> None:
    text, symbols = CASES[name]
    path = tmp_path / "case.c"
    path.write_text(text)
    tree = SourceTree([str(path)])
    for values in itertools.product(*symbols.values()):
        configuration = dict(zip(symbols, values, strict=True))
        assert read(path, configuration, tree) == compiled(path, configuration), configuration


EXPANSION = {
    "C11 6.10.3.5 example 3": """
#define x 3
#define f(a) f(x * (a))
#undef x
#define x 2
#define g f
#define z z[0]
#define h g(~
#define m(a) a(w)
#define w 0,1
#define t(a) a
#define p() int
#define q(x) x
#define r(x,y) x ## y
#define str(x) # x
void k(void) {
f(y+1) + f(f(z)) % t(t(g)(0) + t)(1);
g(x+(3,4)-w) | h 5) & m
(f)^m(m);
}
p() i[q()] = { q(1), r(2,3), r(4,), r(,5), r(,) };
char c[2][6] = { str(hello), str() };
""",
    "C11 6.10.3.5 example 4": """
#define str(s) # s
#define xstr(s) str(s)
#define debug(s, t) printf("x" # s "= %d, x" # t "= %s", x ## s, x ## t)
#define INCFILE(n) vers ## n
#define glue(a, b) a ## b
#define xglue(a, b) glue(a, b)
#define HIGHLOW "hello"
#define LOW LOW ", world"
void k(void) {
debug(1, 2);
fputs(str(strncmp("abc\\0d", "abc", '\\4') == 0) str(: @\\n), s);
xstr(INCFILE(2).h);
glue(HIGH, LOW);
xglue(HIGH, LOW);
}
""",
    "C11 6.10.3.5 example 5": """
#define t(x,y,z) x ## y ## z
int j[] = { t(1,2,3), t(,4,5), t(6,,7), t(8,9,), t(10,,), t(,11,), t(,,12), t(,,) };
""",
    "C11 6.10.3.5 example 7": """
#define debug(...) fprintf(stderr, __VA_ARGS__)
#define showlist(...) puts(#__VA_ARGS__)
#define report(test, ...) ((test)?puts(#test): printf(__VA_ARGS__))
void k(void) {
debug("Flag");
debug("X = %d\\n", x);
showlist(The first, second, and third items.);
report(x>y, "x is %d but y is %d", x, y);
}
""",
    "GNU commas and __VA_OPT__": """
#define a(f, ...) p(f, ## __VA_ARGS__)
#define b(f, rest...) p(f, ## rest)
#define c(f, ...) p(f __VA_OPT__(,) __VA_ARGS__)
#define d(...) __VA_OPT__(x ## __VA_ARGS__ y)
void k(void) { a(1); a(1,); a(1,2,3); b(1); b(1, q(2)); c(1); c(1, 2); c(1,); d(); d(5); }
""",
    "self reference and mutual recursion": """
#define foo (4 + foo)
#define ping pong
#define pong ping
#define fn(x) fn(x + fn)
#define even(n) odd(n)
#define odd(n) even(n)
#define NIL(xxx) xxx
#define G_0(arg) NIL(G_1)(arg)
#define G_1(arg) NIL(arg)
int k(void) { return foo + ping + fn(fn(1)) + even(odd(3)) + G_0(42); }
""",
    "hash hash gymnastics": """
#define hash_hash # ## #
#define mkstr(a) # a
#define in_between(a) mkstr(a)
#define join(c, d) in_between(c hash_hash d)
#define CAT(a, b) a ## b
#define CAT2(a, b) CAT(a, b)
#define N 12
char p[] = join(x, y);
int CAT(v, N), CAT2(v, N), CAT2(CAT(v, 1), CAT(, 2));
double e = CAT(1e, +5) CAT(-, >) CAT(<, <) 3;
char *s = mkstr( a  "b\\n" 'c' /* gone */ \\
   d );
""",
    "names without arguments": """
#define f(x) <x>
#define obj f
#define empty
int a = f, b = f (1), c = obj(2), d = obj
(3), e = f empty (4);
""",
}


@pytest.mark.parametrize("name", EXPANSION)
def test_macros_expand_as_in_the_compiler(name: str, tmp_path: Path) -> None:
    path = tmp_path / "case.c"
    path.write_text(EXPANSION[name])
    tree = SourceTree([str(path)])
    source = tree.source(str(path))
    ours: list[bytes] = []
    for chunk in source.chunks:
        (reading,) = readings(tree, source, chunk, cpp=False)
        assert {fault.kind for fault in reading.errors} <= {"parse"}, "not all of these texts are declarations"
        ours.extend(token.text for token in tokens_of(reading.text))
    assert ours == compiled(path, {})


SYMBOLS = ("A", "B", "C")
VALUES = (None, 0, 1, 2, 7)


class _Generator:
    """Random files: groups, definitions, declarations and functions, nested."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311  test data, not a secret
        self.lines: list[str] = []
        self.names = 0

    def test(self, depth: int = 0) -> str:
        symbol = self.random.choice((*SYMBOLS, "M", "N"))
        comparison = self.random.choice(["==", "!=", "<", ">", "<=", ">="])
        texts = [
            lambda: f"defined({symbol})",
            lambda: f"{symbol} {comparison} {self.random.randrange(-1, 8)}",
            lambda: symbol,
            lambda: f"!defined {symbol}",
            lambda: f"{self.random.randrange(3)} < {symbol} + {self.random.randrange(3)}",
            lambda: f"!({self.test(depth + 1)})",
            lambda: f"({self.test(depth + 1)}) && ({self.test(depth + 1)})",
            lambda: f"({self.test(depth + 1)}) || ({self.test(depth + 1)})",
        ]
        return self.random.choice(texts if depth < 2 else texts[:5])()

    def definition(self) -> str:
        name = self.random.choice(("M", "N", "A"))
        if self.random.random() < 0.3:
            return f"#undef {name}"
        other = self.random.choice(("1", "2", "B", "(C)", "5", "N" if name == "M" else "3"))
        return f"#undef {name}\n#define {name} {other}"

    def group(self, depth: int, content: str) -> None:
        opening = self.random.choice(
            [
                f"#if {self.test()}",
                f"#ifdef {self.random.choice(SYMBOLS)}",
                f"#ifndef {self.random.choice(('M', 'N', 'A', 'B'))}",
            ]
        )
        self.lines.append(opening)
        self.block(depth + 1, content)
        for _ in range(self.random.randrange(2)):
            self.lines.append(f"#elif {self.test()}")
            self.block(depth + 1, content)
        if self.random.random() < 0.5:
            self.lines.append("#else")
            self.block(depth + 1, content)
        self.lines.append("#endif")

    def block(self, depth: int, content: str) -> None:
        for _ in range(self.random.randrange(1, 3)):
            pick = self.random.random()
            if pick < 0.3 and depth < 3:
                self.group(depth, content)
            elif pick < 0.5:
                self.lines.append(self.definition())
            elif content == "file" and pick < 0.75:
                self.names += 1
                self.lines.append(f"int f{self.names}(int x) {{")
                self.block(depth, "body")
                self.lines.append("return M; }")
            elif content == "file":
                self.names += 1
                self.lines.append(f"int v{self.names} = N + M;")
            else:
                self.lines.append(self.random.choice(["x += M;", "x = g(N, M, x);", "if (N) x--;", "x = (M) * N;"]))


@pytest.mark.parametrize("seed", range(12))
def test_random_files_read_as_they_compile(seed: int, tmp_path: Path) -> None:
    generator = _Generator(seed)
    for _ in range(6):
        generator.block(0, "file")
    path = tmp_path / "case.c"
    path.write_text("\n".join(generator.lines) + "\n")
    tree = SourceTree([str(path)])
    for _ in range(8):
        configuration = {symbol: generator.random.choice(VALUES) for symbol in SYMBOLS}
        assert read(path, configuration, tree) == compiled(path, configuration), (seed, configuration)
