"""Source lines and carets: the carets stand under the argument that decides, in the cells a terminal shows."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

import pytest

from mapproof.model.location import Span
from mapproof.report.excerpt import Line, argument_stretches, excerpt

from .conftest import SOURCE, span_of


def underlined(lines: list[Line]) -> list[str]:
    return [line.text[slice(*line.carets)] for line in lines if line.carets]


def moved(site, path, content: bytes, text: bytes, until: bytes | None = None):
    """The site of ``text`` in other content, without evidence."""
    path.write_bytes(content)
    place = span_of(str(path), content, text, until)
    return replace(site, location=place, sha256=sha256(content).hexdigest(), evidence=())


def test_evidence_tells_the_deciding_argument(site):
    lines = excerpt(site, 100, {})
    assert [line.number for line in lines] == [4, 5, 6]
    assert underlined(lines) == ["ro ? PROT_READ : PROT_READ|PROT_WRITE"]
    assert lines[1].text.startswith(" " * 24 + "ro ?"), "three tabs of eight cells"


def test_the_callee_tells_it_where_evidence_does_not(site):
    bare = replace(site, evidence=())
    assert underlined(excerpt(bare, 100, {"mmap": 2})) == ["ro ? PROT_READ : PROT_READ|PROT_WRITE"]
    assert underlined(excerpt(bare, 100, {"mmap": 9})) == ["osMmap(0, n,"]


def test_a_wrapper_may_order_its_parameters_otherwise(site):
    wrapper = replace(site, evidence=(), callee=replace(site.callee, via=("wrapper",)))
    assert underlined(excerpt(wrapper, 100, {"mmap": 2})) == ["osMmap(0, n,"]


def test_without_a_deciding_argument_the_calls_first_line_is_underlined(site):
    assert underlined(excerpt(replace(site, evidence=()), 100, {})) == ["osMmap(0, n,"]


def test_a_changed_file_is_not_quoted(site, source):
    source.write_bytes(SOURCE.replace(b"PROT_READ|", b"PROT_EXEC|"))
    text = "\n".join(line.text for line in excerpt(site, 100, {}))
    assert "PROT_READ|PROT_WRITE" in text
    assert "PROT_EXEC" not in text


def test_a_vanished_file_without_a_copy_shows_nothing(site, source):
    source.unlink()
    assert excerpt(replace(site, source=""), 100, {}) == []


def test_an_address_has_no_lines(unresolved):
    assert excerpt(unresolved.site, 100, {}) == []


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b""])
def test_line_ends_do_not_show(site, source, end):
    content = b"x;" + (end or b"\n") + b"mmap(0, 1, 7, 2, -1, 0);" + end
    lines = excerpt(moved(site, source, content, b"mmap(", b")"), 100, {"mmap": 2})
    assert [line.text for line in lines] == ["mmap(0, 1, 7, 2, -1, 0);"]
    assert underlined(lines) == ["7"]


def test_wide_combining_and_broken_characters_keep_the_carets_in_place(site, source):
    content = "/* 漢e\u0301 */ ".encode() + b"/*\xff*/ mmap(0, 1, 7, 2, -1, 0);"
    (line,) = excerpt(moved(site, source, content, b"mmap(", b")"), 100, {"mmap": 2})
    assert line.text == "/* 漢e\u0301 */ /*\\xff*/ mmap(0, 1, 7, 2, -1, 0);"
    before = "/* 漢e\u0301 */ /*\\xff*/ mmap(0, 1, "
    assert line.carets == (len(before), len(before) + 1), "one wide character and one without a cell even out"


def test_escapes_in_the_source_are_neutralised(site, source):
    content = b"mmap(0, 1, /*\x1b[2J*/ 7, 2, -1, 0);"
    (line,) = excerpt(moved(site, source, content, b"mmap(", b")"), 100, {"mmap": 2})
    assert "\x1b" not in line.text
    assert "\\x1b[2J" in line.text


def test_a_line_of_a_megabyte_is_cut_around_the_call(site, source):
    content = b"x=1;" * 250_000 + b"mmap(0, 1, 7, 2, -1, 0);" + b"y=2;" * 250_000
    (line,) = excerpt(moved(site, source, content, b"mmap(", b")"), 80, {"mmap": 2})
    assert len(line.text) <= 80
    assert line.text[0] == line.text[-1] == "…"
    assert underlined([line]) == ["7"]


def test_a_long_call_keeps_head_marks_and_end(site, source):
    filler = b"".join(b"  /* %d */\n" % number for number in range(30))
    content = b"mmap(0,\n" + filler + b"1,\n7,\n" + filler + b"2, -1, 0);"
    lines = excerpt(moved(site, source, content, b"mmap(", b"0)"), 80, {"mmap": 2})
    assert len(lines) < 10
    assert underlined(lines) == ["7"]
    assert [line.number for line in lines].count(None) == 2
    assert lines[-1].text == "2, -1, 0);"


@pytest.mark.parametrize(
    ("call", "arguments"),
    [
        (b"f()", []),
        (b"f( a ,b)", [b"a", b"b"]),
        (b"((fn)t[2].p)(a, g(b, c), d[e, f])", [b"a", b"g(b, c)", b"d[e, f]"]),
        (b'f(",)(", \',\', "\\"")', [b'",)("', b"','", b'"\\""']),
        (b"f(a /* , ) */, b // )\n, c)", [b"a /* , ) */", b"b // )", b"c"]),
        (b"f(, a)", [b"", b"a"]),
        (b"f(a", []),
        (b"f)a(", []),
        (b"f(a, 'x", []),
    ],
)
def test_arguments_are_cut_at_their_own_commas(call, arguments):
    assert [call[low:high] for low, high in argument_stretches(call, 0, len(call))] == arguments


def test_an_impossible_span_is_not_followed(site):
    place = site.location
    assert isinstance(place, Span)
    text = [line.text for line in excerpt(replace(site, location=replace(place, end=10**9)), 100, {})]
    assert text[0].startswith("osMmap(")
