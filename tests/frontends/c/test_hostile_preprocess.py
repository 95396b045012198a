"""No bytes make the scanner, the preprocessor or the reader raise, and none keeps them busy for long."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mapproof.frontends.c.reading import readings
from mapproof.frontends.c.source import Source
from mapproof.frontends.c.tree import SourceTree


def _use(data: bytes, path: str = "/nowhere/file.c") -> None:
    """Ask everything of a file."""
    tree = SourceTree([path])
    source = Source(path, data)
    tree.adopt(source)
    last = 0
    for chunk in source.chunks:
        assert 0 <= chunk.start < chunk.end <= len(data)
        assert chunk.scope or chunk.start >= last
        last = chunk.end
    for chunk in source.chunks[:40]:
        for reading in readings(tree, source, chunk, cpp=source.cpp):
            for offset in (0, len(reading.text) // 2, len(reading.text)):
                origin = reading.origin(offset)
                assert 0 <= origin.start <= origin.end <= len(data)
    for offset in (0, len(data) // 2, len(data)):
        tree.presence(source, offset)
        source.span(0, offset)
    source.occurrences(b"x")
    source.occurrences_in_directives(b"x")
    tree.condition("x > 1 || A", source, len(data))


DEEP = {
    "parentheses": b"int x = " + b"(" * 10_000 + b"1" + b")" * 10_000 + b";",
    "braces": b"{" * 20_000 + b"}" * 20_000,
    "groups": b"#if A\n" * 5_000 + b"int x;\n" + b"#endif\n" * 5_000,
    "groups that stay open": b"".join(b"#if A%d\nint x%d;\n" % (n, n) for n in range(500)),
    "parentheses in a condition": b"#if " + b"(" * 10_000 + b"1" + b")" * 10_000 + b"\nint x;\n#endif\n",
    "operators in a condition": b"#if " + b"!" * 50_000 + b"X\nint x;\n#endif\n",
    "questions in a condition": b"#if " + b"1 ? " * 5_000 + b"X\nint x;\n#endif\n",
    "macros in a row": b"".join(b"#define M%d M%d\n" % (n, n + 1) for n in range(3_000)) + b"int x = M0;\n",
    "macros that double": b"".join(b"#define M%d M%d M%d\n" % (n + 1, n, n) for n in range(60)) + b"int x = M60;\n",
    "macros in arguments": b"#define F(x) x\nint y = " + b"F(" * 2_000 + b"1" + b")" * 2_000 + b";\n",
    "arms in arguments": b"#ifdef A\n#define F(x) (x)\n#else\n#define F(x) (x+x)\n#endif\nint y = "
    + b"F(" * 40
    + b"1"
    + b")" * 40
    + b";\n",
    "hashes": b"x" + b"#" * 200_000,
    "quotes": b"'" * 50_000 + b'"' * 50_000,
    "comments": b"/*" * 50_000,
    "joints": b"/\\\n" * 50_000,
    "nothing": b"",
    "zeros": b"\0" * 1_000,
}


@pytest.mark.parametrize("name", DEEP)
def test_depth_and_length_come_to_an_end(name: str) -> None:
    start = time.process_time()
    _use(DEEP[name])
    assert time.process_time() - start < 20, "seconds of CPU time, many times what it takes"


_PIECES = (
    "#if A\n", "#elif defined(B)\n", "#else\n", "#endif\n", "#ifndef X\n", "#define A B\n", "#define B(x) x A\n",
    "#define X\n", "#undef A\n", "{", "}", "(", ")", "int ", "x", ";", ",", "=", "A", "B(", "X ", '"', "'", "/*", "*/",
    "//", "\n", "\\\n", '#include "file.c"\n', "case 1:", "class Y", "namespace Z", "if (x)", "else ", "[", "]", "#",
    'R"(', ')"', "\0", "\udcff",
)  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(pieces=st.lists(st.sampled_from(_PIECES), max_size=120), cpp=st.booleans())
def test_no_sequence_of_pieces_raises(pieces: list[str], cpp: bool) -> None:
    _use("".join(pieces).encode("utf-8", "surrogateescape"), "/nowhere/file.cpp" if cpp else "/nowhere/file.c")


def test_no_bytes_raise() -> None:
    source = random.Random(1)  # noqa: S311  test data, not a secret
    for size in (1, 100, 20_000):
        _use(source.randbytes(size))
