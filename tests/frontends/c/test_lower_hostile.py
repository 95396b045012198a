"""No text makes lowering raise, and none makes it forget that it gave up."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from tests.frontends.c.plain import lower_text

from mapproof.model.ir import Opcode

HERE = Path(__file__).parent

DEEP = {
    "parentheses": "int f(int a) { int p = " + "(" * 10_000 + "a" + ")" * 10_000 + "; mprotect(p); return p; }",
    "else if": "int f(int a) { int p = 0; "
    + " else ".join(f"if (a == {i}) p = {i};" for i in range(500))
    + " mprotect(p); }",
    "if": "int f(int a) { " + "if (a) { " * 2000 + "mprotect(a);" + "}" * 2000 + " }",
    "negation": "int f(int a) { mprotect(" + "- " * 3000 + "a); }",
    "sum": "int f(int a) { mprotect(" + "a + " * 5000 + "a); }",
    "and": "int f(int a) { if (" + "a && " * 3000 + "a) mprotect(a); }",
    "conditional": "int f(int a) { mprotect(" + "a ? 1 : " * 2000 + "a); }",
    "blocks": "int f(int a) { " + "{" * 3000 + "mprotect(a);" + "}" * 3000 + " }",
    "casts": "int f(int a) { mprotect(" + "(int)" * 3000 + "a); }",
    "calls": "int f(int a) { " + "g(" * 2000 + "mprotect(a)" + ")" * 2000 + "; }",
    "pointers": "int " + "*" * 3000 + "p; int f() { mprotect(" + "*" * 3000 + "p); }",
    "comma": "int f(int a) { mprotect((" + "a, " * 5000 + "a)); }",
    "labels": "int f(int a) { " + "".join(f"l{i}: " for i in range(2000)) + "mprotect(a); }",
    "switches": "int f(int a) { " + "switch (a) { case 1: " * 300 + "mprotect(a);" + "}" * 300 + " }",
    "assignments": "int f(int a) { mprotect(" + "a = " * 2000 + "a); }",
    "braces": "int f(int a) { int v[] = " + "{" * 1000 + "mprotect(a)" + "}" * 1000 + "; }",
}


@pytest.mark.parametrize("kind", DEEP)
def test_deep_nesting_keeps_its_calls(kind):
    entry = lower_text(DEEP[kind]).entry("f")
    assert "mprotect" in entry.calls


@pytest.mark.parametrize("kind", ["if", "negation", "blocks", "casts", "calls"])
def test_a_limit_is_told(kind):
    assert any("limit" in text for text in lower_text(DEEP[kind]).function("f").incomplete)


def test_a_short_stack_is_enough():
    def deeper(levels):
        return lower_text(DEEP["if"]) if levels == 0 else deeper(levels - 1)

    assert "mprotect" in deeper(500).entry("f").calls


def mutated(text: str, generator: random.Random) -> str:
    data = list(text)
    for _ in range(generator.randrange(1, 12)):
        at = generator.randrange(len(data))
        pick = generator.random()
        if pick < 0.4:
            del data[at : at + generator.randrange(1, 12)]
        elif pick < 0.7:
            data.insert(
                at, generator.choice("(){}[];,*&=<>:?#\"'\\@ \x00") + generator.choice(("", "case", "\xff", "goto x;"))
            )
        else:
            other = generator.randrange(len(data))
            data[at], data[other] = data[other], data[at]
    return "".join(data)


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("language", ["c", "cpp"])
def test_mutated_text_is_lowered_all_the_same(seed, language):
    generator = random.Random(seed)  # noqa: S311  tests, not secrets
    lines = (HERE / f"samples.{language}").read_text().splitlines()
    start = generator.randrange(len(lines) - 12)
    text = mutated("\n".join(lines[start : start + 12]), generator)
    program = lower_text(text, cpp=language == "cpp")
    for entry in program.lowered:
        count = len(entry.function.blocks)
        for block in entry.function.blocks:
            assert all(0 <= edge.target < count for edge in block.edges)
            assert all((op.call is None) or op.opcode is Opcode.CALL for op in block.operations)
