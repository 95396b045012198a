"""What every macro means at every place, and when a place is compiled: the preprocessor run backwards, on demand.

To know what a name means at a place, the directives before it that may define the name are visited from the last one
back, each under its own presence condition, until all builds are covered; whatever is left is what the build says.
Nothing is evaluated that the question does not reach.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

from mapproof.frontends.c.expand import Expander, Fork
from mapproof.frontends.c.expression import Evaluator, NotUnderstoodError
from mapproof.frontends.c.lexeme import Token, name_of, tokens_of
from mapproof.frontends.c.macro import Alternative, MacroDefinition, definition_of, given_definition, is_frame
from mapproof.frontends.c.standpoint import (
    Place,
    as_written,
    first_name,
    is_compiled,
    is_large,
    trail,
    unanswered,
    where,
)
from mapproof.model.condition import FALSE, TRUE, Condition, defined, opaque

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mapproof.frontends.c.include import Includes
    from mapproof.frontends.c.source import Source

_T = TypeVar("_T")

MOST_NESTED: Final = 16
"""Conditions being evaluated for one another; beyond that the innermost is settled by itself first."""
MOST_ARMS: Final = 200
"""Arms of one group whose conditions are worked out; later ones are compiled when they are, and no more is said."""
MOST_INCLUDES: Final = 40
"""Files inside one another."""
MOST_PLACES: Final = 3000
"""Inclusions that are followed for one file that is compiled on its own."""
MOST_REDEFINITIONS: Final = 6
"""Different meanings that files around give to a name; with more it is not known."""
_CONSTANT: Final = re.compile(rb"[A-Z_][A-Z0-9_]+")


class _TooDeepError(Exception):
    """Conditions need one another beyond the limit: the group named must be settled first."""

    def __init__(self, place: Place, source: Source, group: int) -> None:
        super().__init__(place.path, group)
        self.place, self.source, self.group = place, source, group


class Files(Protocol):
    """Where the history gets files from."""

    def load(self, path: str) -> Source | None:
        """A file, ``None`` if it cannot be read."""
        ...

    def definers(self, name: bytes) -> Sequence[str]:
        """Files of the tree that others may include and that define the name."""
        ...

    def redefiners(self, path: str, name: bytes) -> Sequence[str]:
        """Files that define a name, and of which it is not known from :meth:`definers`, that may be read before a file,
        by what includes it."""
        ...


@dataclass(slots=True)
class History:
    """Answers questions about macros and presence. ``given`` holds what the command line fixes, ``platform_macros``
    what names mean that a platform's headers may define."""

    files: Files
    includes: Includes
    given: dict[bytes, Alternative]
    platform_names: frozenset[bytes]
    platform_macros: dict[bytes, MacroDefinition] = field(default_factory=dict)
    _roots: dict[str, Place] = field(default_factory=dict)
    _inner: dict[tuple[Place, int], Place] = field(default_factory=dict)
    _events: dict[tuple[str, bytes], list[int]] = field(default_factory=dict)
    _meanings: dict[tuple[Place, bytes, int], tuple[Alternative, ...]] = field(default_factory=dict)
    _arms: dict[tuple[Place, int], tuple[Condition, ...]] = field(default_factory=dict)
    _presence: dict[tuple[Place, int, int], Condition] = field(default_factory=dict)
    _definitions: dict[tuple[str, int], MacroDefinition | None] = field(default_factory=dict)
    _nested: int = 0
    _entered: dict[str, int] = field(default_factory=dict)
    limited: dict[str, str] = field(default_factory=dict)
    """Files in which macros may mean something else, because not all that they include was followed; and why."""

    def root(self, path: str) -> Place:
        """The place of a file that is compiled on its own."""
        found = self._roots.get(path)
        if found is None:
            found = self._roots[path] = Place(path, paths=frozenset({path}))
        return found

    def _source(self, place: Place) -> Source:
        source = self.files.load(place.path)
        if source is None:
            message = f"{place.path} can no longer be read"
            raise OSError(message)
        return source

    def _settled(self, ask: Callable[[], _T]) -> _T:
        """Answer a question. Where that needs a long chain of conditions, the far end is settled and kept first, so
        that the depth of recursion does not depend on the input."""
        if self._nested:
            return ask()
        waiting: list[tuple[Place, Source, int]] = []
        while True:
            try:
                while waiting:
                    self._arms_at(*waiting[-1])
                    waiting.pop()
                return ask()
            except _TooDeepError as deep:
                waiting.append((deep.place, deep.source, deep.group))

    def presence(self, place: Place, position: int) -> Condition:
        """When the text at a position is compiled, given that its file is."""
        source = self._source(place)
        number = source.directive_before(position)
        if number < 0:
            return TRUE
        return self._settled(lambda: self._inside(place, source, source.nesting.inside[number]))

    def _inside(self, place: Place, source: Source, at: tuple[int, int] | None) -> Condition:
        """When an arm's text is compiled."""
        chain: list[tuple[int, int]] = []
        result = TRUE
        while at is not None:
            known = self._presence.get((place, *at))
            if known is not None:
                result = known
                break
            chain.append(at)
            at = source.nesting.groups[at[0]].outer
        for group, arm in reversed(chain):
            if result is not FALSE:
                outer, result = result, result & self._arms_at(place, source, group)[arm]
                if is_large(result):
                    here = opaque(is_compiled(place, source, group, arm))
                    both = outer & here
                    result = here if is_large(both) else both
            if not result.satisfiable:
                result = FALSE
            self._presence[place, group, arm] = result
        return result

    def arms(self, place: Place, source: Source, group: int) -> tuple[Condition, ...]:
        """The conditions of a group's arms, a missing ``#else`` as an empty last arm: they cover every build and
        exclude each other."""
        return self._settled(lambda: self._arms_at(place, source, group))

    def _arms_at(self, place: Place, source: Source, group: int) -> tuple[Condition, ...]:
        found = self._arms.get((place, group))
        if found is None:
            found = self._arms[place, group] = self._arms_of(place, source, group)
        return found

    def _arms_of(self, place: Place, source: Source, group: int) -> tuple[Condition, ...]:
        numbers = source.nesting.groups[group].arms
        result: list[Condition] = []
        rest = TRUE
        for arm, number in enumerate(numbers):
            if arm >= MOST_ARMS:
                result.append(opaque(is_compiled(place, source, group, arm)))
                rest = opaque(is_compiled(place, source, group, arm + 1))
                continue
            test = self._test(place, source, group, number)
            here, after = rest & test, rest & ~test
            if is_large(here) or is_large(after):
                test = as_written(place, source, number)
                here, after = rest & test, rest & ~test
            if is_large(here) or is_large(after):
                rest = opaque(f"{where(place, source, source.skeleton.starts[number])} is reached")
                here, after = rest & test, rest & ~test
            result.append(here if here.satisfiable else FALSE)
            rest = after if after.satisfiable else FALSE
        if source.skeleton.kinds[numbers[-1]] != b"else":
            result.append(rest)
        return tuple(result)

    def _test(self, place: Place, source: Source, group: int, number: int) -> Condition:
        """What one ``#if``, ``#elif``, ``#ifdef``, … asks. Names mean what they mean where the group starts."""
        kind = source.skeleton.kinds[number]
        if kind == b"else":
            return TRUE
        if self._nested >= MOST_NESTED:
            raise _TooDeepError(place, source, group)
        position = source.skeleton.starts[source.nesting.groups[group].arms[0]]
        self._nested += 1
        try:
            if kind in (b"if", b"elif"):
                tokens = tokens_of(source.data, source.skeleton.bodies[number], source.skeleton.ends[number])
                return self._evaluate(place, source, position, tokens, guard=group in source.guards)
            name = first_name(source, number)
            if name is None:
                return as_written(place, source, number)
            condition = self._defined(place, position, name, guard=group in source.guards)
        except RecursionError:
            return as_written(place, source, number)
        finally:
            self._nested -= 1
        return ~condition if kind in (b"ifndef", b"elifndef") else condition

    def evaluate(self, place: Place, source: Source, position: int, tokens: list[Token]) -> Condition:
        """The condition that ``#if`` with these tokens means at a position."""
        return self._settled(lambda: self._evaluate(place, source, position, tokens, guard=False))

    def _evaluate(self, place: Place, source: Source, position: int, tokens: list[Token], *, guard: bool) -> Condition:
        groups: dict[int, tuple[Condition, ...]] = {}
        expander = Expander(
            lambda name, _: self._meanings_at(place, position, name), groups, testing=True, most_tokens=20_000
        )
        try:
            expanded = expander.expand(tokens, TRUE)
            evaluator = Evaluator(
                expanded, groups, lambda name: self._defined(place, position, name, guard=guard), cpp=source.cpp
            )
            result = evaluator.condition()
        except (Fork, NotUnderstoodError):
            return unanswered(place, source, position, tokens)
        return unanswered(place, source, position, tokens) if expander.faults or is_large(result) else result

    def _defined(self, place: Place, position: int, name: bytes, *, guard: bool) -> Condition:
        """When a name is defined at a position. The name of an include guard is never defined by the build."""
        result = FALSE
        for meaning in self._meanings_at(place, position, name):
            if meaning.definition is not None:
                result = result | meaning.presence
            elif not meaning.undefined and not guard:
                result = result | (meaning.presence & self._given_from_outside(place, name))
        if is_large(result):
            return opaque(f"{name_of(name)} is defined at {where(place, self._source(place), position)}")
        return result

    def _given_from_outside(self, place: Place, name: bytes) -> Condition:
        source = self.files.load(self._outermost(place).path)
        return TRUE if name == b"__cplusplus" and source is not None and source.cpp else defined(name_of(name))

    def _outermost(self, place: Place) -> Place:
        while place.parent is not None:
            place = place.parent
        return place

    def meanings(self, place: Place, position: int, name: bytes) -> tuple[Alternative, ...]:
        """What a name means at a position: alternatives that exclude each other and cover every build."""
        return self._settled(lambda: self._meanings_at(place, position, name))

    def _meanings_at(self, place: Place, position: int, name: bytes) -> tuple[Alternative, ...]:
        count = self._count(place, position, name)
        key = (place, name, count)
        found = self._meanings.get(key)
        if found is None:
            found = self._meanings[key] = self._meanings_of(place, count, name)
        return found

    def _count(self, place: Place, position: int, name: bytes) -> int:
        """How many directives that matter to a name stand before a position."""
        events = self._events_of(place.path, name)
        if not events:
            return 0
        return bisect_left(events, self._source(place).directive_before(position) + 1)

    def _events_of(self, path: str, name: bytes) -> list[int]:
        """The numbers of the directives of a file that may define a name or bring a file that does."""
        events = self._events.get((path, name))
        if events is None:
            source = self.files.load(path)
            own = [] if source is None else source.definitions.get(name, [])
            restored = {} if source is None else source.restored.get(name, {})
            own = sorted([*own, *(number for number in restored if number >= 0)]) if restored else own
            through = [
                number
                for number, included in self.includes.targets(path).items()
                if (included.sure or name not in self.platform_names) and self._brings(included.path, name)
            ]
            events = self._events[path, name] = sorted([*own, *through]) if through else own
        return events

    def _brings(self, path: str, name: bytes) -> bool:
        loaded = (self.files.load(inner) for inner in self.includes.closure(path))
        return any(source is not None and name in source.definitions for source in loaded)

    def _meanings_of(self, place: Place, count: int, name: bytes) -> tuple[Alternative, ...]:
        if -1 in self._source(place).restored.get(name, ()):
            return (Alternative(TRUE, _lost(name)),)
        result: list[Alternative] = []
        rest = self._walk(place, count, name, TRUE, result)
        seen = bool(self._events_of(place.path, name))
        inner = place
        while inner.parent is not None and rest.satisfiable:
            outer = inner.parent
            rest = self._walk(outer, self._count(outer, inner.position, name), name, rest, result)
            seen = seen or bool(self._events_of(outer.path, name))
            inner = outer
        if rest.satisfiable:
            self._from_outside(inner, name, rest, result, look_around=not seen)
        return _merged(result, f"{name_of(name)} after {count} directives of {trail(place)}")

    def _walk(self, place: Place, count: int, name: bytes, rest: Condition, result: list[Alternative]) -> Condition:
        """Visit the first ``count`` events of a file backwards; the builds in ``rest`` that no event decided."""
        events = self._events_of(place.path, name)
        if not count:
            return rest
        source = self._source(place)
        asked, earlier = rest, len(result)
        for number in reversed(events[:count]):
            if is_large(rest):
                rest = _undecided(
                    f"{name_of(name)} is decided after {where(place, source, source.skeleton.starts[number])}",
                    asked,
                    result,
                    earlier,
                )
            if rest is FALSE or not rest.satisfiable:
                return FALSE
            reach = self._inside(place, source, source.nesting.inside[number])
            taken = rest & reach
            if not taken.satisfiable:
                continue
            left = rest & ~reach
            if is_large(left) or is_large(taken):
                reach = opaque(f"{where(place, source, source.skeleton.starts[number])} is reached")
                taken, left = rest & reach, rest & ~reach
            if source.skeleton.kinds[number] == b"pragma":
                pushed = source.restored[name][number]
                if pushed is None:
                    result.append(Alternative(taken, _lost(name)))
                    rest = left
                else:
                    before = bisect_left(events, pushed)
                    rest = left | self._walk(place, before, name, taken, result)
            elif source.skeleton.kinds[number] in (b"define", b"undef"):
                definition = self._definition(source, number)
                result.append(Alternative(taken, definition, undefined=definition is None))
                rest = left
            else:
                rest = left | self._through(place, source, number, name, taken, result)
        return rest

    def _through(
        self, place: Place, source: Source, number: int, name: bytes, rest: Condition, result: list[Alternative]
    ) -> Condition:
        """Visit an included file; the builds in ``rest`` that it did not decide."""
        included = self.includes.targets(place.path)[number]
        inner = self._enter(place, source, number)
        target = self.files.load(included.path)
        if inner is None or target is None:
            return rest
        left = FALSE
        if not included.sure:
            happens = opaque(f"headers are looked for in {included.folder}")
            rest, left = rest & happens, rest & ~happens
        if name == target.guard:
            definition = self._definition(target, target.definitions[name][0])
            result.append(Alternative(rest, definition, undefined=definition is None))
            return left
        return left | self._walk(inner, len(self._events_of(inner.path, name)), name, rest, result)

    def _enter(self, place: Place, source: Source, number: int) -> Place | None:
        key = (place, number)
        found = self._inner.get(key)
        if found is None:
            path = self.includes.targets(place.path)[number].path
            if path in place.paths:
                return None
            outermost = self._outermost(place).path
            entered = self._entered.get(outermost, 0)
            if len(place.paths) >= MOST_INCLUDES or entered >= MOST_PLACES:
                how = "often" if entered >= MOST_PLACES else "deep"
                self.limited[outermost] = f"headers are included too {how} for all that they define to be followed"
                return None
            self._entered[outermost] = entered + 1
            found = Place(path, place, source.skeleton.starts[number], place.paths | {path})
            self._inner[key] = found
        return found

    def _definition(self, source: Source, number: int) -> MacroDefinition | None:
        """The definition a directive makes; ``None`` for ``#undef`` and for what is malformed."""
        key = (source.path, number)
        if key not in self._definitions:
            skeleton = source.skeleton
            made = None
            if skeleton.kinds[number] == b"define":
                start, end = skeleton.starts[number], skeleton.ends[number]
                made = definition_of(source.data, skeleton.bodies[number], source.path, start, end)
            self._definitions[key] = made
        return self._definitions[key]

    def _from_outside(
        self, place: Place, name: bytes, rest: Condition, result: list[Alternative], *, look_around: bool
    ) -> None:
        """What the build says of a name, and what other files of the tree would if they were included.

        Where all that the tree says is one end of a loop, so is the build's own word for it, on a condition that is
        not known: what stands there may run or not, and code that would not parse without the word does.
        """
        given = self.given.get(name)
        if given is not None:
            result.append(Alternative(rest, given.definition, given.undefined))
            return
        if name == b"__cplusplus":
            source = self.files.load(place.path)
            c_only = source is not None and source.path.endswith((".c", ".i"))
            result.append(Alternative(rest, None, undefined=c_only))
            return
        if look_around and name not in self.platform_names:
            rest = self._elsewhere(place, name, rest, result)
        rest = self._redefined(place, name, rest, result)
        known = self.platform_macros.get(name)
        if known is not None:
            has = defined(name_of(name))
            result.append(Alternative(rest & has, known))
            rest = rest & ~has
        if rest.satisfiable:
            frames = bool(result) and all(is_frame(entry.definition) for entry in result)
            result.append(Alternative(rest, _loop(name) if frames else None))

    def _redefined(self, place: Place, name: bytes, rest: Condition, result: list[Alternative]) -> Condition:
        """What files that include this one may have made a name mean before, as in ``#define mmap own`` before
        ``#include "allocator.c"``; whether it still holds at the place is not looked at."""
        made: dict[object, tuple[MacroDefinition, str]] = {}
        closure = self.includes.closure(place.path)
        for path in self.files.redefiners(place.path, name):
            source = None if path in closure else self.files.load(path)
            for number in source.definitions.get(name, ()) if source is not None else ():
                definition = self._definition(source, number) if source is not None else None
                if source is not None and definition is not None:
                    key = (definition.parameters, tuple(token.text for token in definition.body))
                    made.setdefault(key, (definition, f"{path}:{source.line_column(definition.start)[0]}"))
        if len(made) > MOST_REDEFINITIONS:
            made = {name: (_lost(name), f"one of {len(made)} definitions of {name_of(name)}")}
        for definition, where_ in made.values():
            happens = opaque(f"{where_} holds where {place.path} is included")
            result.append(Alternative(rest & happens, definition))
            rest = rest & ~happens
        return rest

    def _elsewhere(self, place: Place, name: bytes, rest: Condition, result: list[Alternative]) -> Condition:
        """Definitions in files that are not included by what was read, each as if it were."""
        closure = self.includes.closure(place.path)
        for path in self.files.definers(name):
            if path in closure or path == place.path:
                continue
            happens = opaque(f"{path} is included")
            root = self.root(path)
            source = self._source(root)
            events: list[Alternative] = []
            self._walk(root, self._count(root, len(source.data) + 1, name), name, rest & happens, events)
            for event in events:
                constant = event.definition is not None and event.definition.parameters is None
                if event.definition is None or (constant and not _CONSTANT.fullmatch(name)):
                    continue
                result.append(event)
                rest = rest & ~event.presence
        return rest


