"""The shape of lowered functions: calls as written, configurations as edges, summaries, what C++ adds."""

from __future__ import annotations

import pytest
from tests.frontends.c.concrete import Machine, NotUnderstoodError
from tests.frontends.c.plain import lower_text

from mapproof.model.condition import defined
from mapproof.model.ir import Const, Opcode, Symbol, SymbolKind, Unknown, Var

PROT = {"PROT_READ": 1, "PROT_WRITE": 2, "PROT_EXEC": 4}
A, B = defined("A"), defined("B")


def operations(function, opcode):
    return [op for block in function.blocks for op in block.operations if op.opcode is opcode]


def calls(function, name):
    return [op for op in operations(function, Opcode.CALL) if op.inputs[0] == Symbol(SymbolKind.FUNCTION, name)]


def machine_for(program, build, **externals):
    def holds(condition):
        return condition.evaluate(lambda atom: atom.symbol in build)

    functions = {entry.function.symbol: entry.function for entry in program.lowered}
    return Machine(functions, holds, dict(externals))


def run(program, name, build, *arguments, **externals):
    return machine_for(program, build, **externals).run(program.function(name), arguments)


# Constants and calls.


def test_constants_keep_their_spelling():
    program = lower_text("int f(void) { return PROT_READ | PROT_EXEC; }", constants=PROT)
    (both,) = operations(program.function("f"), Opcode.INT_OR)
    assert both.inputs == (Const(1, 4, "PROT_READ"), Const(4, 4, "PROT_EXEC"))


def test_a_name_that_nothing_is_known_of_is_unknown():
    (result,) = operations(lower_text("int f(void) { return PROT_SECRET; }").function("f"), Opcode.RETURN)
    assert result.inputs == (Unknown("unknown-name", 4),)


def test_a_call_is_located_and_spelled_as_written():
    text = "int f(int fd) {\n  return mmap( 0,\n    4096, (fd) );\n}\n"
    (call,) = calls(lower_text(text).function("f"), "mmap")
    assert call.call.written == "mmap"
    assert call.call.via == ()
    assert call.call.arguments == ("0", "4096", "(fd)")
    assert text[call.location.start : call.location.end] == "mmap( 0,\n    4096, (fd) )"
    assert (call.location.line, call.location.column, call.location.end_line) == (2, 10, 3)


def test_a_callee_out_of_a_macro_is_spelled_by_the_macro():
    text = "int f(int fd) { return osMmap(0, fd); }"
    start = text.index("osMmap")
    program = lower_text(text, macros=((start, start + 6, "osMmap"),))
    (call,) = calls(program.function("f"), "osMmap")
    assert (call.call.written, call.call.via, call.call.arguments) == ("osMmap", ("macro",), ("0", "fd"))


def test_arguments_are_evaluated_from_left_to_right_and_once():
    program = lower_text("int one(void); int two(void); int f(void) { return g(one(), two(), one()); }")
    order = [op.inputs[0].name for op in operations(program.function("f"), Opcode.CALL)]
    assert order == ["one", "two", "one", "g"]


def test_an_unsigned_constant_is_extended_by_zero():
    program = lower_text("void g(unsigned long); void f(void) { g(0x80000000); g(-1); }")
    first, second = calls(program.function("f"), "g")
    assert first.inputs[1] == Const(0x80000000, 8)
    assert second.inputs[1] == Const(-1, 8)


# Branches.


def test_an_edge_tests_the_comparison_itself():
    function = lower_text("int f(int x) { if (x & 4) return 1; return 2; }").function("f")
    (comparison,) = operations(function, Opcode.INT_NOTEQUAL)
    tests = [edge.test for edge in function.blocks[0].edges]
    assert tests == [comparison.output, comparison.output]
    assert [edge.nonzero for edge in function.blocks[0].edges] == [True, False]


def test_nothing_is_concluded_from_an_unknown_width():
    text = "int f(secret_t x) { if (x == 3) return 1; if (x < 0) return 2; if (x == 0) return 3; return 4; }"
    function = lower_text(text).function("f")
    tests = [edge.test for block in function.blocks for edge in block.edges if edge.test is not None]
    assert {type(test) for test in tests} == {Unknown, Var}
    (known,) = operations(function, Opcode.INT_EQUAL)
    assert Const(0, 8) in known.inputs


# Configurations.

ARMS = """int f(int x) {
  int prot = PROT_READ;
  __mapproof_arm(0,0); prot |= PROT_WRITE; __mapproof_arm(0,1); __mapproof_end(0);
  __mapproof_arm(1,0); int more = PROT_EXEC; __mapproof_arm(1,1); int more = 0; __mapproof_end(1);
  return prot | more;
}"""


