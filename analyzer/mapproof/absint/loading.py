"""Files that a program loads as code, and whether it is seen to make or write them itself.

Which file a name leads to is known to nobody but the system that runs the program. What can be seen is that one and the
same name, whatever it is, is given to a function that loads a file and to one that makes or opens it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from mapproof.absint.identity import GIVEN
from mapproof.absint.memory import numbered_address
from mapproof.absint.resolve import Resolver
from mapproof.absint.values import Anything, BaseKind, NeedKind, Number, Pointer
from mapproof.errors import gap_of
from mapproof.model.hazard import Hazard, HazardKind
from mapproof.model.location import sort_key
from mapproof.model.site import Coverage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mapproof.absint.event import Run
    from mapproof.absint.target import Target
    from mapproof.absint.values import Identity, Leaf, Value
    from mapproof.model.callee import CalleeTable
    from mapproof.model.ir import Function, Program
    from mapproof.model.location import Location

MOST_USERS: Final = 30
"""Functions that name one of these; where there are more, none is looked at."""

WORK: Final = 8_000
"""What may be spent on following names to where they come from."""

_ACCESS: Final = 3
"""O_ACCMODE; 0 of it is O_RDONLY (POSIX.1-2024 <fcntl.h>)."""


@dataclass(slots=True)
class _Use:
    """A call that is given the name of a file. ``names`` are the words it may be, ``known`` whether there are no
    others."""

    written: str
    location: Location
    names: dict[str, str] = field(default_factory=dict)
    known: bool = True


def loads(program: Program, table: CalleeTable, gaps: list[Coverage]) -> list[Hazard]:
    """A hazard for each call that loads a file as code, by place. What could not be followed is added to ``gaps``."""
    return _Loading(program, table, gaps).hazards()


class _Loading:
    def __init__(self, program: Program, table: CalleeTable, gaps: list[Coverage]) -> None:
        self._program = program
        self._gaps = gaps
        self._files = table.files
        self._resolver = Resolver(program, table)
        self._resolver.allow(WORK)
        self._loaded_unseen = True
        """Whether each name of what is loaded is a word that only the loading function is given: a stranger's, or one
        that came to be in the function that loads. What makes files gets such a word from nowhere."""

    def hazards(self) -> list[Hazard]:
        """Every load, beside every call that makes a file, if there are any."""
        loading = self._uses(frozenset(self._files.load), loading=True)
        if not loading:
            return []
        making = [] if self._loaded_unseen else self._uses(frozenset(self._files.make), loading=False)
        return [self._hazard(use, making) for use in loading]

    def _hazard(self, use: _Use, making: Iterable[_Use]) -> Hazard:
        for made in making:
            for name, words in use.names.items():
                if name in made.names:
                    detail = f"{use.written} loads {words}, which {made.written} at {made.location} may make or write"
                    return Hazard(HazardKind.LOADS_OWN, use.location, detail)
        if use.known:
            words = " or ".join(sorted(set(use.names.values()))) or "the program itself"
            return Hazard(HazardKind.LOADS, use.location, f"{use.written} loads {words}")
        return Hazard(HazardKind.LOADS_ANY, use.location, f"{use.written} loads a file whose name is not known")

    def _uses(self, names: frozenset[str], *, loading: bool) -> list[_Use]:
        found: dict[object, _Use] = {}
        for function in self._program.users(names, at_most=MOST_USERS):
            try:
                for run in self._runs(function, names):
                    self._note(run, names, found, loading=loading)
            except Exception as error:  # noqa: BLE001  whatever it is costs one function
                kind, detail = gap_of(error, f"{function.name}()")
                self._gaps.append(Coverage(function.location.path, kind, detail))
        return sorted(found.values(), key=lambda use: sort_key(use.location))

    def _runs(self, function: Function, names: frozenset[str]) -> Iterable[Run]:
        """A function as its callers enter it; as it stands, if that shows already what files it names."""
        plain = self._resolver.unfollowed(function)
        if all(isinstance(leaf, Pointer) for value in self._named(plain, names) for leaf in value.leaves):
            return [plain]

        def focus(run: Run) -> list[Value]:
            return list(self._named(run, names))

        run = self._resolver.first(function)
        needed = self._resolver.parameters(function, focus(run))
        if not needed:
            return [run]
        contexts = self._resolver.contexts(function, needed, direct=True)
        return [self._resolver.settle(function, context, focus) for context in contexts]

    def _note(self, run: Run, names: frozenset[str], found: dict[object, _Use], *, loading: bool) -> None:
        for call in run.calls:
            for target in self._resolver.targets(call):
                if target.external not in names or (not loading and self._only_reads(target)):
                    continue
                location = call.operation.location
                use = found.setdefault(sort_key(location), _Use(target.external, location))
                index = (self._files.load if loading else self._files.make)[target.external]
                if index >= len(target.arguments):
                    use.known = False
                    continue
                for leaf in target.arguments[index].leaves:
                    self._add(leaf, use)
                    self._loaded_unseen &= not loading or self._is_only_given(run, leaf)

    def _add(self, leaf: Leaf, use: _Use) -> None:
        """Note what a name may be. A null name means the program itself (``dlopen(NULL, ...)``)."""
        if isinstance(leaf, Number) and leaf.value == 0:
            return
        text = self._text(leaf)
        if text is not None:
            use.names[f"text {text}"] = f'"{text}"'
            return
        use.known = False
        if isinstance(leaf, Pointer):
            path = leaf.path if leaf.base.kind in {BaseKind.FRAME, BaseKind.IMAGE} else ()
            use.names[f"{leaf.base.kind} {leaf.base.name} {path}"] = _spelled(leaf)
        elif isinstance(leaf, Anything) and leaf.identity is not None:
            use.names[leaf.identity.text] = "a file"

    def _is_only_given(self, run: Run, leaf: Leaf) -> bool:
        """Whether a word is a parameter's, of a call out of scope, or came to be here, and goes into no other call
        here, is not returned and not stored."""
        if not isinstance(leaf, Anything) or leaf.identity is None:
            return False
        word = leaf.identity
        strange = word.text.endswith(GIVEN) and not run.context.origins
        here = word.roots == {word.text} and word.text.rpartition(" > ")[2].startswith(f"{run.function.symbol}#")
        taking = [call for call in run.calls if any(_holds(value, word) for value in call.arguments)]
        left = [store.value for store in run.stores] + ([run.result] if run.result is not None else [])
        return (strange or here) and len(taking) == 1 and not any(_holds(value, word) for value in left)

    def _text(self, leaf: Leaf) -> str | None:
        if isinstance(leaf, Pointer) and leaf.base.kind is BaseKind.STRING and set(leaf.path) <= {0}:
            return leaf.base.name
        address = numbered_address(leaf)
        return self._program.text_at(address) if address is not None else None

    def _named(self, run: Run, names: frozenset[str]) -> Iterator[Value]:
        """What a run gives to such functions, to be followed to where it comes from: to callers, no further."""
        for call in run.calls:
            for target in self._resolver.targets(call):
                for index in self._files.arguments(target.external) if target.external in names else ():
                    if index < len(target.arguments):
                        yield target.arguments[index].without(NeedKind.CALL).without(NeedKind.CELL)

    def _only_reads(self, target: Target) -> bool:
        """Whether a call opens a file for reading alone."""
        index = self._files.modes.get(target.external)
        if index is None or index >= len(target.arguments):
            return False
        mode = target.arguments[index]
        texts = [self._text(leaf) for leaf in mode.leaves]
        if all(text is not None and text.startswith("r") and "+" not in text for text in texts):
            return bool(texts)
        numbers = mode.numbers
        return numbers is not None and all(not number & _ACCESS for number in numbers)


def _holds(value: Value, word: Identity) -> bool:
    """Whether a value may be this word, or one computed from it."""
    identities = (leaf.identity for leaf in value.leaves if isinstance(leaf, Anything))
    return any(identity is not None and word.text in {identity.text, *identity.roots} for identity in identities)


def _spelled(leaf: Pointer) -> str:
    name = leaf.base.name.rpartition("::")[2]
    return f"the file that {name} names" if name and name.isidentifier() else "a file"
