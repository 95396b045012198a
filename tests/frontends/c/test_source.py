"""What is code and what is not, found without parsing."""

from __future__ import annotations

from mapproof.frontends.c.source import Source


def _source(text: str, path: str = "file.c") -> Source:
    return Source(path, text.encode())


def test_names_in_comments_and_literals_are_no_occurrences() -> None:
    source = _source("""
/* mmap */ // mmap \\
   mmap still
char *s = "mmap \\" mmap"; char c = 'm'; int d = 'mmap';
#define MAP mmap /* mmap */ "mmap"
int x = mmap + xmmap + mmapx + 1; /* unterminated mmap
""")
    (offset,) = source.occurrences(b"mmap")
    assert source.line_column(offset) == (6, 9)
    (defined,) = source.occurrences_in_directives(b"mmap")
    assert source.line_column(defined) == (5, 13)


def test_raw_strings_and_digit_separators_do_not_swallow_code() -> None:
    source = _source(
        """auto s = R"x(" mmap )" )x"; int a = 1'000; mmap(); int b = 0x1'f; char c = u8'a'; mmap();""", "file.cpp"
    )
    assert [source.line_column(offset)[1] for offset in source.occurrences(b"mmap")] == [44, 83]


def test_an_apostrophe_in_skipped_prose_does_not_hide_the_next_line() -> None:
    source = _source("#if 0\nit isn't /* code\n*/\n#endif\n#error don't\nint mmap;\n")
    assert [source.line_column(offset) for offset in source.occurrences(b"mmap")] == [(6, 5)]


def test_directives_keep_their_text_without_comments_and_joints() -> None:
    source = _source(" /* a */ # /* b */ define A(x) x \\\n  + /* c\n d */ 1\n%: undef A // gone\nint a; # no\n#\n")
    found = [(directive.kind, directive.text) for directive in source.directives]
    assert found == [("define", b"A(x) x + 1"), ("undef", b"A"), ("", b"")]
    first = source.directives[0]
    assert source.data[first.start : first.start + 1] == b"#"
    assert source.data[first.end :].startswith(b"\n%:")
    assert source.data[first.body :].startswith(b" A(x)")


def test_columns_count_characters_and_lines_count_from_one() -> None:
    source = _source("é = 1;\n  ü = mmap;\n")
    (offset,) = source.occurrences(b"mmap")
    assert source.line_column(offset) == (2, 7)
    span = source.span(0, len(source.data))
    assert (span.line, span.column, span.end_line) == (1, 1, 2)


def test_the_skeleton_of_a_file_with_a_byte_order_mark_or_carriage_returns() -> None:
    source = Source("file.c", b"#if A \\\r\n && B\r\nint x;\r\n#endif\r\n")
    assert [directive.text for directive in source.directives] == [b"A && B", b""]
    assert [source.data[chunk.start : chunk.end] for chunk in source.chunks] == [b"int x;"]


def test_include_guards_are_told_from_settings() -> None:
    guarded = _source("/* x */\n#ifndef NAME\n#define NAME\nint x;\n#endif\n// end\n", "a.h")
    assert guarded.guard == b"NAME"
    inner = _source("int y;\n#if !defined(SOME_H)\n#define SOME_H 1\nint x;\n#endif\n")
    assert inner.guard is None
    assert inner.guards == {0}
    for text in (
        "int y;\n#ifndef LIMIT\n#define LIMIT 1\nint x;\n#endif\n",
        "#ifndef SOME_H\n#define SOME_H 5\nint x;\n#endif\n",
        "#ifndef SOME_H\n#define SOME_H\nint x;\n#else\nint z;\n#endif\n",
        "int y;\n#ifndef HAVE_SYS_MMAN_H\n#define HAVE_SYS_MMAN_H 1\nint x;\n#endif\n",
        "#ifndef SOME_H\n#define SOME_H\n#endif\n",
    ):
        assert _source(text).guards == frozenset(), text
