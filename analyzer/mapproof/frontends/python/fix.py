"""Codemods: a protection written in other words, where that asks for the same rights or for fewer.

Only the argument of one call is changed, and only where its words have no other effect and the names that stand in for
them mean the `mmap` module's own. Whoever applies a fix analyses the changed file again before keeping it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider

from mapproof.frontends.python.code import is_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_NAMES: Final = ((1, "PROT_READ"), (2, "PROT_WRITE"), (4, "PROT_EXEC"))
_ACCESS: Final = {1: "ACCESS_READ", 3: "ACCESS_WRITE"}
"""CPython, Modules/mmapmodule.c: what `access` asks for where the flags are the default, MAP_SHARED."""
_POSITION: Final = 3
"""`mmap.mmap(fileno, length, flags, prot)`."""


@dataclass(frozen=True, slots=True)
class Wish:
    """The protection that a call is to ask for. ``position``: of the argument where the call is of a C function."""

    mask: int
    position: int | None


def rewritten(data: bytes, wishes: Mapping[tuple[int, int], Wish]) -> tuple[bytes, dict[tuple[int, int], str]]:
    """The file with as many of the wishes as can be granted, and what was written for each.

    ``wishes`` are by line and column of the call, both from 1. Raises ``libcst.ParserSyntaxError`` for no Python.
    """
    wrapper = MetadataWrapper(cst.parse_module(data))
    editor = _Editor(wishes, _Imports(wrapper.module))
    changed = wrapper.visit(editor)
    return (changed.bytes if editor.done else data), editor.done


class _Imports:
    """The names by which a module knows the `mmap` module and what is in it, where nothing else has these names."""

    def __init__(self, module: cst.Module) -> None:
        self.module = ""
        self._names: dict[str, str] = {}
        bound = list(_bound(module))
        for statement in module.body:
            for small in statement.body if isinstance(statement, cst.SimpleStatementLine) else ():
                if isinstance(small, cst.Import):
                    for alias in small.names:
                        if alias.evaluated_name == "mmap":
                            self.module = alias.evaluated_alias or "mmap"
                elif isinstance(small, cst.ImportFrom) and isinstance(small.module, cst.Name):
                    names = () if isinstance(small.names, cst.ImportStar) else small.names
                    for alias in names if small.module.value == "mmap" else ():
                        self._names[alias.evaluated_name] = alias.evaluated_alias or alias.evaluated_name
        if bound.count(self.module) != 1:
            self.module = ""
        self._names = {name: own for name, own in self._names.items() if bound.count(own) == 1}

    def is_class(self, node: cst.CSTNode) -> bool:
        """Whether an expression is the class of the `mmap` module."""
        if isinstance(node, cst.Attribute):
            return isinstance(node.value, cst.Name) and node.value.value == self.module and node.attr.value == "mmap"
        return isinstance(node, cst.Name) and node.value == self._names.get("mmap", "")

    def named(self, name: str) -> cst.BaseExpression | None:
        """An expression for something in the `mmap` module."""
        if self.module:
            return cst.Attribute(cst.Name(self.module), cst.Name(name))
        return cst.Name(self._names[name]) if name in self._names else None


def _bound(node: cst.CSTNode) -> Iterator[str]:
    """Every name that something in a module gives a meaning to, each time it does."""
    match node:
        case cst.ImportAlias():
            yield node.evaluated_alias or node.evaluated_name.partition(".")[0]
            return
        case cst.Param() | cst.FunctionDef() | cst.ClassDef():
            yield node.name.value
        case cst.AssignTarget() | cst.AnnAssign() | cst.AugAssign() | cst.NamedExpr() | cst.For() | cst.CompFor():
            yield from _targets(node.target)
        case cst.AsName():
            yield from _targets(node.name)
        case cst.Global() | cst.Nonlocal():
            yield from (item.name.value for item in node.names)
    for child in node.children:
        yield from _bound(child)


def _targets(node: cst.CSTNode) -> Iterator[str]:
    if isinstance(node, cst.Name):
        yield node.value
    elif not isinstance(node, cst.Attribute | cst.Subscript):
        for child in node.children:
            yield from _targets(child)


class _Editor(cst.CSTTransformer):
    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self, wishes: Mapping[tuple[int, int], Wish], imports: _Imports) -> None:
        super().__init__()
        self._wishes = wishes
        self._imports = imports
        self.done: dict[tuple[int, int], str] = {}

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:  # noqa: N802  libcst's
        """Change the protection of a call that somebody wishes to."""
        start = self.get_metadata(PositionProvider, original_node).start
        place = (start.line, start.column + 1)
        wish = self._wishes.get(place)
        index = self._argument(updated_node, wish) if wish is not None else None
        if wish is None or index is None or not _is_plain(updated_node.args[index].value):
            return updated_node
        argument = updated_node.args[index]
        by_class = self._imports.is_class(updated_node.func)
        new = (self._as_access(updated_node, argument, wish) if by_class else None) or self._as_names(argument, wish)
        if new is None:
            return updated_node
        arguments = (*updated_node.args[:index], new, *updated_node.args[index + 1 :])
        self.done[place] = cst.Module([]).code_for_node(new.with_changes(comma=cst.MaybeSentinel.DEFAULT))
        return updated_node.with_changes(args=arguments)

    def _argument(self, call: cst.Call, wish: Wish) -> int | None:
        """Where the protection stands among the arguments; ``None`` where that is not plain."""
        if any(argument.star for argument in call.args):
            return None
        by_class = self._imports.is_class(call.func)
        for index, argument in enumerate(call.args):
            if argument.keyword is not None and (not by_class or argument.keyword.value == "prot"):
                return index if by_class else None
        position = _POSITION if by_class else wish.position
        plain = [index for index, argument in enumerate(call.args) if argument.keyword is None]
        return plain[position] if position is not None and position < len(plain) else None

    def _as_access(self, call: cst.Call, argument: cst.Arg, wish: Wish) -> cst.Arg | None:
        """`access=` in place of a number under `prot=`, where it means just the same, on every system."""
        given = {each.keyword.value for each in call.args if each.keyword is not None}
        positional = sum(each.keyword is None for each in call.args)
        alone = not given & {"access", "flags"} and positional <= _POSITION - 1
        if argument.keyword is None or not alone or not is_number(argument.value):
            return None
        value = self._imports.named(_ACCESS[wish.mask]) if wish.mask in _ACCESS else None
        return None if value is None else argument.with_changes(keyword=cst.Name("access"), value=value)

    def _as_names(self, argument: cst.Arg, wish: Wish) -> cst.Arg | None:
        parts = [self._imports.named(name) for bit, name in _NAMES if wish.mask & bit]
        if not parts or None in parts or wish.mask >> len(_NAMES):
            return None
        value: cst.BaseExpression | None = None
        for part in parts:
            assert part is not None  # noqa: S101  looked at above
            value = part if value is None else cst.BinaryOperation(value, cst.BitOr(), part)
        return argument.with_changes(value=value)


def _is_plain(node: cst.CSTNode) -> bool:
    """Whether evaluating an expression does nothing else."""
    match node:
        case cst.Name() | cst.Integer():
            return True
        case cst.Attribute():
            return _is_plain(node.value)
        case cst.BinaryOperation():
            return _is_plain(node.left) and _is_plain(node.right)
        case cst.UnaryOperation():
            return _is_plain(node.expression)
        case _:
            return False
