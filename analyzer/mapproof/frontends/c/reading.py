"""A chunk as the compiler proper would see it: macros expanded, every configuration at once, parsed."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from mapproof.frontends.c.dialect import plain
from mapproof.frontends.c.expand import Expander, Fork
from mapproof.frontends.c.fault import understood
from mapproof.frontends.c.flow import Flow, TooManyArmsError
from mapproof.frontends.c.jump import with_assignments
from mapproof.frontends.c.lexeme import Kind, Token, bytes_of
from mapproof.frontends.c.macro import call_in
from mapproof.frontends.c.oldstyle import with_prototype
from mapproof.frontends.c.parse import broken_nodes, misread_classes, parse
from mapproof.frontends.c.respelled import respelled
from mapproof.frontends.c.text import Text, written
from mapproof.frontends.c.validate import misplaced_group

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import tree_sitter

    from mapproof.frontends.c.chunk import Chunk
    from mapproof.frontends.c.macro import MacroDefinition
    from mapproof.frontends.c.source import Source
    from mapproof.frontends.c.tree import SourceTree
    from mapproof.model.condition import Condition
    from mapproof.model.location import Span

MOST_READINGS: Final = 64
MOST_TEXT: Final = 8 << 20
"""Bytes of a text that is still parsed."""
MOST_WORK: Final = 4 << 20
"""Bytes that are read for one chunk, attempts that failed included; beyond that nothing is read once more."""
MOST_CONDITION: Final = 1500
"""Nodes of the condition of a reading that is still divided: each division costs a multiple of the one before."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a token of a reading's text comes from.

    ``start`` and ``end`` are offsets into the original file: of the token itself where it is written there (also as a
    macro's argument), else of the outermost macro invocation that made it. ``macros`` is the chain of macros it came
    through, outermost first; ``definition`` is the innermost whose body holds the token, ``None`` for a written one.
    """

    start: int
    end: int
    macros: tuple[str, ...] = ()
    definition: MacroDefinition | None = None


class Fault(NamedTuple):
    """Something in a chunk that could not be read: ``offset`` in the original file, what, and its kind (``parse``,
    ``limit``, ``include``, ``macro``)."""

    offset: int
    message: str
    kind: str = "parse"


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of a chunk, valid in the builds for which ``presence`` holds.

    ``text`` is what the tree ``root`` was parsed from. ``groups`` gives for each mark number the conditions of its
    arms (``__mapproof_arm(N,i)``, ``__mapproof_choice(N, e0, ...)``); they exclude each other and cover every build.
    """

    presence: Condition
    text: bytes
    root: tree_sitter.Node
    groups: dict[int, tuple[Condition, ...]]
    errors: tuple[Fault, ...]
    source: Source
    chunk: Chunk
    cpp: bool
    locate: Callable[[str, int, int], Span | None] = field(repr=False, compare=False)
    """The span of an offset range of any file."""
    _tokens: list[Token] = field(repr=False, compare=False)
    _starts: list[int] = field(repr=False, compare=False)

    def defined_at(self, callee: int, parenthesis: int) -> Span | None:
        """Where a call stands in a macro's definition, when its callee and its parenthesis (offsets of ``text``) come
        out of one body; ``None`` for a call that is written where it is."""
        definition = self.origin(parenthesis).definition
        if definition is None or self.origin(callee).definition is not definition:
            return None
        number = bisect_right(self._starts, callee) - 1
        place = call_in(definition.body, self._tokens[number].text)
        return self.locate(definition.path, *place) if place is not None else None

    def origin(self, offset: int) -> Origin:
        """Where the token at (or next after) a byte of ``text`` comes from."""
        number = bisect_right(self._starts, offset) - 1
        if number >= 0 and offset >= self._starts[number] + len(self._tokens[number].text):
            number = min(number + 1, len(self._tokens) - 1)
        if number < 0:
            return Origin(self.chunk.start, self.chunk.end)
        token = self._tokens[number]
        return Origin(token.start, token.end, token.macros, token.definition)


def readings(tree: SourceTree, source: Source, chunk: Chunk, *, cpp: bool) -> list[Reading]:
    """Every reading of a chunk; their presences exclude each other and cover that of the chunk.

    More than one comes back only where an ``#if`` or a macro with several meanings does not fit the syntax. Never
    raises on any input: what cannot be read is listed in ``errors``. A chunk that no build compiles has no reading.
    """
    return list(each_reading(tree, source, chunk, cpp=cpp))


def each_reading(tree: SourceTree, source: Source, chunk: Chunk, *, cpp: bool) -> Iterator[Reading]:
    """The readings one by one, for who does not need them all."""
    waiting = [tree.presence(source, chunk.start)]
    done = work = 0
    while waiting:
        context = waiting.pop()
        if not context.satisfiable:
            continue
        work += chunk.end - chunk.start
        try:
            reading = _read(tree, source, chunk, context, cpp=cpp)
        except Fork as fork:
            parts = [context & condition for condition in fork.conditions]
            parts = [part for part in parts if part.satisfiable]
            few = done + len(waiting) + len(parts) <= MOST_READINGS and work <= MOST_WORK
            if len(parts) > 1 and few and context.nodes <= MOST_CONDITION:
                waiting.extend(reversed(parts))
                continue
            reading = _empty(source, chunk, context, "needs too many readings", cpp=cpp)
        except TooManyArmsError:
            reading = _empty(source, chunk, context, "has an #if with too many arms", cpp=cpp)
        except RecursionError:
            reading = _empty(source, chunk, context, "is nested too deep", cpp=cpp)
        done += 1
        yield reading


def _empty(source: Source, chunk: Chunk, context: Condition, message: str, *, cpp: bool) -> Reading:
    """A reading that says only that the chunk could not be read in these builds."""
    fault = Fault(chunk.start, f"the declaration {message}", "limit")
    return Reading(
        context, b"", parse(b"", cpp=cpp).root_node, {}, (fault,), source, chunk, cpp, lambda *_place: None, [], []
    )


def _read(tree: SourceTree, source: Source, chunk: Chunk, context: Condition, *, cpp: bool) -> Reading:
    """Read in one go. Raises :class:`Fork` when that is not possible."""
    groups: dict[int, tuple[Condition, ...]] = {}
    flow = Flow(tree.history, source, chunk, context, groups)
    place = flow.place
    expander = Expander(lambda name, position: tree.history.meanings(place, position, name), groups)
    expanded = expander.expand(flow.tokens, context)
    if chunk.is_function and not cpp:
        expanded = with_prototype(expanded) or expanded
    tokens = _in_class(chunk, with_assignments(respelled(expanded)))
    text = written(tokens)
    if len(text.data) > MOST_TEXT:
        return _empty(source, chunk, context, "is too long", cpp=cpp)
    parsed = _best(tokens, text, source, cpp=cpp)
    group = misplaced_group(parsed.text, parsed.root, parsed.broken)
    if group is not None:
        raise Fork(groups[group])
    faults = [
        Fault(offset, "a file included inside a declaration was not read", "include") for offset in flow.unread_includes
    ]
    faults.extend(Fault(*fault) for fault in expander.faults)
    result = Reading(
        context, parsed.text.data, parsed.root, groups, (), source, chunk, parsed.cpp,
        tree.span, parsed.text.tokens, parsed.text.starts,
    )  # fmt: skip
    for node in parsed.broken:
        if node.is_error and understood(node, parsed.text.data):
            continue
        what = f"{node.type} is missing" if node.is_missing else "not understood"
        faults.append(Fault(result.origin(node.start_byte).start, what))
    object.__setattr__(result, "errors", tuple(faults))
    return result


class _Parsed(NamedTuple):
    text: Text
    root: tree_sitter.Node
    broken: list[tree_sitter.Node]
    cpp: bool


def _best(tokens: list[Token], text: Text, source: Source, *, cpp: bool) -> _Parsed:
    """The parse with the fewest errors: as it is, without words that only compilers know, as the other language."""
    best = _parsed(text, cpp=cpp)
    if best.broken:
        bare = plain(tokens)
        if len(bare) < len(tokens):
            text = written(bare)
            best = min(best, _parsed(text, cpp=cpp), key=lambda parsed: len(parsed.broken))
    if best.broken and not cpp and source.path.endswith(".h"):
        best = min(best, _parsed(text, cpp=True), key=lambda parsed: len(parsed.broken))
    return best


def _parsed(text: Text, *, cpp: bool) -> _Parsed:
    root = parse(text.data, cpp=cpp).root_node
    return _Parsed(text, root, [*broken_nodes(root), *(misread_classes(root) if cpp else ())], cpp)


def _in_class(chunk: Chunk, tokens: list[Token]) -> list[Token]:
    """A member declaration stands in its class, or its constructors would be no functions."""
    if not chunk.member or not tokens:
        return tokens
    first = Token(Kind.IDENTIFIER, b"struct", chunk.start, chunk.start)
    name = bytes_of(chunk.scope[-1]) if chunk.scope else b"unnamed"
    opening = [first, first._replace(text=name, space=1), first._replace(kind=Kind.PUNCTUATOR, text=b"{")]
    last = Token(Kind.PUNCTUATOR, b"}", chunk.end, chunk.end)
    head_alone = tokens[-1].text == b"{"
    return [*opening, *tokens, *([last] if head_alone else []), last, last._replace(text=b";")]