@pytest.mark.parametrize(("build", "expected"), [((), 1), (("A",), 3), (("B",), 5), (("A", "B"), 7)])
def test_arms_of_a_group_run_in_their_builds(build, expected):
    program = lower_text(ARMS, constants=PROT, groups={0: (A, ~A), 1: (B, ~B)})
    assert run(program, "f", build, 0) == expected


def test_arms_that_declare_a_variable_differently_make_one_variable():
    text = "long f(long x) { __mapproof_arm(0,0); int v = x; __mapproof_arm(0,1); long v = x; __mapproof_end(0);"
    text += " return v; }"
    program = lower_text(text, groups={0: (A, ~A)})
    assert run(program, "f", (), 1 << 40) == 1 << 40
    assert run(program, "f", ("A",), 5) == 5


@pytest.mark.parametrize(("build", "expected"), [((), 7), (("A",), 3)])
def test_a_choice_is_a_value(build, expected):
    program = lower_text("int f(int x) { return __mapproof_choice(0, 1, x) + 2; }", groups={0: (A, ~A)})
    assert run(program, "f", build, 5) == expected


@pytest.mark.parametrize(("build", "expected"), [((), 9), (("A",), 5)])
def test_a_choice_is_a_place(build, expected):
    text = "int f(int x) { int y = 5; __mapproof_choice(0, x, y) = 9; return y; }"
    assert run(lower_text(text, groups={0: (A, ~A)}), "f", build, 5) == expected


@pytest.mark.parametrize(("build", "x", "expected"), [((), 0, 2), ((), 1, 1), (("A",), 0, 1), (("A",), 1, 2)])
def test_a_choice_is_a_condition(build, x, expected):
    text = "int f(int x) { if (__mapproof_choice(0, x == 0, x > 0) && 1) return 1; return 2; }"
    assert run(lower_text(text, groups={0: (A, ~A)}), "f", build, x) == expected


def test_a_choice_of_callees_calls_each_in_its_build():
    text = "int one(int); int two(int); int f(int x) { return __mapproof_choice(0, one, two)(x) + 1; }"
    program = lower_text(text, groups={0: (A, ~A)})
    externals = {"one": lambda x: 10 * x, "two": lambda x: 100 * x}
    assert run(program, "f", ("A",), 3, **externals) == 31
    assert run(program, "f", (), 3, **externals) == 301
    assert {"one", "two"} <= program.entry("f").calls


@pytest.mark.parametrize(("build", "expected"), [((), (1, 8, 9)), (("A",), (1, 5, 9)), (("B",), (1, 8))])
def test_arms_inside_an_argument_list(build, expected):
    text = "int f(void) { return g(1, __mapproof_arm(0,0), 5, __mapproof_arm(0,1), 8, __mapproof_end(0), "
    text += "__mapproof_arm(1,0), __mapproof_arm(1,1), 9, __mapproof_end(1)); }"
    program = lower_text(text, groups={0: (A, ~A), 1: (B, ~B)})
    machine = machine_for(program, build, g=lambda *_: 0)
    machine.run(program.function("f"))
    assert machine.calls == [("g", expected)]


TABLE = """struct row { const char *name; int (*call)(int); };
int one(int x) { return 10 + x; } int two(int x) { return 20 + x; } int three(int x) { return 30 + x; }
struct row rows[] = { {"one", one}, __mapproof_arm(0,0), {"two", two}, __mapproof_arm(0,1), __mapproof_end(0),
  __mapproof_arm(1,0), __mapproof_arm(1,1), {"more", 0}, two, __mapproof_end(1), {"three", three} };
int f(int i) { return rows[i].call ? rows[i].call(1) : -1; }"""


@pytest.mark.parametrize(
    ("build", "expected"),
    [
        ((), [11, None, 0, None]),
        (("B",), [11, 31, None, None]),
        (("A", "B"), [11, 21, 31, None]),
    ],
)
def test_arms_inside_an_initializer_shift_what_follows(build, expected):
    program = lower_text(TABLE.replace(', {"more", 0}, two,', ","), groups={0: (A, ~A), 1: (B, ~B)})
    machine = machine_for(program, build)
    for initializer in program.initializers:
        assert initializer.incomplete == ()
        machine.run(initializer)
    stored = {address.path[0] for address in machine.memory if address.base[1] == "rows"}
    assert stored == set(range(1 + ("A" in build) + 1))
    for index, value in enumerate(expected):
        if value is not None and index in stored and value:
            assert machine.run(program.function("f"), (index,)) == value


