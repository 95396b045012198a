"""Top-level declarations are cut where they begin and end, whatever the preprocessor does around them."""

from __future__ import annotations

import pytest

from mapproof.frontends.c.source import Source


def _chunks(text: str, path: str = "file.c") -> list[tuple[str, bool]]:
    source = Source(path, text.encode())
    return [(source.data[chunk.start : chunk.end].decode(), chunk.is_function) for chunk in source.chunks]


def test_declarations_and_functions() -> None:
    assert _chunks("""/* c */ int a = { 1 }, b[] = {2};
struct s { int x; } y;
typedef struct __attribute__((packed)) { int x; } z;
enum { A, B };
static int f(void) { if (1) { return 2; } return 3; } ;
int g(void) __attribute__((noreturn)) { }
struct s *h(struct s p) { return 0; }
int (*table[])(void) = { f, g };
MODULE("x") extern int k;
""") == [
        ("int a = { 1 }, b[] = {2};", False),
        ("struct s { int x; } y;", False),
        ("typedef struct __attribute__((packed)) { int x; } z;", False),
        ("enum { A, B };", False),
        ("static int f(void) { if (1) { return 2; } return 3; }", True),
        ("int g(void) __attribute__((noreturn)) { }", True),
        ("struct s *h(struct s p) { return 0; }", True),
        ("int (*table[])(void) = { f, g };", False),
        ('MODULE("x") extern int k;', False),
    ]


def test_a_function_with_parameters_declared_after_the_parentheses_is_one_chunk() -> None:
    assert _chunks("int a;\nint f(n, p)\n  int n;\n  char *p;\n{ return n; }\nint b;\n") == [
        ("int a;", False),
        ("int f(n, p)\n  int n;\n  char *p;\n{ return n; }", True),
        ("int b;", False),
    ]


def test_groups_of_whole_declarations_are_transparent() -> None:
    text = "#ifdef X\nint a;\n#else\nint b;\n# if Y\nint f(void) {}\n# endif\n#endif\n#ifdef __cplusplus\n"
    text += 'extern "C" {\n#endif\n'
    text += "int c;\n#ifdef __cplusplus\n}\n#endif\nint d;\n"
    assert [chunk for chunk, _ in _chunks(text)] == ["int a;", "int b;", "int f(void) {}", "int c;", "int d;"]


@pytest.mark.parametrize(
    "text",
    [
        "#ifdef X\nint f(int a) {\n#else\nint f(long a) {\n#endif\n return a; }",
        "int f(int a)\n#ifdef X\n{ return 1; }\n#else\n{ return 2; }\n#endif\n",
        "#ifdef X\nstatic\n#endif\nint f(int a) { return a; }",
        "int f(int a) {\n#if 0\n }\n#else\n if (a) {\n#endif\n a++; } return a; }",
        "int f(int a) {\n#ifdef X\n if (a) {\n#endif\n a++;\n#ifdef X\n }\n#endif\n return a; }",
    ],
)
def test_a_group_that_splits_a_declaration_belongs_to_it(text: str) -> None:
    found = _chunks(f"int before;\n{text}\nint after;\n")
    assert [is_function for _, is_function in found] == [False, True, False]
    assert found[1][0].strip() == text.strip()


def test_unbalanced_braces_do_not_swallow_the_rest() -> None:
    found = _chunks("int a;\nint f(void) {\n if (x) {\n}\nint g(void) {\n return 1;\n}\nint b;\n")
    assert ("int g(void) {\n return 1;\n}", True) in found
    assert found[-1] == ("int b;", False)


def test_macros_that_stand_alone_do_not_swallow_the_header() -> None:
    text = "#ifndef A_H\n#define A_H\nBEGIN_DECLS\n#ifdef X\nint a;\n#endif\nint b;\nEND_DECLS\n#endif\n"
    found = [chunk for chunk, _ in _chunks(text)]
    assert "int a;" in found
    assert "int b;" in found


def test_cpp_containers_are_entered() -> None:
    source = Source(
        "file.cpp",
        b"namespace a::b { class C final : public D<int> { public: C() : x{1}, y(2) { f(); } int x; };\n"
        b"struct P { int q; }; template <class T = int> T g(T t) { return t; } }\nC::~C() {}\n"
        b'extern "C" int h() { return 0; }\nbool operator==(const P &l, const P &r) { return true; }\n',
    )
    found = [(source.data[c.start : c.end].decode(), c.is_function, c.scope, c.member) for c in source.chunks]
    whole, constructor, *rest = found
    assert whole[0].startswith("class C final")
    assert whole[1:] == (False, ("a::b",), False)
    assert constructor == ("public: C() : x{1}, y(2) { f(); }", True, ("a::b", "C"), True)
    assert rest == [
        ("int x;", False, ("a::b", "C"), True),
        ("struct P { int q; };", False, ("a::b",), False),
        ("template <class T = int> T g(T t) { return t; }", True, ("a::b",), False),
        ("C::~C() {}", True, (), False),
        ('extern "C" int h() { return 0; }', True, (), False),
        ("bool operator==(const P &l, const P &r) { return true; }", True, (), False),
    ]
    inner = source.chunk_at(source.data.index(b"f();"))
    assert inner is not None
    assert inner.scope == ("a::b", "C")


def test_chunk_at_finds_the_declaration_or_nothing() -> None:
    source = Source("file.c", b"int a; /* between */ int f(void) { return 1; }\n")
    assert source.chunk_at(0) == source.chunks[0]
    assert source.chunk_at(8) is None
    assert source.chunk_at(source.data.index(b"return")) == source.chunks[1]
    assert source.chunk_at(len(source.data)) is None
