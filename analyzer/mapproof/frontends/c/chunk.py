"""The top-level declarations of a source file, cut out without parsing it.

The splitter walks braces and directives and looks at text only between top-level braces. Where the arms of an ``#if``
each hold whole declarations the group is transparent; where a declaration goes across an arm's border, the whole group
belongs to it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from mapproof.frontends.c.directive import MIDDLE, OPENING
from mapproof.frontends.c.lexeme import tokens_of
from mapproof.frontends.c.prefix import container_of, holds_functions, is_function_head, is_old_style_head, stands_alone
from mapproof.frontends.c.skeleton import CLOSE, OPEN, brace_end

if TYPE_CHECKING:
    from mapproof.frontends.c.skeleton import Skeleton

_GAP: Final = re.compile(rb"(?:[ \t\r\n\f\v\0]++|\\\r?\n)*+(?:(;)|((?:[^;\s\0]++|[ \t]++)++)|\Z|(.))", re.DOTALL)
_MOST_MERGED: Final = 64
"""An ``#if`` group with more declarations than this is not taken for one split declaration."""
_MOST_RESYNCS: Final = 32


@dataclass(frozen=True, slots=True, order=True)
class Chunk:
    """One top-level declaration: bytes ``start`` (its first code byte) to ``end`` (exclusive) of its file.

    ``is_function``: it has a function body. ``scope``: names of the namespaces and classes around it, outermost
    first. ``member``: the innermost of them is a class, so the text is a member declaration. A chunk may hold several
    functions where an ``#if`` splits their heads, and a C++ class that is listed whole beside its members.
    """

    start: int
    end: int
    is_function: bool
    scope: tuple[str, ...] = ()
    member: bool = False


class _Container(NamedTuple):
    """An open brace whose content is split further. ``start``: where a class began, ``None`` for a namespace."""

    name: str
    start: int | None


class _State(NamedTuple):
    """Where the walk stands: the unfinished declaration's start, open braces in it, whether a body is open."""

    pending: int | None = None
    depth: int = 0
    body: bool = False
    containers: tuple[_Container, ...] = ()


@dataclass(slots=True)
class _OpenGroup:
    """An ``#if`` being walked: where it starts, the state and number of chunks then, the states after its arms."""

    start: int
    state: _State
    count: int
    dead: bool
    ends: list[_State] = field(default_factory=list)


def chunks_of(data: bytes, skeleton: Skeleton, *, cpp: bool) -> list[Chunk]:
    """Split a file. Accepts anything; where braces never balance, a brace at the start of a line ends a declaration."""
    splitter = _Splitter(data, skeleton, cpp=cpp)
    first = 0
    for _ in range(_MOST_RESYNCS):
        again = splitter.walk(first)
        if again is None:
            break
        first = again
    return sorted(splitter.chunks, key=lambda chunk: (chunk.start, -chunk.end))


