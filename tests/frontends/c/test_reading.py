"""Readings: marks where they mean something, forks where they would not, and the way back to the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mapproof.frontends.c.reading import readings
from mapproof.frontends.c.source import Source
from mapproof.frontends.c.tree import SourceTree
from mapproof.model.condition import TRUE, defined

if TYPE_CHECKING:
    from mapproof.frontends.c.reading import Reading


def _read(text: str, path: str = "file.c", last: int = -1, **options: object) -> list[Reading]:
    """The readings of the last chunk of a text."""
    tree = SourceTree([path], **options)  # type: ignore[arg-type]  options are typed there
    source = Source(path, text.encode())
    tree.adopt(source)
    return readings(tree, source, source.chunks[last], cpp=source.cpp)


def _text(reading: Reading) -> str:
    return " ".join(reading.text.decode().split())


def test_a_function_without_macros_is_read_as_it_stands() -> None:
    (reading,) = _read("int f(int a) { /* c */ return a; }\n")
    assert reading.presence is TRUE
    assert reading.errors == ()
    assert reading.groups == {}
    assert reading.root.named_children[0].type == "function_definition"
    assert _text(reading) == "int f(int a) { return a; }"


def test_groups_in_a_block_become_marks_with_all_arms() -> None:
    (reading,) = _read("int f(int a) {\n#ifdef A\n a++;\n#elif defined(B)\n a--;\n#endif\n return a; }\n")
    a, b = defined("A"), defined("B")
    assert reading.groups == {0: (a, ~a & b, ~a & ~b)}
    assert _text(reading) == (
        "int f(int a) { __mapproof_arm(0,0); a++; __mapproof_arm(0,1); a--; __mapproof_arm(0,2); __mapproof_end(0);"
        " return a; }"
    )


def test_decided_groups_leave_no_marks() -> None:
    text = "#ifdef A\nint f(int a) {\n#ifdef A\n a++;\n#else\n a--;\n#endif\n#if B > 1\n a += 2;\n#endif\n"
    text += " return a; }\n#endif\n"
    (reading,) = _read(text, defines={"B": "2"})
    assert reading.presence is defined("A")
    assert _text(reading) == "int f(int a) { a++; a += 2; return a; }"


def test_an_arm_with_an_error_is_compiled_by_no_build() -> None:
    (reading,) = _read("int f(int a) {\n#ifdef A\n a++;\n#else\n#error no\n#endif\n return a; }\n")
    assert _text(reading) == "int f(int a) { a++; return a; }"


def test_groups_in_an_initializer_and_in_arguments() -> None:
    (reading,) = _read("int t[] = { 1,\n#ifdef A\n 2,\n#endif\n g(3,\n#ifdef B\n 4,\n#else\n 5, 6,\n#endif\n 7) };\n")
    assert reading.errors == ()
    assert _text(reading) == (
        "int t[] = { 1, __mapproof_arm(0,0), 2, __mapproof_arm(0,1), __mapproof_end(0), g(3, __mapproof_arm(1,0), 4,"
        " __mapproof_arm(1,1), 5, 6, __mapproof_end(1), 7) };"
    )


def test_marks_are_never_left_where_they_would_mean_something_else() -> None:
    """Each text forks: in one reading the arm is there, in the other it isn't, and no mark is left."""
    bodies = [
        "if (a)\n#ifdef A\n a = 1;\n#endif\n a = 2;",
        "return\n#ifdef A\n -\n#endif\n a;",
        "a = a\n#ifdef A\n & 1\n#endif\n ;",
        "g(a\n#ifdef A\n & 1\n#endif\n , 2);",
        "g(a,\n#ifdef A\n 1 +\n#endif\n 2);",
        "g(-\n#ifdef A\n 1, -\n#endif\n 2);",
        "int t[] = { .x =\n#ifdef A\n 1, .y =\n#endif\n 2, };",
        "if (a) return 1;\n#ifdef A\n if (a > 1) { a = 1; }\n#endif\n else { a = 3; }",
        "switch (a) { case 1:\n#ifdef A\n a = 1; case 2:\n#endif\n a = 3; }",
        "switch (a) {\n#ifdef A\n case 1: a = 1;\n#endif\n case 2: a = 3; }",
        "label:\n#ifdef A\n a = 1;\n#endif\n a = 2;",
        "if (a) { a = 1;\n#ifdef A\n } else {\n#endif\n a = 2; }",
        "do\n#ifdef A\n a++;\n#else\n a--;\n#endif\n while (a);",
        "for (;;\n#ifdef A\n a++, a++,\n#endif\n a++) ;",
        "struct { int x;\n#ifdef A\n int y;\n#endif\n } s;",
        "enum { X,\n#ifdef A\n Y,\n#endif\n Z };",
        "F(1\n#ifdef A\n , 2\n#endif\n );",
    ]
    for body in bodies:
        found = _read(f"#define F(...) g(__VA_ARGS__)\nint f(int a) {{ {body} }}\n")
        assert [reading.presence for reading in found] in ([defined("A"), ~defined("A")], [~defined("A"), defined("A")])
        for reading in found:
            assert b"__mapproof" not in reading.text, body
            assert reading.errors == (), body