def _undecided(text: str, asked: Condition, result: list[Alternative], earlier: int) -> Condition:
    """A small condition in place of a large one: a new unknown says whether what was found so far, from ``earlier`` on,
    decides the builds in ``asked``. Each build is one of those for which the unknown is what it must be."""
    decided = opaque(text)
    rest = asked & ~decided
    if is_large(rest):
        rest, earlier = ~decided, 0
    result[earlier:] = [replace(entry, presence=entry.presence & decided) for entry in result[earlier:]]
    return rest


@cache
def _loop(name: bytes) -> MacroDefinition:
    """The end of a loop, before or behind its body, whose condition is not known."""
    return given_definition(name_of(name), f"while ({name_of(name)}_as_built)")


@cache
def _lost(name: bytes) -> MacroDefinition:
    """A definition that was restored from a place that is not known: it stands for a name that nothing declares."""
    return given_definition(name_of(name), f"{name_of(name)} restored by pop_macro".replace(" ", "_"))


def _merged(alternatives: list[Alternative], place: str) -> tuple[Alternative, ...]:
    """Alternatives with the same meaning joined, those of no build left out. Where a joined condition is large, an
    unknown of this ``place`` says that this is the meaning, and no other."""
    joined: dict[tuple[int, bool], Alternative] = {}
    for entry in alternatives:
        if not entry.presence.satisfiable:
            continue
        key = (id(entry.definition), entry.undefined)
        known = joined.get(key)
        presence = entry.presence if known is None else known.presence | entry.presence
        if is_large(presence):
            presence = opaque(f"meaning {list(joined).index(key) if known else len(joined)} of {place}")
            joined = {other: replace(it, presence=it.presence & ~presence) for other, it in joined.items()}
        joined[key] = Alternative(presence, entry.definition, entry.undefined)
    found = list(joined.values())
    if len(found) == 1:
        return (Alternative(TRUE, found[0].definition, found[0].undefined),)
    return tuple(found)
