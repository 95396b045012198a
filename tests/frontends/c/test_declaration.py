"""What a chunk declares."""

from __future__ import annotations

from tests.frontends.c.plain import PlainReading, PlainScope

from mapproof.frontends.c.ctype import INT, UINT, Shape, pointer
from mapproof.frontends.c.declaration import declarations


def declared(text: str, *, cpp: bool = False):
    scope = PlainScope({"EIGHT": 8})
    return declarations(PlainReading(text.encode(), cpp=cpp), scope)


def test_records_list_their_members_in_order():
    text = """struct s { int a, *b; unsigned c : 3; int : 0; struct { int x; }; union { int u; long v; } w;
      int (*call)(int, char *); int grid[2][EIGHT]; };"""
    found = declared(text).records
    assert [member.name for member in found["s"].members] == ["a", "b", "c", "", "", "w", "call", "grid"]
    members = {member.name: member for member in found["s"].members if member.name}
    assert members["b"].type == pointer(INT)
    assert members["c"].bits == 3
    assert members["call"].type.target.shape is Shape.FUNCTION
    assert (members["grid"].type.length, members["grid"].type.target.length) == (2, 8)
    assert found[members["w"].type.tag].union


def test_typedefs_of_anonymous_records_bear_the_typedef_s_name():
    found = declared("typedef struct { int a; } T, *PT; typedef unsigned int u32; typedef int (*F)(void);")
    assert found.typedefs["T"].tag == "<T>"
    assert found.typedefs["PT"].target == found.typedefs["T"]
    assert found.records["<T>"].members[0].name == "a"
    assert found.typedefs["u32"] == UINT
    assert found.typedefs["F"].target.shape is Shape.FUNCTION


def test_enumerators_have_values_or_what_they_depend_on():
    found = declared("enum e { A, B = EIGHT << 1, C, D = ELSEWHERE, E, F = (int)sizeof(int) * 2 - 'a' };").constants
    assert {name: constant.value for name, constant in found.items()} == {
        "A": 0, "B": 16, "C": 17, "D": None, "E": None, "F": 8 - 97,
    }  # fmt: skip
    assert found["E"].expression == b"(ELSEWHERE)+1"


def test_objects_and_functions():
    text = """extern int out; static const int table[] = {1, 2, 3}; int both, fp(int), *p = &both;
      static inline int f(int a, ...) { return a; } int older(a, b) int a; char *b; { return a; }
      int none(); int (*ptr)(void);
      char text[] = "abcd";"""
    found = declared(text)
    assert {name: (entry.storage, entry.has_initializer) for name, entry in found.objects.items()} == {
        "out": ("extern", False), "table": ("static", True), "both": ("", False), "p": ("", True),
        "ptr": ("", False), "text": ("", True),
    }  # fmt: skip
    assert found.objects["table"].type.const
    assert found.objects["table"].type.length == 3
    assert found.objects["text"].type.length == 5
    made = {prototype.name: prototype for prototype in found.prototypes}
    f = made["f"]
    assert (f.storage, f.inline, f.variadic, f.definition) == (
        "static",
        True,
        True,
        True,
    )
    assert [parameter.name for parameter in made["older"].parameters] == ["a", "b"]
    assert made["none"].parameters is None
    assert not made["fp"].definition


def test_names_are_qualified_in_cpp():
    text = """namespace a::b { class C : public D<int> { int m = 3; static int s; public:
      C(int x = EIGHT); virtual ~C();
      void f() const; enum class E { X = 2, Y = X }; typedef int I;
      using U = unsigned; struct In { int z; }; }; int g; }
      int a::b::C::s = 4; template <class T> struct V { T t; };"""
    found = declared(text, cpp=True)
    body = found.records["a::b::C"]
    assert [member.name for member in body.members] == ["m", "s"]
    assert (body.members[0].default, body.members[1].static) == (b"3", True)
    assert body.bases == ("D",)
    assert [(method.name, method.virtual) for method in body.methods] == [("C", False), ("~C", True), ("f", False)]
    assert body.methods[0].prototype.parameters[0].default == b"EIGHT"
    assert found.constants["a::b::C::E::Y"].value == 2
    assert found.typedefs["a::b::C::U"] == UINT
    assert "a::b::C::In" in found.records
    assert set(found.objects) == {"a::b::g", "a::b::C::s"}
    assert not found.records["V"].members[0].type.known


def test_broken_text_declares_what_it_can():
    found = declared("int ok; struct { int a ; }}} = enum { ; int also; #garbage \x00")
    assert "ok" in found.objects
