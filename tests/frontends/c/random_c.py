"""Random C functions without undefined behaviour (under -fwrapv), the same for the same seed."""

from __future__ import annotations

import random

_TYPES = (
    "signed char",
    "unsigned char",
    "short",
    "unsigned short",
    "int",
    "unsigned",
    "long",
    "unsigned long",
    "_Bool",
)
_OPERATORS = ("+", "-", "*", "&", "|", "^", "<", "<=", ">", ">=", "==", "!=", "&&", "||")
_ASSIGNMENTS = ("=", "+=", "-=", "*=", "&=", "|=", "^=")


class _Writer:
    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311  tests, not secrets
        self.variables: list[str] = []

    def expression(self, depth: int) -> str:  # noqa: PLR0911  one return for each form
        pick = self.random.random()
        if depth == 0 or pick < 0.15:
            if self.random.random() < 0.3:
                return self.random.choice(("0", "1", "-1", "7u", "255", "0x80", "65536L", "0xffffffff", "'a'"))
            return self.random.choice(self.variables)
        one, two = self.expression(depth - 1), self.expression(depth - 1)
        if pick < 0.25:
            return f"({self.random.choice(_TYPES)})({one})"
        if pick < 0.35:
            return f"{self.random.choice('-~!')}({one})"
        if pick < 0.45:
            return f"(({one}) ? ({two}) : ({self.expression(depth - 1)}))"
        if pick < 0.55:
            return f"(({one}) {self.random.choice(('<<', '>>'))} (({two}) & 7))"
        if pick < 0.62:
            return f"(({one}) {self.random.choice('/%')} ((({two}) & 15) + 1))"
        return f"(({one}) {self.random.choice(_OPERATORS)} ({two}))"

    def statement(self, depth: int) -> str:
        pick = self.random.random()
        target = self.random.choice([name for name in self.variables if name not in ("a", "b")])
        if depth == 0 or pick < 0.5:
            return f"{target} {self.random.choice(_ASSIGNMENTS)} {self.expression(3)};"
        if pick < 0.6:
            return f"{self.random.choice((f'{target}++', f'--{target}'))};"
        if pick < 0.8:
            return f"if ({self.expression(2)}) {{ {self.statement(depth - 1)} }} else {{ {self.statement(depth - 1)} }}"
        if pick < 0.9:
            return f"for (int i = 0; i < {self.random.randrange(4)}; i++) {{ {self.statement(depth - 1)} }}"
        cases = " ".join(
            f"case {number}: {self.statement(depth - 1)} {self.random.choice(('break;', ''))}" for number in range(3)
        )
        return f"switch (({self.expression(2)}) & 3) {{ {cases} default: {self.statement(depth - 1)} }}"

    def function(self, name: str) -> str:
        self.variables = ["a", "b"]
        lines = []
        for index in range(self.random.randrange(2, 5)):
            lines.append(f"{self.random.choice(_TYPES)} v{index} = {self.expression(2)};")
            self.variables.append(f"v{index}")
        if self.random.random() < 0.4:
            lines.append("int *p = &v0x;".replace("v0x", "taken"))
            lines.insert(-1, f"int taken = {self.expression(1)};")
            self.variables += ["taken", "(*p)"]
        lines += [self.statement(2) for _ in range(self.random.randrange(2, 6))]
        total = " + ".join(f"(long){name}" for name in self.variables)
        return f"long {name}(long a, long b) {{ {' '.join(lines)} return {total}; }}"


def random_functions(seed: int, count: int) -> str:
    """A translation unit of ``count`` functions ``t_random_N``."""
    writer = _Writer(seed)
    return "\n".join(writer.function(f"t_random_{number}") for number in range(count)) + "\n"
