"""Initializers: braces, designators and strings, filled in as C11 6.7.9 says, in every configuration at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from mapproof.frontends.c import literal
from mapproof.frontends.c.call import call_constructor
from mapproof.frontends.c.context import Context, Place, UnionStep, Value
from mapproof.frontends.c.ctype import CType, Record, Shape, array, unknown
from mapproof.frontends.c.length import STRINGS, only_string, with_length
from mapproof.frontends.c.object import bases_of
from mapproof.frontends.c.place import Step, address_of, cells, forget, forget_memory, forget_named, store, walk
from mapproof.frontends.c.selection import Group, items
from mapproof.frontends.c.survey import stripped
from mapproof.model.condition import TRUE
from mapproof.model.ir import Const, Opcode, Operand, Unknown

if TYPE_CHECKING:
    from collections.abc import Sequence

    import tree_sitter

    from mapproof.frontends.c.selection import Item

_MAX_STATES: Final = 64
"""Ways through the ``#if`` groups of one list that lead to different positions."""

_MAX_VERSIONS: Final = 16
"""Bodies that one record may have in different builds for its initializers to be told apart."""

_MAX_ELEMENTS: Final = 64
"""Elements of one string or one ``[a ... b]`` that are stored one by one."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A position in an aggregate: its type, the path to it from the object, the unions on that path as (their path,
    record, member number), the number of the next member or element (``None``: nobody knows), and the width of the
    bit-field that it is."""

    type: CType
    path: tuple[Step, ...] = ()
    unions: tuple[tuple[tuple[Step, ...], Record, int], ...] = ()
    index: int | None = 0
    bits: int | None = None


@dataclass(frozen=True, slots=True)
class State:
    """One way through the list so far: the block it has reached and its position, outermost frame first."""

    block: int
    frames: tuple[Frame, ...]


def initialize(context: Context, place: Place, node: tree_sitter.Node, *, zero: bool) -> CType:
    """Store an initializer; with ``zero`` what it leaves out becomes zero. The type, its length now known."""
    if place.var is not None or place.address is None:
        _scalar(context, place, node)
        return place.type
    return _Filling(context, place, zero=zero).fill(node)


def _scalar(context: Context, place: Place, node: tree_sitter.Node) -> None:
    """A scalar, perhaps in braces."""
    while node.type == "initializer_list":
        inner = [child for child in node.named_children if child.type != "comment"]
        if len(inner) != 1:
            break
        node = inner[0]
    if node.type != "initializer_list":
        store(context, node, place, context.value(node))
    elif node.named_child_count == 0:
        store(context, node, place, Value(Const(0, place.type.width), place.type))
    else:
        context.value(node)
        forget(context, node, place, "syntax")