def test_an_initializer_beyond_the_limit_is_forgotten():
    groups = {number: (defined(f"A{number}"), ~defined(f"A{number}")) for number in range(80)}
    parts = ", ".join(f"__mapproof_arm({n},0), {n}, __mapproof_arm({n},1), __mapproof_end({n})" for n in range(80))
    program = lower_text(f"int v[] = {{ {parts}, 5 }};", groups=groups)
    (initializer,) = program.initializers
    assert initializer.incomplete
    last = [op for block in initializer.blocks for op in block.operations][-1]
    assert last.opcode is Opcode.STORE
    assert isinstance(last.inputs[1], Unknown)


def test_an_unknown_record_of_numbers_holds_anything_and_no_address():
    program = lower_text("void f(void) { secret v = {0}; }")
    assert not program.function("f").incomplete


def test_an_unknown_record_is_filled_in_by_position_and_says_so():
    (initializer,) = lower_text("int f(void); secret v = {f, &v};").initializers
    assert any("not known" in entry for entry in initializer.incomplete)
    fields = [op.inputs[1].name for op in operations(initializer, Opcode.PTRSUB) if hasattr(op.inputs[1], "name")]
    assert fields == ["#0", "#1"]


# What cannot be known.


def test_assembly_is_a_possible_system_call():
    text = 'int f(int p) { int r; asm volatile("syscall" : "=a"(r) : "0"(9), "d"(p) : "memory"); return r; }'
    program = lower_text(text)
    (call,) = calls(program.function("f"), "asm:syscall")
    assert call.inputs[1] == Const(9, 8)
    assert "asm:syscall" in program.entry("f").calls
    (result,) = operations(program.function("f"), Opcode.RETURN)
    with pytest.raises(NotUnderstoodError):
        run(program, "f", (), 3, **{"asm:syscall": lambda *_: 0})
    assert isinstance(result.inputs[0], Var)


def test_a_store_into_a_union_changes_its_other_members():
    text = "union u { int a; char b[4]; struct { short x, y; }; };"
    text += "int f(void) { union u v; v.x = 1; v.a = 5; return v.x; }"
    with pytest.raises(NotUnderstoodError):
        run(lower_text(text), "f", ())
    kept = text.replace("return v.x", "return v.a")
    assert run(lower_text(kept), "f", ()) == 5


def test_a_pointer_cast_to_another_layout_points_nobody_knows_where():
    text = "struct s { int a, b; }; int f(void) { struct s v = {1, 2}; *(char *)&v = 7; return v.a; }"
    with pytest.raises(NotUnderstoodError):
        run(lower_text(text), "f", ())


def test_broken_syntax_forgets_what_it_names_and_makes_its_calls():
    text = "int f(int a) { int p = 1; int q = 2; p = @ 3 $$ mprotect(a, 4096, p) ; return p + q; }"
    program = lower_text(text)
    function = program.function("f")
    assert function.incomplete
    assert "mprotect" in program.entry("f").calls
    forgotten = {op.output.name for op in operations(function, Opcode.COPY) if op.inputs == (Unknown("syntax", 4),)}
    assert "p" in forgotten
    assert "q" not in forgotten


def test_setjmp_is_a_plain_call():
    assert "setjmp" in lower_text("int f(void) { if (setjmp(b)) return 1; return 2; }").entry("f").calls


# Summaries.


def test_a_body_is_summarized():
    text = """struct s { int prot; struct { int deep; } in; int (*call)(void); };
    int g, h; int other(void); static int called(void);
    void f(struct s *p) { p->in.deep = 1; p->call = other; g = 2; use(&h); called(); (&called)(); if (p->prot) g++; }"""
    entry = lower_text(text).entry("f")
    assert entry.stores_members == {"in", "deep", "call"}
    assert entry.stores_objects == {"g"}
    assert entry.address_taken == {"other", "h"}
    assert entry.calls == {"use", "called"}


def test_static_locals_are_objects_of_their_own():
    entry = lower_text("static int f(void) { static int n = 4, m; { static int n = 5; n++; } return n + m; }").entry(
        "f"
    )
    assert [static.symbol for static in entry.statics] == ["f::n", "f::m", "f::n#2"]
    assert [len(operations(static, Opcode.STORE)) for static in entry.statics] == [1, 0, 1]
    assert entry.is_static
    assert not entry.function.exported


# C++.


def test_a_call_without_a_known_prototype_may_change_its_arguments():
    text = "int f() { int prot = 1; mystery(prot); return prot; } int g() { int prot = 1; known(prot); return prot; }"
    program = lower_text("int known(int);" + text, cpp=True)
    with pytest.raises(NotUnderstoodError):
        run(program, "f", (), mystery=lambda *_: 0)
    assert run(program, "g", (), known=lambda *_: 0) == 1


