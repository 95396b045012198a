"""What a foreign rule asserts: rows of ``rules/alerts/*.toml``, first by tool and rule, then by an alert's words."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fnmatch import translate
from typing import TYPE_CHECKING, Final

from mapproof.model.alert import Claim, Confidence, Understood

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mapproof.model.alert import Alert
    from mapproof.table import Table

_ASSERTING: Final = frozenset(Claim) - {Claim.UNKNOWN}
_MOST_TEXT: Final = 4096
"""Characters of a message, or of what is said of a rule, that are searched."""
_MOST_RULE: Final = 400
"""Characters of a rule's id that are read as words."""


@dataclass(frozen=True, slots=True)
class Row:
    """A foreign rule: patterns of its id (``*`` and ``?``, upper and lower case alike), perhaps words that the message
    must have, and the claim. ``source`` says where the meaning is documented."""

    tools: re.Pattern[str]
    rules: re.Pattern[str]
    message: re.Pattern[str] | None
    claim: Claim
    confidence: Confidence
    name: str

    def fits(self, said: str) -> bool:
        """Whether an alert has the words that it must have."""
        return self.message is None or self.message.search(said) is not None


@dataclass(frozen=True, slots=True)
class Words:
    """A claim told by words: all of ``every`` are there, and none of ``unless``."""

    every: tuple[re.Pattern[str], ...]
    unless: tuple[re.Pattern[str], ...]
    claim: Claim
    confidence: Confidence
    name: str


@dataclass(frozen=True, slots=True)
class ClaimTable:
    """Every row, in the order of files and lines; the first that fits is taken."""

    rows: tuple[Row, ...] = ()
    words: tuple[Words, ...] = ()
    _known: dict[tuple[str, str, str], Understood] = field(default_factory=dict, compare=False)

    def of(self, alert: Alert) -> Understood:
        """What an alert is taken to claim."""
        if alert.asserts_nothing:
            return Understood(Claim.NONE, Confidence.HIGH, "tool")
        said = f"{alert.message[:_MOST_TEXT]}\n{alert.rule_text[:_MOST_TEXT]}\n{_spaced(alert.rule[:_MOST_RULE])}"
        key = (alert.tool.casefold(), alert.rule.casefold(), said)
        if key not in self._known:
            self._known[key] = self._of(*key)
        return self._known[key]

    def _of(self, tool: str, rule: str, said: str) -> Understood:
        for row in self.rows:
            if row.tools.fullmatch(tool) and row.rules.fullmatch(rule) and row.fits(said):
                return Understood(row.claim, row.confidence, "rule", row.name)
        for words in self.words:
            if all(part.search(said) for part in words.every) and not any(part.search(said) for part in words.unless):
                return Understood(words.claim, words.confidence, "text", words.name)
        return Understood(Claim.UNKNOWN, Confidence.LOW, "nothing")


def _spaced(rule: str) -> str:
    """A rule's id as words: ``CheckNX-stack`` as ``Check NX stack``."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])|[-_./]", " ", rule)


def read_claims(tables: Iterable[Table]) -> ClaimTable:
    """The rows of all documents; what is wrong goes into the documents' faults."""
    rows: list[Row] = []
    words: list[Words] = []
    for table in tables:
        tools = _globs(table.texts("tools", required=True))
        for entry in table.tables("alert"):
            row = _row(entry, tools)
            if row is not None:
                rows.append(row)
        for entry in table.tables("words"):
            found = _words(entry)
            if found is not None:
                words.append(found)
        table.close()
    return ClaimTable(tuple(rows), tuple(words))


def _row(entry: Table, tools: re.Pattern[str]) -> Row | None:
    rules = entry.texts("rule", required=True)
    claim, confidence = _claim(entry), _confidence(entry, Confidence.HIGH)
    message = _patterns(entry, "message")
    entry.text("source")
    entry.close()
    if claim is None or not rules:
        return None
    both = re.compile("|".join(f"(?:{part.pattern})" for part in message), re.IGNORECASE) if message else None
    name = f"{entry.document.path}:{entry.line}"
    return Row(tools, _globs(rules), both, claim, confidence, name)


def _words(entry: Table) -> Words | None:
    every, unless = _patterns(entry, "all", required=True), _patterns(entry, "unless")
    claim, confidence = _claim(entry), _confidence(entry, Confidence.LOW)
    entry.close()
    return None if claim is None else Words(every, unless, claim, confidence, f"{entry.document.path}:{entry.line}")


def _claim(entry: Table) -> Claim | None:
    word = entry.text("claim")
    if word in _ASSERTING:
        return Claim(word)
    if word:
        entry.fault(f"{word} is none of {', '.join(sorted(_ASSERTING))}", "claim")
    return None


def _confidence(entry: Table, usual: Confidence) -> Confidence:
    word = entry.text("confidence", required=False)
    if not word or word in set(Confidence):
        return Confidence(word or usual)
    entry.fault(f"{word} is none of {', '.join(Confidence)}", "confidence")
    return usual


def _globs(patterns: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(translate(pattern.casefold()) for pattern in patterns) or r"(?!)")


def _patterns(entry: Table, key: str, *, required: bool = False) -> tuple[re.Pattern[str], ...]:
    found = []
    for pattern in entry.texts(key, required=required):
        try:
            found.append(re.compile(pattern, re.IGNORECASE))
        except re.error as error:
            entry.fault(f"{pattern!r} is no regular expression: {error}", key)
    return tuple(found)
