"""Claims and how they are proved: each kind of claim has one rule, and a rule says what the claim rests on.

A rule recomputes one claim from the bytes and from the conclusions of the claims that it asks for. Deriving runs the
rules and writes down what they asked and found; checking runs each rule once more, on its own, and lets it see nothing
but the conclusions that the proof states for its premises. What was not written down counts as unknown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mapproof.verify.word import Word, unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Ask = Callable[["Claim"], "Conclusion"]
    Rule = Callable[["Claim", Ask], "Conclusion"]


@dataclass(frozen=True, slots=True, order=True)
class Claim:
    """What a step is about: its ``kind``, a name, and a stretch of a file (bytes, or addresses of a binary)."""

    kind: str
    name: str = ""
    path: str = ""
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What a step finds out: the ``word`` something may be, or the ``rights`` that calls may ask for; what it
    ``assumes``; and in words, for people, what was seen (``text``)."""

    word: Word | None = None
    rights: tuple[str, ...] = ()
    assumes: tuple[str, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Proved:
    """One step: a claim, what it concludes, and the numbers of the earlier steps that it rests on, as asked."""

    claim: Claim
    conclusion: Conclusion
    premises: tuple[int, ...] = ()


def open_conclusion(why: str) -> Conclusion:
    """Nothing is known: any number, any right."""
    return Conclusion(unknown(why), EVERY_RIGHT, (), why)


EVERY_RIGHT = ("---", "--x", "-w-", "-wx", "r--", "r-x", "rw-", "rwx")


class Derivation:
    """Runs rules from a claim down, and keeps each as a step. A claim that needs itself is unknown."""

    def __init__(self, rules: dict[str, Rule]) -> None:
        self._rules = rules
        self.steps: list[Proved] = []
        self._known: dict[Claim, int] = {}
        self._begun: set[Claim] = set()

    def prove(self, claim: Claim) -> int:
        """The number of the step that concludes on a claim."""
        if claim in self._known:
            return self._known[claim]
        self._begun.add(claim)
        premises: dict[int, None] = {}

        def ask(needed: Claim) -> Conclusion:
            if needed in self._begun:
                return open_conclusion("it depends on itself")
            number = self.prove(needed)
            premises[number] = None
            return self.steps[number].conclusion

        conclusion = self._rules[claim.kind](claim, ask)
        self._begun.discard(claim)
        self.steps.append(Proved(claim, conclusion, tuple(premises)))
        self._known[claim] = len(self.steps) - 1
        return self._known[claim]


def check(number: int, steps: Sequence[Proved], rules: dict[str, Rule]) -> str | None:
    """What is wrong with a step, given that its premises hold; ``None`` when nothing is."""
    step = steps[number]
    rule = rules.get(step.claim.kind)
    if rule is None:
        return f"there is no kind of step called {step.claim.kind!r}"
    if any(not 0 <= premise < number for premise in step.premises):
        return "it rests on a step that does not come before it"
    given = {steps[premise].claim: premise for premise in step.premises}
    asked: dict[int, None] = {}

    def ask(needed: Claim) -> Conclusion:
        if needed not in given:
            return open_conclusion("it depends on itself")
        asked[given[needed]] = None
        return steps[given[needed]].conclusion

    found = rule(step.claim, ask)
    if found.assumes != step.conclusion.assumes:
        return f"it assumes {list(step.conclusion.assumes)}; it has to assume {list(found.assumes)}"
    if found != step.conclusion:
        return f"it says {_said(step.conclusion)}; the bytes and its premises say {_said(found)}"
    if tuple(asked) != step.premises:
        return "its premises are not the ones that it needs"
    return None


def _said(conclusion: Conclusion) -> str:
    word = f" ({', '.join(conclusion.word.spelled())})" if conclusion.word is not None else ""
    rights = f" [{' '.join(conclusion.rights)}]" if conclusion.rights else ""
    return f"{conclusion.text or 'nothing'}{word}{rights}"
