"""Inline assembly: its outputs are unknown, and a system call instruction is a call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mapproof.frontends.c.call import call_syntax
from mapproof.frontends.c.context import Context, Place, Value
from mapproof.frontends.c.conversion import resize
from mapproof.frontends.c.ctype import VOID
from mapproof.frontends.c.machine import TRAP, joined
from mapproof.frontends.c.place import address_of, forget, load
from mapproof.model.ir import CallSyntax, Edge, Opcode, Operand, Symbol, SymbolKind, Unknown

if TYPE_CHECKING:
    import tree_sitter

SYSTEM_CALL: Final = Symbol(SymbolKind.FUNCTION, "asm:syscall")


def lower_assembly(context: Context, node: tree_sitter.Node) -> Value:
    """A GNU ``asm``: inputs are evaluated, outputs become unknown, memory that is named may change."""
    outputs: list[Place] = []
    operands: list[Operand] = []
    for listed in node.named_children:
        if listed.type == "gnu_asm_output_operand_list":
            _outputs(context, listed, outputs, operands)
        elif listed.type == "gnu_asm_input_operand_list":
            for operand in listed.named_children:
                expression = operand.child_by_field_name("value")
                if expression is not None:
                    operands.append(context.value(expression).operand)
        elif listed.type == "gnu_asm_goto_list":
            _labels(context, listed)
    operands = [resize(context, node, operand, 8, signed=True) for operand in operands]
    code = node.child_by_field_name("assembly_code")
    text = context.text(code) if code is not None else context.text(node)
    if TRAP.search(joined(text)):
        arguments = tuple(context.text(part) for part in node.named_children)
        location, syntax = call_syntax(context, node, ())
        written = syntax.written.partition("(")[0].split()[0]
        context.call(location, 8, SYSTEM_CALL, operands, CallSyntax(written, syntax.via, arguments))
    addresses = [address_of(place) for place in outputs if place.var is None]
    context.effect(node, Opcode.CALLOTHER, *operands, *addresses)
    for place in outputs:
        forget(context, node, place, "unknown-call")
    return Value(Unknown("unknown-call", 8), VOID)


def _outputs(context: Context, listed: tree_sitter.Node, outputs: list[Place], operands: list[Operand]) -> None:
    for operand in listed.named_children:
        expression, constraint = operand.child_by_field_name("value"), operand.child_by_field_name("constraint")
        if expression is None:
            continue
        place = context.place(expression)
        outputs.append(place)
        if constraint is not None and "+" in context.text(constraint) and not place.type.aggregate:
            operands.append(load(context, operand, place).operand)


def _labels(context: Context, listed: tree_sitter.Node) -> None:
    """``asm goto`` may go to each label it names."""
    for label in listed.named_children:
        context.builder.link(Edge(context.label(context.text(label))))
    following = context.builder.new_block()
    context.goto(following)
    context.builder.current = following
