"""What a name means and when a place is compiled, in all builds at once."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import pytest

from mapproof.frontends.c import standpoint
from mapproof.frontends.c.tree import SourceTree
from mapproof.model.condition import FALSE, TRUE, at_least, defined, equals, nonzero, opaque

if TYPE_CHECKING:
    from pathlib import Path

    from mapproof.model.condition import Condition


def _tree(folder: Path, files: dict[str, str], **options: object) -> SourceTree:
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True, parents=True)
        (folder / name).write_text(text)
    return SourceTree([str(folder / name) for name in files], **options)  # type: ignore[arg-type]  options are typed there


def _meanings(tree: SourceTree, path: Path, name: str) -> dict[str | None, Condition]:
    """The body of each meaning (``None`` without one) at the end of a file, with its presence."""
    source = tree.source(str(path))
    found = tree.alternatives(name, source, len(source.data))
    union, seen = FALSE, {}
    for entry in found:
        assert entry.presence.excludes(union)
        union = union | entry.presence
        body = entry.definition and b" ".join(token.text for token in entry.definition.body).decode()
        seen[body] = entry.presence
    assert (~union).satisfiable is False
    return seen


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("defined(X)", defined("X")),
        ("X", nonzero("X")),
        ("!X || defined Y", ~nonzero("X") | defined("Y")),
        ("X >= 3", at_least("X", 3)),
        ("3 < X", at_least("X", 4)),
        ("X == 5", equals("X", 5)),
        ("X + 1 > 1", at_least("X", 1)),
        ("1", TRUE),
        ("0x10 == 16 && 'a' > 96", TRUE),
        ("X & 1", opaque("X & 1")),
        ("X * 10 + Y >= 35", opaque("((X * 10) + Y) >= 35")),
        ("__has_include(<a/b.h>)", opaque("__has_include(<a/b.h>)")),
        ("__has_include(<a/b.h>) && 0", FALSE),
    ],
)
def test_conditions(text: str, expected: Condition, tmp_path: Path) -> None:
    tree = _tree(tmp_path, {"a.c": "int x;\n"})
    assert tree.condition(text, tree.source(str(tmp_path / "a.c")), 0) is expected


@pytest.mark.parametrize("text", ["", "1 +", "X Y", '"s"', "(1", "1)", "1.5", "f(", "defined", "#"])
def test_what_is_no_expression_is_an_open_question(text: str, tmp_path: Path) -> None:
    tree = _tree(tmp_path, {"a.c": "int x;\n"})
    source = tree.source(str(tmp_path / "a.c"))
    condition = tree.condition(text, source, 0)
    assert condition.satisfiable
    assert (~condition).satisfiable


def test_a_default_gives_way_to_the_build(tmp_path: Path) -> None:
    tree = _tree(tmp_path, {"a.c": "#ifndef X\n#define X 5\n#endif\n#if X > 3\nint a;\n#endif\n"})
    assert _meanings(tree, tmp_path / "a.c", "X") == {None: defined("X"), "5": ~defined("X")}
    source = tree.source(str(tmp_path / "a.c"))
    presence = tree.presence(source, source.data.index(b"int a"))
    assert presence == ~defined("X") | (defined("X") & at_least("X", 4))


def test_later_definitions_override_earlier_ones_where_they_are_compiled(tmp_path: Path) -> None:
    text = "#define X 1\n#ifdef A\n#undef X\n#define X 2\n#elif defined(B)\n#undef X\n#endif\n"
    tree = _tree(tmp_path, {"a.c": text})
    a, b = defined("A"), defined("B")
    assert _meanings(tree, tmp_path / "a.c", "X") == {"2": a, None: ~a & b, "1": ~a & ~b}
    source = tree.source(str(tmp_path / "a.c"))
    assert tree.condition("defined(X)", source, len(source.data)) == a | ~b
    assert tree.condition("X == 2", source, len(source.data)) == a


def test_command_line(tmp_path: Path) -> None:
    text = "#ifndef X\n#define X 5\n#endif\n#if Y\nint a;\n#endif\n#if F(3) == 6\nint b;\n#endif\n"
    tree = _tree(tmp_path, {"a.c": text}, defines={"X": "7", "F(n)": "(n * 2)"}, undefines=frozenset({"Y"}))
    assert _meanings(tree, tmp_path / "a.c", "X") == {"7": TRUE}
    source = tree.source(str(tmp_path / "a.c"))
    assert tree.presence(source, source.data.index(b"int a")) is FALSE
    assert tree.presence(source, source.data.index(b"int b")) is TRUE


def test_definitions_come_through_includes_and_their_guards(tmp_path: Path) -> None:
    files = {
        "src/a.c": '#include "one.h"\n#define MODE 2\n#include <two.h>\n#include "one.h"\nint x;\n',
        "src/one.h": "#if !defined(ONE_H)\n#define ONE_H\n#define X 1\n"
        "#ifdef MODE\n#define M MODE\n#else\n#define M 0\n#endif\n#endif\n",
        "inc/two.h": '#pragma once\n#include "../src/one.h"\n#if MODE == 2\n#undef X\n#define X 3\n#endif\n',
    }
    tree = _tree(tmp_path, files, include_dirs=[str(tmp_path / "inc")])
    path = tmp_path / "src/a.c"
    assert _meanings(tree, path, "X") == {"3": TRUE}
    assert _meanings(tree, path, "M") == {"MODE": defined("MODE"), "0": ~defined("MODE")}
    source = tree.source(str(path))
    (before,) = tree.alternatives("X", source, source.data.index(b"#define MODE"))
    assert before.definition is not None
    assert before.definition.path == str(tmp_path / "src/one.h")
    assert source.data[:1] == b"#"
    assert tree.presence(tree.source(str(tmp_path / "src/one.h")), 40) is TRUE


def test_an_include_is_found_by_its_end_if_only_one_file_fits(tmp_path: Path) -> None:
    files = {
        "src/a.c": '#include "lib/x.h"\n#include <sys/y.h>\n#include "z.h"\n',
        "deep/lib/x.h": "#define X 1\n",
        "deep/sys/y.h": "#define Y 1\n",
        "one/z.h": "#define Z 1\n",
        "two/z.h": "#define Z 2\n",
    }
    tree = _tree(tmp_path, files)
    path = tmp_path / "src/a.c"
    assert _meanings(tree, path, "X") == {"1": TRUE}
    happens = opaque(f"headers are looked for in {tmp_path}/deep")
    assert _meanings(tree, path, "Y") == {"1": happens, None: ~happens}
    assert set(_meanings(tree, path, "Z")) == {None}, "one letter is too little to look for in other files"


def test_names_are_looked_for_in_files_that_are_not_included(tmp_path: Path) -> None:
    files = {
        "a.c": "int x = FLAGS + local + PROT_READ + ELSE;\n",
        "b.h": "#ifdef B\n#define FLAGS 7\n#endif\n#define local 1\n#define PROT_READ 99\n",
        "c.c": "#define ELSE 1\n",
    }
    tree = _tree(tmp_path, files, platform_names=frozenset({"PROT_READ"}))
    path = tmp_path / "a.c"
    happens = opaque(f"{tmp_path}/b.h is included") & defined("B")
    assert _meanings(tree, path, "FLAGS") == {"7": happens, None: ~happens}
    for name in ("local", "PROT_READ", "ELSE"):
        assert _meanings(tree, path, name) == {None: TRUE}


def test_files_that_include_one_another_come_to_an_end(tmp_path: Path) -> None:
    files = {"a.h": '#include "b.h"\n#define A 1\n', "b.h": '#include "a.h"\n#ifdef A\n#define B 2\n#endif\n'}
    tree = _tree(tmp_path, files)
    assert _meanings(tree, tmp_path / "a.h", "A") == {"1": TRUE}
    assert set(_meanings(tree, tmp_path / "a.h", "B")) == {"2", None}


def test_a_chain_of_conditions_longer_than_the_stack(tmp_path: Path) -> None:
    links = "".join(
        f"#if M{n}\n#undef M{n + 1}\n#define M{n + 1} 1\n#else\n#undef M{n + 1}\n#endif\n" for n in range(1500)
    )
    tree = _tree(tmp_path, {"a.c": f"{links}int x;\n"})
    source = tree.source(str(tmp_path / "a.c"))
    assert tree.condition("M1500", source, len(source.data)) is nonzero("M0")


def test_the_condition_of_an_arm_excludes_the_arms_before(tmp_path: Path) -> None:
    text = "#if A\nint a;\n#elif B\nint b;\n#else\nint c;\n# ifdef A\nint d;\n# endif\n#endif\nint e;\n"
    tree = _tree(tmp_path, {"a.c": text})
    source = tree.source(str(tmp_path / "a.c"))
    a, b = nonzero("A"), nonzero("B")
    expected = {"a": a, "b": ~a & b, "c": ~a & ~b, "d": ~a & ~b & defined("A"), "e": TRUE}
    for name, condition in expected.items():
        assert tree.presence(source, source.data.index(f"int {name}".encode())) is condition


def test_cplusplus_is_known_by_the_language(tmp_path: Path) -> None:
    text = "#ifdef __cplusplus\nint a;\n#endif\n"
    tree = _tree(tmp_path, {"a.c": text, "a.cpp": text, "a.h": text})
    found = [tree.presence(tree.source(path), text.index("int")) for path in tree.files]
    assert found == [FALSE, TRUE, defined("__cplusplus")]


def test_what_can_not_be_read_raises_only_where_it_is_asked_for(tmp_path: Path) -> None:
    tree = SourceTree([str(tmp_path / "gone.c")])
    assert tree.files_containing([b"x"]) == {b"x": []}
    with pytest.raises(OSError, match=r"gone\.c"):
        tree.source(str(tmp_path / "gone.c"))


def test_files_containing_looks_at_bytes_only(tmp_path: Path) -> None:
    tree = _tree(tmp_path, {"a.c": "mmap(); /* mprotect */", "b.c": "int x;"})
    assert tree.files_containing([b"mmap", b"mprotect", b"munmap"]) == {
        b"mmap": [str(tmp_path / "a.c")],
        b"mprotect": [str(tmp_path / "a.c")],
        b"munmap": [],
    }


@pytest.mark.parametrize("most", [1, 2, 5, 2000])
def test_the_true_meaning_is_possible_however_small_conditions_must_be(
    most: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standpoint, "MOST_SIZE", most)
    switches = "ABCD"
    files = {f"{name}.h": f"#ifdef {name}\n#undef X\n#define X {name}\n#endif\n" for name in switches}
    files["a.c"] = "#define X none\n" + "".join(f'#include "{name}.h"\n' for name in switches) + "int x;\n"
    tree = _tree(tmp_path, files)
    source = tree.source(str(tmp_path / "a.c"))
    found = tree.alternatives("X", source, len(source.data))
    for chosen in product([False, True], repeat=len(switches)):
        build = TRUE
        for name, is_set in zip(switches, chosen, strict=True):
            build = build & (defined(name) if is_set else ~defined(name))
        expected = next((name for name, is_set in reversed([*zip(switches, chosen, strict=True)]) if is_set), "none")
        possible = {entry.definition.body[0].text.decode() for entry in found
                    if entry.definition and (entry.presence & build).satisfiable}  # fmt: skip
        assert expected in possible
        assert possible == {expected} or most < 2000