def test_a_macro_with_several_meanings_is_a_choice() -> None:
    text = "#ifdef A\n#define X 1\n#elif defined(B)\n#define X g(2, 3)\n#endif\nint f(void) { return X + X; }\n"
    (reading,) = _read(text)
    a, b = defined("A"), defined("B")
    outside = ~a & ~b
    assert set(reading.groups[0]) == {a, ~a & b, outside}
    order = {a: "1", ~a & b: "g ( 2 , 3 )", outside: "X"}
    expected = ", ".join(order[condition] for condition in reading.groups[0])
    assert _text(reading).replace(" ", "") == (
        f"int f(void) {{ return __mapproof_choice(0,{expected})+__mapproof_choice(1,{expected}); }}".replace(" ", "")
    )


def test_a_choice_does_not_change_how_operators_bind() -> None:
    text = "#ifdef A\n#define X 1 + 2\n#else\n#define X 3\n#endif\nint f(void) { return 4 * X; }\n"
    found = {reading.presence: _text(reading) for reading in _read(text)}
    assert found == {
        defined("A"): "int f(void) { return 4 * 1 + 2 ; }",
        ~defined("A"): "int f(void) { return 4 * 3 ; }",
    }
    (whole,) = _read(text.replace("4 * X", "g(X)"))
    assert b"__mapproof_choice" in whole.text
    (flags,) = _read(text.replace("1 + 2", "1 | 2").replace("4 * X", "4 | X | 8"))
    assert b"__mapproof_choice" in flags.text


def test_statement_macros_become_arms() -> None:
    text = "#ifdef A\n#define LOG(x) do { p(x); } while (0)\n#else\n#define LOG(x)\n#endif\n"
    text += "void f(void) { LOG(1); g(); }\n"
    (reading,) = _read(text)
    assert reading.errors == ()
    assert set(reading.groups[0]) == {defined("A"), ~defined("A")}
    assert reading.text.count(b"__mapproof_arm(0,") == 2


def test_meanings_that_contradict_the_surroundings_are_left_out() -> None:
    text = "#ifdef A\n#define X 1\n#else\n#define X 2\n#endif\nint f(void) {\n#ifdef A\n return X;\n"
    text += "#else\n return X + 1;\n#endif\n}\n"
    (reading,) = _read(text)
    assert b"__mapproof_choice" not in reading.text
    assert b"return 1 ;" in reading.text
    assert b"return 2 + 1;" in reading.text


def test_linkage_macros_hide_nothing_that_shows() -> None:
    text = "#ifndef PRIVATE\n#define PRIVATE static\n#endif\n#ifdef DLL\n"
    text += "#define API __declspec(dllexport)\n#else\n#define API\n#endif\n"
    (one,) = _read(f"{text}PRIVATE int f(void) {{ return 1; }}\n")
    assert _text(one) == "int f(void) { return 1; }", "a build may make it visible"
    (two,) = _read(f"{text}API int g(void) {{ return 1; }}\n")
    assert two.errors == ()
    (value,) = _read("#ifndef EXTRA\n#define EXTRA\n#endif\nint x = 1 EXTRA;\n")[:1]
    assert len(_read("#ifndef EXTRA\n#define EXTRA\n#endif\nint x = 1 EXTRA;\n")) == 2
    assert value.presence in (defined("EXTRA"), ~defined("EXTRA"))


def test_a_string_is_a_value_unless_it_names_a_language() -> None:
    text = '#ifdef L\n# ifndef S\n#  define S "a"\n# endif\n#endif\nint f(const char *n) { return g(n, S); }\n'
    (reading,) = _read(text)
    assert _text(reading) == 'int f(const char *n) { return g(n, __mapproof_choice ( 0 , "a" , S ) ); }'
    assert reading.errors == ()


def test_no_input_can_forge_a_mark() -> None:
    text = "#define GLUE(a, b) a ## b\n"
    text += "int f(void) { __mapproof_arm(0,0); g(); __mapproof_end(0); return GLUE(__mapproof, _choice)(0, 1, 2); }\n"
    (reading,) = _read(text)
    assert reading.groups == {}
    assert reading.text.count(b"___mapproof_") == reading.text.count(b"__mapproof_") == 3


def test_origins_lead_back_to_the_file() -> None:
    text = "#define PROT PROT_READ | INNER\n#define INNER PROT_WRITE\n#define MAP(n, p) mmap(0, n, p, 1, -1, 0)\n"
    text += "void *f(int n) { return MAP(n + 1, PROT); }\n"
    (reading,) = _read(text)

    def at(word: bytes) -> tuple[str, tuple[str, ...], str | None]:
        origin = reading.origin(reading.text.index(word))
        name = origin.definition.name if origin.definition is not None else None
        return text[origin.start : origin.end], origin.macros, name

    assert at(b"return") == ("return", (), None)
    assert at(b"mmap") == ("MAP(n + 1, PROT)", ("MAP",), "MAP")
    assert at(b"n +") == ("n", ("MAP",), None)
    assert at(b"PROT_READ") == ("PROT", ("MAP", "PROT"), "PROT")
    assert at(b"PROT_WRITE") == ("PROT", ("MAP", "PROT", "INNER"), "INNER")
    before = reading.text.index(b"{")
    assert text[reading.origin(before).start] == "{"
    assert text[reading.origin(before + 1).start :].startswith("return")


