"""What a call comes down to: mapping primitives, functions in scope, functions outside, or something unknown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mapproof.absint.memory import numbered_address
from mapproof.absint.values import Anything, BaseKind, Cause, Computed, Number, Pointer
from mapproof.model.callee import CalleeSpec, Role
from mapproof.model.condition import FALSE, TRUE
from mapproof.model.verdict import Reason

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mapproof.absint.event import Call
    from mapproof.absint.values import Leaf, Value
    from mapproof.model.callee import CalleeTable
    from mapproof.model.condition import Condition
    from mapproof.model.ir import Program


UNKNOWN_SYMBOL: Final = Cause(Reason.UNKNOWN_CALL, "the name looked up is not a literal", "look a literal name up")
"""Marks what looking a name up gives when the name is not known: any function, a mapping one too."""

ANY_CALL: Final = CalleeSpec("any function", Role.SYSCALL, "posix", primitive="any function")
"""Stands for a callee that may be any mapping function."""

TRAP: Final = "asm:syscall"
"""The callee of an instruction that enters the kernel with a number that is not followed."""


@dataclass(frozen=True, slots=True)
class Target:
    """One thing a call may call, under ``condition``.

    Exactly one of ``spec`` (a mapping primitive), ``symbol`` (its body is in scope) and ``external`` (a name outside)
    is set; none is when the callee is unknown (``leaf``). ``arguments`` are those of the primitive, after a system
    call's number. ``via`` are the links between the written callee and the target.
    """

    condition: Condition
    arguments: tuple[Value, ...]
    via: tuple[str, ...] = ()
    spec: CalleeSpec | None = None
    symbol: str = ""
    external: str = ""
    leaf: Leaf | None = None


def targets(call: Call, program: Program, table: CalleeTable) -> Iterator[Target]:
    """Everything that the call may call where it is reached, in a stable order."""
    for leaf, condition in call.callee:
        here = condition & call.path
        if not here.satisfiable:
            continue
        name = function_named(leaf, program)
        if _is_beside_primitive(leaf, program, table):
            yield Target(here, call.arguments, spec=ANY_CALL, leaf=leaf)
        elif name is not None:
            via = leaf.via if isinstance(leaf, Pointer) else ()
            yield from _named(name, via, here, call.arguments, program, table)
        elif isinstance(leaf, Number):
            continue
        elif isinstance(leaf, Anything) and UNKNOWN_SYMBOL in leaf.causes:
            yield Target(here, call.arguments, ("dlsym",), spec=ANY_CALL, leaf=leaf)
        else:
            yield Target(here, call.arguments, leaf=leaf)


def _is_beside_primitive(leaf: Leaf, program: Program, table: CalleeTable) -> bool:
    """Whether a word was computed from the address of a mapping function, and may be that of another."""
    if isinstance(leaf, Pointer):
        names = {leaf.base.name} if leaf.base.kind is BaseKind.FUNCTION and leaf.path else set()
    elif isinstance(leaf, Anything):
        names = {cause.function for cause in leaf.causes if isinstance(cause, Computed)}
    else:
        return False
    return any(program.plain(name) in table.callees and not program.defines(name) for name in names)


def function_named(leaf: Leaf, program: Program) -> str | None:
    """The function whose address a word is."""
    if isinstance(leaf, Pointer) and leaf.base.kind is BaseKind.FUNCTION:
        return leaf.base.name
    address = numbered_address(leaf)
    symbol = program.function_at(address) if address is not None else None
    return symbol.name if symbol is not None else None


def _named(
    name: str, via: tuple[str, ...], here: Condition, arguments: tuple[Value, ...], program: Program, table: CalleeTable
) -> Iterator[Target]:
    plain = program.plain(name)
    spec = table.callees.get(plain)
    outside = here
    if program.defines(name):
        inside = _presence(name, program) if spec is not None else TRUE
        if (here & inside).satisfiable:
            yield Target(here & inside, arguments, via, symbol=name)
        outside = here & ~inside
    if not outside.satisfiable:
        return
    if name == TRAP:
        yield Target(outside, arguments, via, spec=ANY_CALL)
    elif spec is None:
        yield Target(outside, arguments, via, external=name)
    elif spec.role is Role.SYSCALL:
        yield from _numbered(spec, via, outside, arguments, table)
    else:
        yield Target(outside, arguments, via, spec=spec)


def _presence(name: str, program: Program) -> Condition:
    """When a function of the program stands in for the platform's of the same name."""
    presence = FALSE
    for function in program.definitions(name):
        presence |= function.presence
    return presence


def _numbered(
    spec: CalleeSpec, via: tuple[str, ...], here: Condition, arguments: tuple[Value, ...], table: CalleeTable
) -> Iterator[Target]:
    """A call by number: each mapping function that the number may mean on some architecture."""
    if not arguments:
        yield Target(here, arguments, via, spec=spec)
        return
    rest = arguments[1:]
    for leaf, condition in arguments[0]:
        when = here & condition
        if not when.satisfiable:
            continue
        if isinstance(leaf, Pointer) and leaf.base.kind is BaseKind.FUNCTION and not leaf.path:
            names: tuple[str, ...] = (leaf.base.name,)
        elif isinstance(leaf, Number):
            names = table.syscalls.get(leaf.value & 0xFFFF_FFFF, ())
        else:
            yield Target(
                when, arguments, (*via, "syscall"), leaf=leaf if isinstance(leaf, Anything) else None, spec=spec
            )
            continue
        for name in names:
            found = table.callees.get(name)
            if found is not None:
                yield Target(when, rest, (*via, "syscall"), spec=found)
        if not names:
            yield Target(
                when, rest, (*via, "syscall"), external=f"system call {leaf.value if isinstance(leaf, Number) else '?'}"
            )