def test_default_arguments_keep_their_spelling():
    program = lower_text("void g(int, int = PROT_READ); void f() { g(1); }", cpp=True, constants=PROT)
    (call,) = calls(program.function("f"), "g")
    assert call.inputs[1:] == (Const(1, 4), Const(1, 4, "PROT_READ"))


def test_handlers_are_reached_from_every_call_in_the_block():
    text = "int f() { int p = 1; try { one(); p = 2; two(); p = 3; } catch (...) { return p; } return 9; }"
    function = lower_text(text, cpp=True).function("f")
    (handled,) = [
        index
        for index, block in enumerate(function.blocks)
        if any(op.opcode is Opcode.RETURN and op.inputs == (Var("p", 4),) for op in block.operations)
    ]
    before = {i for i, block in enumerate(function.blocks) if any(edge.target == handled for edge in block.edges)}
    sources = {i for i, block in enumerate(function.blocks) if any(edge.target in before for edge in block.edges)}
    assert len(sources) >= 4


def test_virtual_methods_may_be_any_class_s():
    text = "struct I { virtual int map(int p) = 0; int plain(int); }; int f(I *i) { return i->map(4) + i->plain(1); }"
    assert lower_text(text, cpp=True).entry("f").calls == {"*::map", "I::plain"}


def test_a_lambda_is_a_function_and_lets_what_it_captures_escape():
    text = "int f() { int k = 1;\n auto l = [&k](int z) { k = z; return z; };\n l(2); return k; }"
    program = lower_text(text, cpp=True)
    assert [entry.function.symbol for entry in program.lowered] == ["f", "f::lambda@2"]
    (escaped,) = operations(program.function("f"), Opcode.CALLOTHER)
    assert escaped.inputs == (Symbol(SymbolKind.SLOT, "k"),)
    assert "f::lambda@2" in program.entry("f").address_taken
    assert program.entry("f::lambda@2").is_static


def test_template_parameters_are_unknown():
    program = lower_text(
        "typedef int T; const int N = 4; template <typename T, int N> int f(T x) { return N; }", cpp=True
    )
    (result,) = operations(program.function("f"), Opcode.RETURN)
    assert not isinstance(result.inputs[0], Const)


def test_an_anonymous_namespace_is_not_exported():
    program = lower_text("namespace a { namespace { int f() { return 1; } } int g() { return f(); } }", cpp=True)
    assert not program.function("a::f").exported
    assert program.function("a::g").exported
    assert program.entry("a::g").calls == {"a::f"}


def test_member_initializers_store_to_members():
    text = "struct S { int prot = PROT_READ; int *p; S(int *q) : p(q) {} S(int x) : prot(x) {} };"
    program = lower_text(text, cpp=True, constants=PROT)
    stores = [entry.stores_members for entry in program.lowered]
    assert stores == [{"prot", "p"}, {"prot"}]


def test_an_operator_on_an_enumeration_is_the_program_s_own():
    text = "enum class M { R = 1, W = 2 }; M operator|(M a, M b); M f() { return M::R | M::W; } M g() { return M::R; }"
    program = lower_text(text, cpp=True)
    assert program.entry("f").calls == {"operator|"}
    assert program.entry("g").calls == set()


def test_a_stream_changes_what_it_reads_into():
    program = lower_text("int f() { int prot = 1; in >> prot; return prot; }", cpp=True)
    with pytest.raises(NotUnderstoodError):
        run(program, "f", ())


def test_a_loop_over_an_array_may_change_any_element():
    text = "int f() { int v[2] = {1, 2}; for (auto &e : v) { e = 7; } return v[0]; }"
    function = lower_text(text, cpp=True).function("f")
    stored = [op for op in operations(function, Opcode.STORE) if op.inputs[0] == Var("e", 8)]
    assert [op.inputs[1] for op in stored] == [Const(7, 4)]
    (bound,) = [op for op in operations(function, Opcode.COPY) if op.output == Var("e", 8)]
    (moved,) = [op for op in operations(function, Opcode.PTRADD) if op.output == bound.inputs[0]]
    assert isinstance(moved.inputs[1], Unknown)


def test_references_out_of_an_object_let_it_escape():
    text = "struct P { int a, b; }; int f() { P p = {1, 2}; auto &[x, y] = p; x = 5; return p.a; }"
    function = lower_text(text, cpp=True).function("f")
    assert [op.inputs for op in operations(function, Opcode.CALLOTHER)] == [(Symbol(SymbolKind.SLOT, "p"),)]


def test_typeof_a_variable():
    program = lower_text("long f(long a) { unsigned char c = a; __typeof__(c) d = c + 1; return d; }")
    assert run(program, "f", (), 255) == 0