class _Splitter:
    def __init__(self, data: bytes, skeleton: Skeleton, *, cpp: bool) -> None:
        self.data = data
        self.skeleton = skeleton
        self.cpp = cpp
        self.chunks: list[Chunk] = []
        self.state = _State()
        self.groups: list[_OpenGroup] = []

    def walk(self, first: int) -> int | None:
        """Walk from an event on to the end; the event to start from again when braces did not balance."""
        events = self.skeleton.events
        position = self._after(first - 1)
        depth = self.state.depth
        for number in range(first, len(events)):
            offset, code = events[number] >> 2, events[number] & 3
            if depth and code == OPEN:
                depth += 1
                continue
            if depth > 1 and code == CLOSE:
                depth -= 1
                continue
            if depth != self.state.depth:
                self.state = self.state._replace(depth=depth)
            if depth == 0:
                self._gap(position, offset)
            if code == OPEN:
                self._open(offset, number)
            elif code == CLOSE:
                self._close(offset)
            else:
                position = self._directive(offset)
                depth = self.state.depth
                continue
            position = brace_end(self.data, offset)
            depth = self.state.depth
        self.state = self.state._replace(depth=depth)
        return self._finish(position)

    def _after(self, number: int) -> int:
        """The offset where text goes on after an event."""
        if number < 0:
            return 0
        return brace_end(self.data, self.skeleton.events[number] >> 2)

    def _gap(self, start: int, end: int) -> None:
        """Text between two events outside of all braces."""
        skeleton = self.skeleton
        number = bisect_left(skeleton.quiet_starts, start)
        while number < len(skeleton.quiet_starts) and skeleton.quiet_starts[number] < end:
            quiet = skeleton.quiet_starts[number]
            self._code(start, quiet)
            if self.state.pending is None and self.data[quiet] != 0x2F:
                self.state = self.state._replace(pending=quiet)
            start = skeleton.quiet_ends[number]
            number += 1
        self._code(start, end)

    def _code(self, start: int, end: int) -> None:
        """Text without comments and literals."""
        for found in _GAP.finditer(self.data, start, end):
            if found.start(1) >= 0:
                if self.state.pending is not None:
                    self._emit(self.state.pending, found.end(), is_function=False)
                    self.state = _State(containers=self.state.containers)
            elif self.state.pending is None and found.start(2) >= 0:
                self.state = self.state._replace(pending=found.start(2))

    def _emit(self, start: int, end: int, *, is_function: bool) -> None:
        containers = self.state.containers
        scope = tuple(container.name for container in containers if container.name)
        member = bool(containers) and containers[-1].start is not None
        self.chunks.append(Chunk(start, end, is_function, scope, member))

    def _open(self, offset: int, number: int) -> None:
        state = self.state
        if state.pending is None:
            start = self._old_style_start(offset)
            self.state = state._replace(pending=offset if start is None else start, depth=1, body=True)
            return
        prefix = self.data[state.pending : offset]
        name = container_of(prefix, cpp=self.cpp)
        if name is not None and (not name.is_class or holds_functions(self.data, self.skeleton.events, number)):
            inner = _Container(name.name, state.pending if name.is_class else None)
            self.state = _State(containers=(*state.containers, inner))
            return
        self.state = state._replace(depth=1, body=is_function_head(prefix))

    def _old_style_start(self, brace: int) -> int | None:
        """Where a function begins whose parameters are declared between ``)`` and ``{``: their ``;`` ended chunks."""
        after = brace
        for back, chunk in enumerate(reversed(self.chunks[-_MOST_MERGED:]), start=1):
            if chunk.is_function or tokens_of(self.data, chunk.end, after):
                return None
            if is_old_style_head(self.data[chunk.start : chunk.end]):
                del self.chunks[-back:]
                return chunk.start
            after = chunk.start
        return None

    def _close(self, offset: int) -> None:
        state = self.state
        if state.depth == 1:
            if state.body and state.pending is not None:
                self._emit(state.pending, brace_end(self.data, offset), is_function=True)
                self.state = _State(containers=state.containers)
            else:
                self.state = state._replace(depth=0)
        elif state.containers:
            if state.pending is not None:
                self._emit(state.pending, offset, is_function=False)
            closed = state.containers[-1]
            self.state = _State(pending=closed.start, containers=state.containers[:-1])
        else:
            self.state = _State()

    def _directive(self, offset: int) -> int:
        """Follow a conditional directive; the offset after the directive."""
        number = self._number(offset)
        kind, end = self.skeleton.kinds[number], self.skeleton.ends[number]
        if kind in OPENING:
            self._cut_off(offset)
            dead = kind == b"if" and self.data[self.skeleton.bodies[number] : end].strip() == b"0"
            self.groups.append(_OpenGroup(offset, self.state, len(self.chunks), dead))
        elif self.groups and kind in MIDDLE:
            self._end_arm(offset)
            self.state = self.groups[-1].state
        elif self.groups and kind == b"endif":
            self._end_arm(offset)
            self._end_group(end)
        return end

    def _number(self, offset: int) -> int:
        starts, low = self.skeleton.starts, self._directive_cursor
        while starts[low] != offset:
            low = low + 1 if starts[low] < offset else 0
        self._directive_cursor = low
        return low

    _directive_cursor = 0

    def _end_arm(self, offset: int) -> None:
        """Remember how an arm ends. What can't be the start of a split declaration is cut off there."""
        group, state = self.groups[-1], self.state
        if group.state.pending is None and state.pending is not None:
            self._cut_off(offset, always=len(self.chunks) - group.count > _MOST_MERGED)
        group.ends.append(self.state)

    def _cut_off(self, offset: int, *, always: bool = False) -> None:
        """End the open declaration before a directive if it is a macro that stands alone."""
        state = self.state
        if state.pending is None:
            return
        if always or (state.depth == 0 and stands_alone(self.data[state.pending : offset])):
            self._emit(state.pending, offset, is_function=state.body)
            self.state = _State(containers=state.containers)

    def _end_group(self, end: int) -> None:
        group = self.groups.pop()
        before = group.state
        usual = group.ends[0]
        if group.dead:
            usual = group.ends[1] if len(group.ends) > 1 else before
            if len(group.ends) == 1 and group.ends[0].pending != before.pending:
                group.ends[0] = before
        if before.pending is None:
            open_ends = [state for state in (usual, *group.ends) if state.pending is not None]
            if not open_ends:
                self.state = usual
                return
            del self.chunks[group.count :]
            self.state = open_ends[0]._replace(pending=group.start)
        elif all(state.pending == before.pending for state in group.ends):
            self.state = usual
        else:
            is_function = any(chunk.is_function for chunk in self.chunks[group.count :])
            del self.chunks[group.count :]
            self.state = usual._replace(pending=before.pending)
            if usual.pending is None:
                self.state = _State(containers=before.containers)
                self._emit(before.pending, end, is_function=is_function)

    def _finish(self, position: int) -> int | None:
        if self.state.depth == 0:
            self._gap(position, len(self.data))
        pending = self.state.pending
        if pending is None:
            return None
        if self.state.depth:
            for number, event in enumerate(self.skeleton.events):
                offset = event >> 2
                if event & 3 == CLOSE and offset > pending and self.data[offset - 1 : offset] == b"\n":
                    self._emit(pending, brace_end(self.data, offset), is_function=self.state.body)
                    self.state, self.groups = _State(containers=self.state.containers), []
                    return number + 1
        self._emit(pending, len(self.data), is_function=self.state.body)
        self.state = _State()
        return None
