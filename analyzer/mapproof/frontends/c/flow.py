"""The tokens of a chunk in order, with a mark for each ``#if`` arm that some of the builds at hand compile."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

from mapproof.frontends.c.directive import MIDDLE, OPENING
from mapproof.frontends.c.history import MOST_ARMS
from mapproof.frontends.c.lexeme import Kind, Token, tokens_of
from mapproof.frontends.c.marks import arm_mark, end_mark, partition

if TYPE_CHECKING:
    from mapproof.frontends.c.chunk import Chunk
    from mapproof.frontends.c.history import History
    from mapproof.frontends.c.source import Source
    from mapproof.frontends.c.standpoint import Place
    from mapproof.model.condition import Condition


class TooManyArmsError(Exception):
    """A group inside a declaration has more arms than are told apart."""


class _Open(NamedTuple):
    """A group being walked. ``live`` are the numbers of its arms that some build compiles; ``mark`` is the number of
    its marks, ``None`` where only one arm is live; ``first`` the index of its first token; ``context`` the one around
    it; ``dead`` whether it stands in text that no build compiles."""

    group: int
    live: tuple[int, ...]
    mark: int | None
    first: int
    context: Condition
    dead: bool


class Flow:
    """Walks a chunk once. ``tokens`` is the result; ``groups`` receives the conditions of each mark;
    ``unread_includes`` are offsets of ``#include`` directives inside the chunk."""

    def __init__(
        self,
        history: History,
        source: Source,
        chunk: Chunk,
        context: Condition,
        groups: dict[int, tuple[Condition, ...]],
    ) -> None:
        self.history = history
        self.source = source
        self.place: Place = history.root(source.path)
        self.context = context
        self.groups = groups
        self.tokens: list[Token] = []
        self.unread_includes: list[int] = []
        self._open: list[_Open] = []
        self._dead = False
        self._walk(chunk)

    def _walk(self, chunk: Chunk) -> None:
        skeleton = self.source.skeleton
        position = chunk.start
        number = bisect_left(skeleton.starts, chunk.start)
        while number < len(skeleton.starts) and skeleton.starts[number] < chunk.end:
            self._code(position, skeleton.starts[number])
            position = skeleton.ends[number]
            self._directive(number)
            number += 1
        self._code(position, chunk.end)
        while self._open:
            self._close(Token(Kind.MARK, b"", chunk.end, chunk.end))

    def _code(self, start: int, end: int) -> None:
        if not self._dead and start < end:
            self.tokens.extend(tokens_of(self.source.data, start, end))

    def _directive(self, number: int) -> None:
        skeleton = self.source.skeleton
        kind = skeleton.kinds[number]
        place = Token(Kind.MARK, b"", skeleton.starts[number], skeleton.ends[number])
        if kind in OPENING:
            self._enter(number, place)
        elif kind in MIDDLE and self._open:
            at = self.source.nesting.inside[number]
            if at is not None and at[0] == self._open[-1].group:
                self._arm(at[1], place)
        elif kind == b"endif" and self._open:
            self._close(place)
        elif number in self.source.includes and not self._dead:
            self.unread_includes.append(skeleton.starts[number])

    def _enter(self, number: int, place: Token) -> None:
        at = self.source.nesting.inside[number]
        group = at[0] if at is not None else 0
        if self._dead:
            self._open.append(_Open(group, (), None, len(self.tokens), self.context, dead=True))
            return
        arms = self.history.arms(self.place, self.source, group)
        live = tuple(
            arm
            for arm, condition in enumerate(arms)
            if (self.context & condition).satisfiable and not self._refused(group, arm)
        )
        if len(live) > MOST_ARMS:
            raise TooManyArmsError
        mark = None
        if len(live) > 1:
            mark = len(self.groups)
            self.groups[mark] = partition([arms[arm] for arm in live], self.context)
        self._open.append(_Open(group, live, mark, len(self.tokens), self.context, dead=False))
        self._arm(0, place)

    def _arm(self, arm: int, place: Token) -> None:
        here = self._open[-1]
        if here.dead:
            return
        self._dead = arm not in here.live
        if here.mark is not None and not self._dead:
            number = here.live.index(arm)
            self.tokens.append(arm_mark(place, here.mark, number))
            self.context = here.context & self.groups[here.mark][number]

    def _close(self, place: Token) -> None:
        here = self._open[-1]
        group = self.source.nesting.groups[here.group]
        if here.mark is not None and len(group.arms) in here.live:
            self._arm(len(group.arms), place)
        self._open.pop()
        if here.dead:
            return
        self._dead = False
        self.context = here.context
        if here.mark is None:
            return
        if all(token.kind is Kind.MARK for token in self.tokens[here.first :]):
            del self.tokens[here.first :]
        else:
            self.tokens.append(end_mark(place, here.mark))

    def _refused(self, group: int, arm: int) -> bool:
        """Whether an arm holds an ``#error``: no build compiles it."""
        nesting, kinds = self.source.nesting, self.source.skeleton.kinds
        bounds = [*nesting.groups[group].arms, nesting.groups[group].end or len(kinds)]
        if arm >= len(bounds) - 1:
            return False
        return any(
            kinds[number] == b"error" and nesting.inside[number] == (group, arm)
            for number in range(bounds[arm], bounds[arm + 1])
        )
