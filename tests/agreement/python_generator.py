"""Writes random Python programs that map memory with masks that they work out, to hold runs against readings."""

from __future__ import annotations

import random


class Generator:
    """One program. The same seed gives the same text."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311  no secret
        self.lines: list[str] = []
        self.names = ["a", "b", "c"]
        self.functions: list[str] = []

    def emit(self, depth: int, text: str) -> None:
        """One line."""
        self.lines.append("    " * depth + text)

    def mask(self) -> str:
        """A number that may be a mask."""
        return self.random.choice(["0", "1", "1", "3", "3", "mmap.PROT_READ", "R | W", "W", "5", "7", "X"])

    def value(self, depth: int = 0) -> str:  # noqa: PLR0911  one answer per expression
        """An expression over the names at hand."""
        pick = self.random.randrange(13 if depth < 2 else 4)
        one = lambda: self.value(depth + 1)  # noqa: E731  short
        match pick:
            case 0 | 1:
                return self.mask()
            case 2 | 3:
                return self.random.choice(self.names)
            case 4 | 5:
                return f"({one()} {self.random.choice('|&^')} {one()})"
            case 6:
                return f"({one()} if {self.test()} else {one()})"
            case 7:
                return f"({one()} {self.random.choice(['or', 'and'])} {one()})"
            case 8:
                return f"({one()} & ~{self.mask().replace('R | W', '3')})"
            case 9:
                return f"TABLE[{self.random.choice(['0', '1', 'a % 2'])}]"
            case 10:
                return f"MODES.get({one()}, {self.mask()})"
            case 11:
                return "box.mask"
            case _:
                return f"helper({one()}, {self.random.choice(['', 'flag=' + one()])})".replace(", )", ")")

    def test(self) -> str:
        """A condition."""
        name = self.random.choice(self.names)
        return self.random.choice(
            [
                name,
                f"not {name}",
                f"{name} == {self.mask()}",
                f"{name} & 4",
                f"{name} > 2",
                f"{name} is None",
                f"{name} in (1, 3)",
            ]
        )

    def block(self, depth: int, left: int) -> None:
        """Some statements."""
        for _ in range(self.random.randint(1, 2)):
            self.statement(depth, left)

    def statement(self, depth: int, left: int) -> None:  # noqa: C901, PLR0912, PLR0915  one branch per statement
        """One statement."""
        name = self.random.choice(self.names)
        match self.random.randrange(14 if left else 5):
            case 0 | 1:
                self.emit(depth, f"{name} = {self.value()}")
            case 2:
                self.emit(depth, f"{name} {self.random.choice('|&^')}= {self.value()}")
            case 3:
                self.emit(depth, f"ask({self.value()})")
            case 4:
                self.emit(depth, f"box.mask = {self.value()}")
            case 5 | 6:
                self.emit(depth, f"if {self.test()}:")
                self.block(depth + 1, left - 1)
                if self.random.random() < 0.6:
                    self.emit(depth, "else:")
                    self.block(depth + 1, left - 1)
            case 7:
                self.emit(depth, f"for {name} in ({self.mask()}, {self.mask()}):")
                self.block(depth + 1, left - 1)
                if self.random.random() < 0.4:
                    self.emit(depth + 1, f"if {self.test()}: {self.random.choice(['break', 'continue'])}")
            case 8:
                self.emit(depth, "try:")
                self.block(depth + 1, left - 1)
                self.emit(depth + 1, f"if {self.test()}: raise ValueError")
                self.block(depth + 1, left - 1)
                self.emit(depth, "except ValueError:")
                self.block(depth + 1, left - 1)
                if self.random.random() < 0.5:
                    self.emit(depth, "finally:")
                    self.block(depth + 1, left - 1)
            case 9:
                self.emit(depth, "with suppress(ValueError):")
                self.block(depth + 1, left - 1)
                self.emit(depth + 1, f"if {self.test()}: raise ValueError")
                self.block(depth + 1, left - 1)
            case 10:
                count = f"count{len(self.lines)}"
                self.emit(depth, f"{count} = 2")
                self.emit(depth, f"while {count}:")
                self.emit(depth + 1, f"{count} -= 1")
                self.block(depth + 1, left - 1)
            case 11:
                self.emit(depth, f"{name}, b = {self.value()}, {self.value()}")
            case 12:
                self.emit(depth, "def inner():")
                self.emit(depth + 1, f"nonlocal {name}")
                self.emit(depth + 1, f"{name} = {self.value()}")
                self.emit(depth, f"if {self.test()}: inner()")
            case _:
                self.emit(depth, f"{name} = widen({self.value()})")

    def program(self) -> str:
        """The whole text."""
        self.lines += [
            "import mmap",
            "from contextlib import suppress",
            "R, W, X = mmap.PROT_READ, mmap.PROT_WRITE, mmap.PROT_EXEC",
            f"TABLE = [{self.mask()}, {self.mask()}]",
            f"MODES = {{0: {self.mask()}, 1: {self.mask()}, 3: {self.mask()}}}",
            "STATE = 1",
            "class Box:",
            f"    mask = {self.mask()}",
            f"    def __init__(self, mask={self.mask()}): self.mask = mask",
            "    def ask(self): return mmap.mmap(-1, 4096, prot=self.mask & 7)",
            "box = Box()",
            "def ask(mask): return mmap.mmap(-1, 4096, prot=(mask or 0) & 7)",
            f"def helper(value, flag={self.mask()}): return value if flag else {self.mask()}",
            "def widen(value):",
            "    global STATE",
            "    STATE = STATE | value",
            "    return STATE",
        ]
        for number in range(2):
            self.emit(0, f"def work{number}(a, b=None, c={self.mask()}):")
            self.emit(1, "b = b or 1")
            for _ in range(3):
                self.statement(1, 1)
            self.emit(1, f"return mmap.mmap(-1, 4096, prot={self.random.choice(self.names)} & 7)")
        for number in range(2):
            for a in (0, 1, 7):
                self.emit(0, f"work{number}({a})")
            self.emit(0, f"work{number}({self.mask()}, {self.mask()}, c={self.mask()})")
        self.emit(0, "box.ask()")
        self.emit(0, f"Box({self.mask()}).ask()")
        return "\n".join(self.lines) + "\n"
