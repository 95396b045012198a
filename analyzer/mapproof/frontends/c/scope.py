"""What lowering asks of its surroundings: the text it reads, and what a name means outside the function."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    import tree_sitter

    from mapproof.frontends.c.ctype import CType, Prototype, Record
    from mapproof.model.condition import Condition
    from mapproof.model.ir import Operand
    from mapproof.model.location import Span


class OriginView(Protocol):
    """Where a byte of the expanded text comes from: offsets into the original file, and the macros it came through."""

    @property
    def start(self) -> int:
        """First byte of the token, or of the outermost macro invocation that produced it."""
        ...

    @property
    def end(self) -> int:
        """One past its last byte."""
        ...

    @property
    def macros(self) -> tuple[str, ...]:
        """Outermost first; empty for a token that stands in the file as it is."""
        ...


class SourceView(Protocol):
    """The original file."""

    @property
    def data(self) -> bytes:
        """Its bytes."""
        ...

    def span(self, start: int, end: int) -> Span:
        """The location of the bytes from ``start`` to ``end`` (exclusive)."""
        ...


class ChunkView(Protocol):
    """Where the text stands in its file."""

    @property
    def scope(self) -> tuple[str, ...]:
        """Names of the namespaces and classes around it, outermost first; empty ones are anonymous."""
        ...

    @property
    def member(self) -> bool:
        """The innermost of them is a class, so the text is a member declaration. It is read with that class written
        around it."""
        ...


class ReadingView(Protocol):
    """One reading of a chunk: the expanded text, its tree, and the way back to the file."""

    @property
    def presence(self) -> Condition:
        """The builds that see this text."""
        ...

    @property
    def text(self) -> bytes:
        """The expanded text."""
        ...

    @property
    def root(self) -> tree_sitter.Node:
        """The tree of ``text``."""
        ...

    @property
    def groups(self) -> Mapping[int, tuple[Condition, ...]]:
        """Per mark number, the conditions of its arms; each group's arms partition TRUE."""
        ...

    @property
    def source(self) -> SourceView:
        """The file that the text was made from."""
        ...

    @property
    def chunk(self) -> ChunkView:
        """The part of the file that the text was made from."""
        ...

    @property
    def cpp(self) -> bool:
        """The text is C++."""
        ...

    def defined_at(self, callee: int, parenthesis: int) -> Span | None:
        """Where a call stands in a macro's definition: offsets of its callee and its parenthesis in ``text``."""
        ...

    def origin(self, offset: int) -> OriginView:
        """Where the token at (or next after) a byte of ``text`` comes from."""
        ...


class Scope(Protocol):
    """What names mean outside the function that is being lowered.

    Names arrive as C++ would look them up: ``a::B::f``, then ``a::f``, then ``f``; C names have no ``::``.
    """

    def identifier(self, name: str) -> Operand | None:
        """A Const for an enum constant or a platform constant, a Symbol (FUNCTION or OBJECT) for a known function or
        object, defined or declared; ``None`` when nothing is known of the name."""
        ...

    def object_type(self, name: str) -> CType | None:
        """The declared type of a global object."""
        ...

    def typedef(self, name: str) -> CType | None:
        """What a typedef, alias or C++ class or enum name stands for."""
        ...

    def record(self, tag: str) -> Record | None:
        """The body of a struct, union or class, by the tag that its :class:`CType` bears."""
        ...

    def records(self, tag: str) -> tuple[tuple[Condition, Record | None], ...]:
        """Every body that a record which is not exact may have, each under the builds that have it; ``None`` stands
        for one that was not understood."""
        ...

    def prototypes(self, name: str) -> tuple[Prototype, ...]:
        """Every declaration and definition of a function, overloads included; empty when there is none.

        Platform functions with C linkage should be answered too where C++ is read: a bare variable passed to a C++
        function without any known prototype may be passed by reference, and counts as changed by the call.
        ``*::name`` asks for the member functions of that name in every class that was read.
        """
        ...
