"""How a tool is told in the source that an alert is answered: the comment that it reads, and where it has to stand."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Marking:
    """A tool's comment: ``text`` of the rule, without the language's comment sign. ``above``: on the line before, or
    else at the end of the line itself."""

    text: Callable[[str], str]
    above: bool = True


def _semgrep(rule: str) -> str:
    return f"nosemgrep: {rule}"


def _clang_tidy(rule: str) -> str:
    return f"NOLINTNEXTLINE({rule})"


def _cppcheck(rule: str) -> str:
    return f"cppcheck-suppress {rule}"


def _codeql(rule: str) -> str:
    return f"codeql[{rule}]"


def _bandit(rule: str) -> str:
    return f"nosec {rule}"


def _flawfinder(_rule: str) -> str:
    return "Flawfinder: ignore"


def _sonar(_rule: str) -> str:
    return "NOSONAR"


_MARKINGS: Final = {
    "semgrep": Marking(_semgrep),
    "clang-tidy": Marking(_clang_tidy),
    "cppcheck": Marking(_cppcheck),
    "codeql": Marking(_codeql),
    "bandit": Marking(_bandit, above=False),
    "flawfinder": Marking(_flawfinder),
    "sonar": Marking(_sonar, above=False),
}
"""By what the tool's name begins with, in lower case. Sources: each tool's own documentation of its comment."""
_RULE: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:/@-]*")
"""What may stand in a comment as a rule: nothing that ends the comment or begins another."""
_SIGNS: Final = {".py": "#", ".pyi": "#"}
_SLASHES: Final = (".c", ".h", ".cc", ".cpp", ".cxx", ".hh", ".hpp", ".hxx", ".inc", ".ipp", ".m", ".mm")


def marking(tool: str, rule: str) -> Marking | None:
    """The tool's comment; ``None`` where none is known, or the rule can't stand in one."""
    if not _RULE.fullmatch(rule) or "/*" in rule or "//" in rule:
        return None
    name = tool.lower()
    return next((marking for begin, marking in _MARKINGS.items() if name.startswith(begin)), None)


def sign(path: str) -> str:
    """What begins a comment in a file; empty where that is not known."""
    lower = path.lower()
    return next((sign for end, sign in _SIGNS.items() if lower.endswith(end)), "//" if lower.endswith(_SLASHES) else "")
