"""One value out of several ways to it: arms of ``?:``, of a choice between macro definitions, of ``#if`` groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mapproof.frontends.c.context import Context, Value
from mapproof.frontends.c.conversion import convert
from mapproof.frontends.c.ctype import VOID, CType, Shape, common, unknown
from mapproof.frontends.c.survey import ARM, CHOICE, END
from mapproof.model.condition import TRUE, Condition
from mapproof.model.ir import Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import tree_sitter

_MAX_COMBINATIONS = 64


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark of a reading: ``arm`` number of ``group``, or the group's end (``arm`` is ``None``)."""

    group: int
    arm: int | None


def mark_of(context: Context, node: tree_sitter.Node) -> Mark | None:
    """The mark that a statement or a list element is, if it is one."""
    text = context.reading.text
    start = node.start_byte
    if not text.startswith((ARM, END), start):
        return None
    inside = text[start : node.end_byte].partition(b"(")[2].partition(b")")[0]
    numbers = [int(part) for part in inside.split(b",") if part.strip().isdigit()]
    if not numbers or numbers[0] not in context.reading.groups:
        return None
    return Mark(numbers[0], numbers[1] if len(numbers) > 1 and text.startswith(ARM, start) else None)


@dataclass(frozen=True, slots=True)
class Group:
    """Arms of an ``#if`` among the items of a list, each a list of items."""

    number: int
    arms: tuple[tuple[Item, ...], ...]


if TYPE_CHECKING:
    Item = tree_sitter.Node | Group


def items(context: Context, nodes: Sequence[tree_sitter.Node]) -> tuple[Item, ...]:
    """The nodes, with marked stretches folded into groups. A mark without its fellows is noted and left out."""
    found: list[Item] = []
    position = 0
    while position < len(nodes):
        node = nodes[position]
        position += 1
        mark = mark_of(context, node)
        if mark is None:
            if node.type != "comment":
                found.append(node)
            continue
        arms: list[list[tree_sitter.Node]] = [[]]
        ended = False
        while position < len(nodes) and not ended:
            inner = mark_of(context, nodes[position])
            if inner is not None and inner.group == mark.group:
                ended = inner.arm is None
                if not ended:
                    arms.append([])
            else:
                arms[-1].append(nodes[position])
            position += 1
        if not ended or len(arms) != len(context.reading.groups[mark.group]):
            context.note(node, "an #if group whose arms do not fit together")
        found.append(Group(mark.group, tuple(items(context, arm) for arm in arms)))
    return tuple(found)


def combinations(
    context: Context, found: Sequence[Item]
) -> list[tuple[Condition, tuple[tree_sitter.Node, ...]]] | None:
    """Every list that some build sees, with its condition; ``None`` beyond the limit."""
    lists: list[tuple[Condition, tuple[tree_sitter.Node, ...]]] = [(TRUE, ())]
    for item in found:
        if not isinstance(item, Group):
            lists = [(condition, (*nodes, item)) for condition, nodes in lists]
            continue
        conditions = context.reading.groups[item.number]
        extended = []
        for arm, condition in zip(item.arms, conditions, strict=False):
            inner = combinations(context, arm)
            if inner is None:
                return None
            extended += [
                (before & condition & within, (*nodes, *tail))
                for before, nodes in lists
                for within, tail in inner
                if (before & condition & within & context.reading.presence).satisfiable
            ]
        lists = extended
        if len(lists) > _MAX_COMBINATIONS:
            return None
    return lists


def choice_of(context: Context, node: tree_sitter.Node | None) -> tuple[int, list[tree_sitter.Node]] | None:
    """The group number and the alternatives of a choice between macro definitions, if the node is one."""
    if node is None or node.type != "call_expression":
        return None
    callee, listed = node.child_by_field_name("function"), node.child_by_field_name("arguments")
    if callee is None or listed is None or context.text(callee) != CHOICE:
        return None
    parts = [child for child in listed.named_children if child.type != "comment"]
    number = context.text(parts[0]) if parts else ""
    if not number.isdigit() or int(number) not in context.reading.groups:
        return None
    return int(number), parts[1:]


def select(context: Context, node: tree_sitter.Node, arms: Sequence[tuple[int, Callable[[], Value]]]) -> Value:
    """Evaluate each arm in its block; the value of whichever was taken, in one variable of the common type."""
    ends: list[tuple[int, Value]] = []
    for block, evaluate in arms:
        context.builder.current = block
        value = evaluate()
        ends.append((context.builder.current, value))
    ctype = _common([value.type for _, value in ends])
    join = context.builder.new_block()
    result = None if ctype.shape is Shape.VOID else context.temporary(ctype.width)
    for block, value in ends:
        context.builder.current = block
        if result is not None:
            context.assign(node, result, convert(context, node, value, ctype))
        context.goto(join)
    context.builder.current = join
    return Value(Unknown("unknown-call", 8) if result is None else result, ctype)


def select_by_presence(
    context: Context, node: tree_sitter.Node, arms: Sequence[tuple[Condition, Callable[[], Value]]]
) -> Value:
    """The value of the arm that the build chooses."""
    if not arms:
        return Value(Unknown("syntax", 8), unknown(""))
    if len(arms) == 1:
        return arms[0][1]()
    blocks = []
    for condition, evaluate in arms:
        if condition.excludes(context.reading.presence):
            continue
        block = context.builder.new_block()
        context.goto(block, condition)
        blocks.append((block, evaluate))
    return select(context, node, blocks)


def _common(types: Sequence[CType]) -> CType:
    if not types:
        return VOID
    for shape in (Shape.RECORD, Shape.VOID):
        for ctype in types:
            if ctype.shape is shape:
                return ctype
    result = types[0]
    for ctype in types[1:]:
        result = ctype if ctype == result else common(result, ctype)
    return result