def test_old_style_functions_become_prototypes() -> None:
    (reading,) = _read("static void *f(n, p, q, cb)\n unsigned long n; char *p, **q; int (*cb)(int);\n{ return p; }\n")
    assert reading.errors == ()
    assert _text(reading).replace(" ", "") == (
        "static void *f(unsigned long n, char *p, char **q, int (*cb)(int)) { return p; }".replace(" ", "")
    )


def test_words_of_compilers_are_left_out_where_they_are_in_the_way() -> None:
    for text in (
        "EXPORT_SYM int f(void) { return 1; }",
        "static __init int f(void *p, int (WINAPI *cb)(int)) { return 1; }",
        "HANDLE WINAPI Create(LPVOID p) { return p; }",
        "asmlinkage long f(struct s __user *p) { return 1; }",
        "int f(void) __attribute__((noinline)) { return __extension__ ({ int x = 1; x; }); }",
        "int x __attribute__((aligned(8))) = 1;",
    ):
        (reading,) = _read(text)
        assert reading.errors == (), text


def test_inline_assembly_is_never_left_out() -> None:
    for text in (
        'void f(void) { if (x) g(); else asm volatile ("syscall"); FOO BAR }',
        'void f(void) { l: asm("x"); $ }',
    ):
        (reading,) = _read(text)
        assert b"asm" in reading.text


def test_headers_are_read_as_the_language_that_fits() -> None:
    (plain,) = _read("static inline int f(int class) { return class; }\n", "file.h")
    assert not plain.cpp
    (cpp,) = _read("template <class T> T f(T a) { return std::move(a); }\n", "file.h")
    assert cpp.cpp
    assert cpp.errors == ()


def test_members_are_read_in_their_class() -> None:
    (reading,) = _read("class C { C() : x{1}, y(2) { f(); } };\n", "file.cpp")
    assert reading.errors == ()
    assert _text(reading) == "struct C{C() : x{1}, y(2) { f(); }};"


def test_more_readings_than_the_limit_are_said_to_be_missing() -> None:
    groups = "".join(f"#ifdef T{n}\n#define T{n}_ int\n#else\n#define T{n}_ long\n#endif\n" for n in range(8))
    found = _read(f"{groups}void f(void) {{ {' '.join(f'T{n}_ v{n};' for n in range(8))} }}\n")
    assert len(found) <= 64
    union = ~TRUE
    for reading in found:
        assert reading.presence.excludes(union)
        union = union | reading.presence
    assert union is TRUE
    limited = [reading for reading in found if reading.errors]
    assert limited
    assert {fault.kind for reading in limited for fault in reading.errors} == {"limit"}


def test_what_the_grammar_does_not_know_is_listed() -> None:
    (reading,) = _read("int f(void) { return 1 @@ 2; }\nint g;\n", last=0)
    assert [fault.kind for fault in reading.errors] == ["parse"]
    (included,) = _read('int t[] = {\n#include "table.inc"\n};\n')
    assert [(fault.kind, fault.offset) for fault in included.errors] == [("include", 12)]
    (wrong,) = _read("#define F(a, b) a\nint x = F(1);\n")
    assert [fault.kind for fault in wrong.errors] == ["macro"]


def test_a_macro_may_bring_the_parentheses_of_a_condition_along() -> None:
    (reading,) = _read("int f(int a) { if likely(a > (1)) return 1; while unlikely (a) a--; return a; }\n")
    assert reading.errors == ()
    text = _text(reading).replace(" ", "")
    assert text == "intf(inta){if(likely(a>(1)))return1;while(unlikely(a))a--;returna;}"


def test_it_may_bring_them_along_in_some_builds() -> None:
    text = "#ifdef A\n#define likely(x) (__builtin_expect(x, 1))\n#else\n#define likely(x) (x)\n#endif\n"
    (reading,) = _read(text + "int f(int a) { if likely(a) return 1; return a; }\n")
    assert reading.errors == ()
    assert "if(__mapproof_choice(0,(a),(__builtin_expect(a,1))))return1;" in _text(reading).replace(" ", "")


def test_an_atomic_type_in_parentheses_is_that_type() -> None:
    (reading,) = _read("int f(void) { static _Atomic(long) a; _Atomic(int *) b, c; _Atomic int d; return a; }\n")
    assert reading.errors == ()
    assert "static __typeof__(long) a; __typeof__(int *) b, c; _Atomic int d;" in _text(reading)