class _Filling:
    """One object that is being filled in."""

    def __init__(self, context: Context, place: Place, *, zero: bool) -> None:
        self.context = context
        self.base: Operand = place.address if place.address is not None else Unknown("unknown-memory", 8)
        self.outer = place
        self.zero = zero
        self.longest = 0
        self.overflow = False

    def fill(self, node: tree_sitter.Node) -> CType:
        ctype = self.outer.type
        if self.context.cpp and ctype.shape is Shape.RECORD and bases_of(self.context, ctype):
            forget_named(self.context, node, "a class with bases is filled in by a list")
        if ctype.shape is Shape.ARRAY and ctype.length is None:
            ctype = self._measured(ctype, node)
        if self.zero and ctype.aggregate:
            self._clear(node, ctype)
        self._object(node, Frame(ctype))
        if ctype.shape is Shape.ARRAY and ctype.length is None and ctype.target is not None:
            return array(ctype.target, self.longest)
        return ctype

    def _measured(self, ctype: CType, node: tree_sitter.Node) -> CType:
        """The array with the length that its initializer gives it, found by filling it in for nothing."""
        known = with_length(self.context.types, ctype, node)
        if known.length is not None or not self.zero or ctype.target is None:
            return known
        with self.context.discarded():
            self._object(node, Frame(ctype))
        return array(ctype.target, self.longest)

    def _clear(self, node: tree_sitter.Node, ctype: CType) -> None:
        leaves = cells(self.context, ctype)
        if leaves is None:
            forget_memory(self.context, node, self.base, ctype, "unknown-memory")
            return
        for path, leaf in leaves:
            cell = walk(self.context, node, self.base, path)
            self.context.effect(node, Opcode.STORE, cell, Const(0, leaf.width))

    # One subobject.

    def _object(self, node: tree_sitter.Node, frame: Frame) -> None:
        """Initialize the subobject that the frame is, from braces, a string or an expression."""
        ctype = frame.type
        if ctype.reference:
            self._reference(node, frame)
            return
        inner = only_string(node) if ctype.shape is Shape.ARRAY else node
        if inner.type in STRINGS and ctype.shape is Shape.ARRAY and _holds_characters(ctype):
            self._string(inner, frame)
            return
        if node.type != "initializer_list":
            self._value(node, frame, self.context.value(node))
        elif ctype.shape is Shape.RECORD and self._constructed(ctype):
            arguments = [child for child in node.named_children if child.type != "comment"]
            call_constructor(self.context, node, ctype, self._place(node, frame).address or self.base, arguments)
        elif ctype.aggregate or (not ctype.known and self._looks_like_record(node)):
            self._braced(node, frame)
        else:
            _scalar(self.context, self._place(node, frame), node)

    def _reference(self, node: tree_sitter.Node, frame: Frame) -> None:
        """A member that is a C++ reference holds the address of what it is bound to."""
        inner = [child for child in node.named_children if child.type != "comment"]
        bound = inner[0] if node.type == "initializer_list" and len(inner) == 1 else node
        target = address_of(self.context.place(bound))
        self.context.effect(node, Opcode.STORE, walk(self.context, node, self.base, frame.path), target)

    def _constructed(self, ctype: CType) -> bool:
        found = self.context.types.find_record(ctype.tag) if self.context.cpp else None
        return found is not None and bool(found.method(ctype.tag.rpartition("::")[2]))

    def _looks_like_record(self, node: tree_sitter.Node) -> bool:
        children = [child for child in node.named_children if child.type != "comment"]
        return len(children) > 1 or any(child.type in ("initializer_pair", "initializer_list") for child in children)

    def _place(self, node: tree_sitter.Node, frame: Frame) -> Place:
        address = walk(self.context, node, self.base, frame.path)
        unions = tuple(
            UnionStep(walk(self.context, node, self.base, path), found, index) for path, found, index in frame.unions
        )
        return Place(frame.type, address=address, unions=self.outer.unions + unions)

    def _value(self, node: tree_sitter.Node, frame: Frame, value: Value) -> None:
        place = self._place(node, frame)
        store(self.context, node, replace(place, bits=frame.bits), value)

    def _string(self, node: tree_sitter.Node, frame: Frame) -> None:
        data, element = literal.string(node, self.context.reading.text)
        target = frame.type.target
        if target is None:
            return
        length = frame.type.length if frame.type.length is not None else len(data) + 1
        if element.size != 1 or length > _MAX_ELEMENTS:
            forget_memory(self.context, node, walk(self.context, node, self.base, frame.path), frame.type, "limit")
            return
        for index in range(length):
            cell = walk(self.context, node, self.base, (*frame.path, index))
            byte = data[index] if index < len(data) else 0
            self.context.effect(node, Opcode.STORE, cell, Const(byte, target.width))

    # A braced list.

    def _braced(self, node: tree_sitter.Node, frame: Frame) -> None:
        positional = any(child.type not in ("initializer_pair", "comment") for child in node.named_children)
        if frame.type.shape is not Shape.ARRAY and positional:
            body = self.context.types.find_record(frame.type.tag)
            if body is None and _of_numbers(node):
                where = walk(self.context, node, self.base, frame.path)
                forget_memory(self.context, node, where, frame.type, "unknown-memory")
                return
            if body is None:
                self.context.note(node, f"positional initializer of a record that is not known: {frame.type.tag}")
                self._list(node, frame, lost=True)
                return
            if not body.exact:
                self._per_version(node, frame)
                return
        self._list(node, frame)

    def _per_version(self, node: tree_sitter.Node, frame: Frame) -> None:
        """Values by position in a record that is not the same in every build: once for each body that it has."""
        tag, known = frame.type.tag, self.context.types.records
        versions = self.context.scope.records(tag)
        if not 0 < len(versions) <= _MAX_VERSIONS:
            versions = ((TRUE, None),)
        before = known.get(tag)

        def one(index: int) -> None:
            body = versions[index][1]
            if body is None:
                self.context.note(node, f"positional initializer of {frame.type.tag}, which was not understood")
            else:
                known[tag] = body
            self._list(node, frame, lost=body is None)
            known.pop(tag, None)
            if before is not None:
                known[tag] = before

        self.context.fork([condition for condition, _ in versions], one)

    def _list(self, node: tree_sitter.Node, frame: Frame, *, lost: bool = False) -> None:
        """The elements one by one; ``lost``: where they go is not known."""
        outer, self.overflow = self.overflow, lost
        states = self._items(items(self.context, node.named_children), [State(self.context.builder.current, (frame,))])
        if self.overflow:
            self.context.note(node, "an initializer whose positions are not known")
        self._join(states)
        if self.overflow:
            forget_memory(self.context, node, walk(self.context, node, self.base, frame.path), frame.type, "limit")
        self.overflow = outer

    def _join(self, states: Sequence[State]) -> int:
        join = states[0].block if len(states) == 1 else self.context.builder.new_block()
        for state in states if len(states) > 1 else ():
            self.context.builder.current = state.block
            self.context.goto(join)
        self.context.builder.current = join
        return join

    def _items(self, found: Sequence[Item], states: list[State]) -> list[State]:
        for item in found:
            if isinstance(item, Group):
                states = self._group(item, states)
            else:
                states = [self._item(item, state) for state in states]
        return states

    def _group(self, group: Group, states: list[State]) -> list[State]:
        """Elements that only some builds have: positions that agree afterwards are joined, others go on apart."""
        after: dict[tuple[Frame, ...], list[State]] = {}
        presence = self.context.reading.presence
        for state in states:
            for arm, condition in zip(group.arms, self.context.reading.groups[group.number], strict=False):
                if condition.excludes(presence):
                    continue
                self.context.builder.current = state.block
                block = self.context.builder.new_block()
                self.context.goto(block, condition)
                for reached in self._items(arm, [State(block, state.frames)]):
                    after.setdefault(reached.frames, []).append(reached)
        if len(after) > _MAX_STATES:
            self.overflow = True
            first = next(iter(after.values()))[0]
            return [State(self._join([state for group_ in after.values() for state in group_]), first.frames)]
        return [State(self._join(reached), frames) for frames, reached in after.items()]

    def _item(self, node: tree_sitter.Node, state: State) -> State:
        self.context.builder.current = state.block
        frames = list(state.frames)
        if node.type == "initializer_pair":
            frames = self._designated(node, frames)
        elif node.type == "ERROR":
            self.context.note(node, "syntax in an initializer")
            self.overflow = True
        else:
            frames = self._positional(node, frames)
        return State(self.context.builder.current, tuple(frames))

    def _positional(self, node: tree_sitter.Node, frames: list[Frame]) -> list[Frame]:
        """The next subobject in order, entering aggregates whose braces are left out."""
        value: Value | None = None
        if not self._is_exact(frames[-1].type):
            self.context.value(node)
            self.overflow = True
            return frames
        while True:
            while len(frames) > 1 and self._full(frames[-1]):
                frames = _pop(frames)
            if self._full(frames[-1]):
                if value is None:
                    self.context.value(node)
                return frames
            sub = self._sub(frames[-1])
            braced = node.type == "initializer_list" or sub.type.reference
            inner = stripped(node) or node
            string = inner.type in STRINGS and sub.type.shape is Shape.ARRAY and _holds_characters(sub.type)
            if braced or string:
                self._object(node if braced else inner, sub)
                return self._advanced(frames)
            if value is None:
                value = self.context.value(node)
            if not self._is_exact(sub.type):
                self._value(node, sub, value)
                self.overflow = self.overflow or self._entered(sub.type, value)
                return self._advanced(frames)
            if not sub.type.aggregate or (sub.type.shape is Shape.RECORD and not self._entered(sub.type, value)):
                self._value(node, sub, value)
                return self._advanced(frames)
            frames = [*frames, sub]

    def _is_exact(self, ctype: CType) -> bool:
        """Whether positions mean the same members in every build."""
        body = self.context.types.find_record(ctype.tag) if ctype.shape is Shape.RECORD else None
        return body is None or body.exact

    def _entered(self, ctype: CType, value: Value) -> bool:
        """Whether a value begins to fill a record in, rather than being one."""
        return value.type.shape is not Shape.RECORD and self.context.types.find_record(ctype.tag) is not None

    def _advanced(self, frames: list[Frame]) -> list[Frame]:
        last = frames[-1]
        index = None if last.index is None else last.index + 1
        if len(frames) == 1 and index is not None:
            self.longest = max(self.longest, index)
        return [*frames[:-1], replace(last, index=index)]

    def _full(self, frame: Frame) -> bool:
        ctype, index = frame.type, frame.index
        if index is None:
            return False
        if ctype.shape is Shape.ARRAY:
            return ctype.length is not None and index >= ctype.length
        found = self.context.types.find_record(ctype.tag)
        if found is None:
            return False
        return index >= (1 if found.union else len(_filled(found)))

    def _sub(self, frame: Frame) -> Frame:
        """The subobject at the frame's position."""
        ctype, index = frame.type, frame.index
        if ctype.shape is Shape.ARRAY:
            step: Step = Unknown("unknown-name", 8) if index is None else index
            return Frame(ctype.target or unknown(""), (*frame.path, step), frame.unions)
        found = self.context.types.find_record(ctype.tag)
        if found is None or index is None:
            return Frame(unknown("#"), (*frame.path, f"#{index}"), frame.unions)
        position = _filled(found)[index]
        part = found.members[position]
        path = (*frame.path, part.name) if part.name else frame.path
        unions = (*frame.unions, (frame.path, found, position)) if found.union else frame.unions
        return Frame(part.type, path, unions, 0, part.bits)

    # Designators.

    def _designated(self, node: tree_sitter.Node, frames: list[Frame]) -> list[Frame]:
        """``.a.b[3] = value``; what follows goes on after it (C11 6.7.9p17)."""
        value = node.child_by_field_name("value")
        frames = frames[:1]
        designators = node.children_by_field_name("designator")
        span: tuple[int, int] | None = None
        for position, designator in enumerate(designators):
            if position:
                frames = [*frames, self._sub(frames[-1])]
            frames, span = self._designate(designator, frames)
        if value is None or (frames[-1].index is None and not frames[-1].type.aggregate):
            self.context.note(node, "a designator that could not be followed")
            return frames
        if frames[-1].type.shape is not Shape.ARRAY and self._unplaced(designators[-1], frames):
            return frames
        if span is not None:
            self._range(value, frames, span)
            return self._advanced([*frames[:-1], replace(frames[-1], index=span[1])])
        self._object(value, self._sub(frames[-1]))
        return self._advanced(frames)

    def _unplaced(self, designator: tree_sitter.Node, frames: list[Frame]) -> bool:
        """A member of a record that is not known, or not in this build, goes by its name."""
        known = self.context.types.find_record(frames[-1].type.tag)
        if known is not None and (known.exact or frames[-1].index is not None):
            return False
        name = _field_name(self.context, designator)
        pair = designator.parent
        value = pair.child_by_field_name("value") if pair is not None else None
        if value is not None:
            self._object(value, Frame(unknown(name), (*frames[-1].path, name), frames[-1].unions))
        return True

    def _designate(self, node: tree_sitter.Node, frames: list[Frame]) -> tuple[list[Frame], tuple[int, int] | None]:
        last = frames[-1]
        if node.type in ("field_designator", "field_identifier"):
            return self._to_member(frames, _field_name(self.context, node)), None
        if node.type == "subscript_range_designator":
            low = self.context.types.evaluate(node.child_by_field_name("start"))
            high = self.context.types.evaluate(node.child_by_field_name("end"))
            index = low if high is not None else None
            span = (low, high) if low is not None and high is not None else None
            return [*frames[:-1], replace(last, index=index)], span
        expression = node.named_children[0] if node.named_children else None
        return [*frames[:-1], replace(last, index=self.context.types.evaluate(expression))], None

    def _to_member(self, frames: list[Frame], name: str) -> list[Frame]:
        """Position at a member, through anonymous structs and unions."""
        frame = frames[-1]
        found = self.context.types.find_record(frame.type.tag)
        for index, position in enumerate(_filled(found) if found is not None else ()):
            part = found.members[position] if found is not None else None
            if part is None:
                continue
            if part.name == name:
                return [*frames[:-1], replace(frame, index=index)]
            if not part.name and part.type.shape is Shape.RECORD:
                inside = [*frames[:-1], replace(frame, index=index)]
                deeper = self._to_member([*inside, self._sub(inside[-1])], name)
                if deeper[-1].index is not None:
                    return deeper
        return [*frames[:-1], replace(frame, index=None)]

    def _range(self, value: tree_sitter.Node, frames: list[Frame], span: tuple[int, int]) -> None:
        last = frames[-1]
        if len(frames) == 1:
            self.longest = max(self.longest, span[1] + 1)
        if span[1] - span[0] >= _MAX_ELEMENTS:
            self._object(value, self._sub(replace(last, index=None)))
            return
        for index in range(span[0], span[1] + 1):
            self._object(value, self._sub(replace(last, index=index)))


def _pop(frames: list[Frame]) -> list[Frame]:
    outer = frames[-2]
    return [*frames[:-2], replace(outer, index=None if outer.index is None else outer.index + 1)]


def _holds_characters(ctype: CType) -> bool:
    return ctype.target is not None and ctype.target.shape is Shape.INTEGER


def _filled(found: Record) -> list[int]:
    """Numbers of the members that an initializer fills in: not the static ones, not unnamed bit-fields."""
    return [index for index, part in enumerate(found.members) if not part.static and (part.name or part.bits is None)]


def _of_numbers(node: tree_sitter.Node) -> bool:
    """Whether a list holds only numbers, as ``{0}`` does: wherever they go, no address goes there."""
    return all(child.type in ("number_literal", "comment") for child in node.named_children)


def _field_name(context: Context, node: tree_sitter.Node) -> str:
    return context.text(node).lstrip(".").strip()
