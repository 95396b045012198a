"""p-code to the IR: registers become variables, jumps edges, and calls take their arguments as the ABI says.

What p-code leaves open the ABI closes: which registers a call reads and destroys, where further arguments lie, what a
function may rely on when it is entered. Whatever is not modelled is unknown.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from mapproof.frontends.elf import idiom
from mapproof.frontends.elf.compared import Numbering
from mapproof.frontends.elf.lift import falls_through, inner_targets, jump_targets, signed
from mapproof.frontends.elf.register import temporaries
from mapproof.frontends.elf.surroundings import NO_EFFECT
from mapproof.frontends.elf.sweepdead import without_dead
from mapproof.frontends.elf.trap import is_system_call
from mapproof.model.ir import (
    CallSyntax,
    Const,
    Edge,
    Function,
    FunctionBuilder,
    Opcode,
    Operation,
    Place,
    Symbol,
    SymbolKind,
    Unknown,
    Var,
)
from mapproof.model.location import Address

if TYPE_CHECKING:
    from mapproof.frontends.elf.lift import Body, Instruction, Node, Op
    from mapproof.frontends.elf.surroundings import Effect, Machine
    from mapproof.model.ir import Operand

ARGUMENTS: Final = 6
"""Arguments that a call is given; mapping functions decide by the first six."""

EXTRA: Final = 4
"""Words of the stack that a call of a function in the same file is given besides."""

_CODES: Final = {opcode.value: opcode for opcode in Opcode}
_ARITHMETIC: Final = frozenset(_CODES) - {"LOAD", "STORE", "CALL", "CALLOTHER", "RETURN", "PTRADD", "PTRSUB"}


def lower(body: Body, machine: Machine, symbol: str, name: str, *, exported: bool) -> Function:
    """One function of the IR."""
    return _Lowering(body, machine).function(symbol, name, exported=exported)


class _Lowering:
    def __init__(self, body: Body, machine: Machine) -> None:
        self._body = body
        self._machine = machine
        self._convention = machine.convention
        self._builder = FunctionBuilder()
        self._blocks: dict[tuple[int, int], int] = {}
        self._parts: dict[Var, dict[tuple[int, int], Operand]] = {}
        self._uniques: dict[int, tuple[int, Var]] = {}
        self._temporaries = 0
        self._numbers = Numbering()
        self._module = idiom.module(body.instructions.values(), machine.registers, self._convention.module)
        self._flags = tuple(machine.registers.named(name) for name in self._convention.order_flags)
        self._order_is_old = False
        self._ordered = Var("order of " + " and ".join(self._convention.order_flags), 1)
        self._at = Address(machine.path, body.entry, body.entry)
        self._stack = machine.registers.named(self._convention.stack)
        self._result = machine.registers.named(self._convention.result)
        self._preserved = {machine.registers.named(name) for name in self._convention.preserved}
        self._zero = machine.registers.named(self._convention.zero) if self._convention.zero else None
        self._lost = (
            body.cut or bool(body.unread) or any(not (j.table or j.call or j.back) for j in body.jumps.values())
        )
        self._used: set[Var] = set()
        self._havoc_block: int | None = None

    # -- the function --------------------------------------------------------------------------------------------------

    def function(self, symbol: str, name: str, *, exported: bool) -> Function:
        self._used = self._registers_used()
        leaders = self._leaders()
        first = self._block(self._body.entry, 0)
        parameters = self._enter(first)
        before = self._builder.current
        self._havoc_block = self._havoc() if self._lost or self._body.entered else None
        if self._havoc_block is not None and self._body.entered:
            self._builder.edges[before].append(Edge(self._havoc_block))
        for leader in sorted(leaders):
            if leader in self._body.instructions:
                self._straight(leader, leaders)
        incomplete = ("code that could not be followed",) if self._lost else ()
        function = Function(
            symbol,
            name,
            parameters,
            self._builder.blocks(),
            Address(self._machine.path, self._body.entry),
            exported=exported,
            incomplete=incomplete,
        )
        return without_dead(function)

    def _leaders(self) -> set[int]:
        leaders = {self._body.entry, *self._body.entered}
        for instruction in self._body.instructions.values():
            targets = list(jump_targets(instruction, self._machine.window))
            leaders.update(targets)
            calls = any(op[0] in {"CALL", "CALLIND", "CALLOTHER"} for op in instruction.ops)
            if targets or (self._lost and calls):
                leaders.update((instruction.address, instruction.end) if self._lost and calls else (instruction.end,))
        for jump in self._body.jumps.values():
            leaders.update(jump.targets)
        return leaders

    def _registers_used(self) -> set[Var]:
        """Every register variable that the function's code names, and those that calls pass."""
        used = {self._stack, self._result}
        for instruction in self._body.instructions.values():
            for _name, output, inputs in instruction.ops:
                for node in (*inputs, *(() if output is None else (output,))):
                    if node[0] == "register":
                        used.add(self._machine.registers.holding(node[1], node[2])[1])
        convention = self._convention
        named = (*convention.arguments, *convention.private_arguments, convention.trap_result, *convention.constants)
        for name in named:
            used.add(self._machine.registers.named(name))
        if self._flags:
            used.add(self._ordered)
        return used - ({self._zero} if self._zero is not None else set())

    def _enter(self, first: int) -> tuple[Var, ...]:
        """The state on entry: arguments are parameters, the stack pointer is the frame, other registers are unknown."""
        convention, registers = self._convention, self._machine.registers
        parameters = [registers.named(name) for name in convention.arguments]
        stacked = [Var(f"stack{n}", self._machine.word) for n in range(self._stacked() + EXTRA)]
        private = [registers.named(name) for name in convention.private_arguments]
        known: dict[Var, Operand] = {self._stack: Symbol(SymbolKind.FRAME, "")}
        known |= {
            registers.named(name): Place(self._body.entry, self._machine.word) for name in convention.entry_address
        }
        for name, number in convention.constants.items():
            variable = registers.named(name)
            known[variable] = Const(number, variable.size)
        if convention.global_pointer and self._machine.global_pointer is not None:
            held = self._constant(self._machine.global_pointer + self._machine.window.bias, self._machine.word)
            known[registers.named(convention.global_pointer)] = held
        if self._module is not None:
            kept = Var(f"{self._module.name} as computed", self._module.size)
            self._emit(Opcode.COPY, kept, Unknown(idiom.FOUND, kept.size))
        for variable in sorted(self._used - {*parameters, *private}, key=lambda var: var.name):
            self._emit(Opcode.COPY, variable, known.get(variable, Unknown(idiom.FOUND, variable.size)))
        for index, variable in enumerate(stacked):
            self._store(self._above_stack(convention.stack_arguments + index * self._machine.word), variable)
        self._builder.link(Edge(first))
        return (*parameters, *stacked, *private)

    def _stacked(self) -> int:
        """How many of a mapping function's arguments lie on the stack."""
        return max(0, ARGUMENTS - len(self._convention.arguments))

    def _havoc(self) -> int:
        """A block that anything may have happened before; its way on is added where code may be entered unseen."""
        why = idiom.JUMPED if self._lost else idiom.ENTERED
        block = self._builder.new_block()
        self._builder.current = block
        self._store_anywhere(why)
        for variable in sorted(self._used, key=lambda var: var.name):
            self._emit(Opcode.COPY, variable, Unknown(why, variable.size))
        return block

    def _store_anywhere(self, why: str) -> None:
        """Any word of the frame may be another one now."""
        frame = self._temporary(self._machine.word)
        unknown = self._temporary(self._machine.word)
        somewhere = self._temporary(self._machine.word)
        self._emit(Opcode.COPY, frame, Symbol(SymbolKind.FRAME, ""))
        self._emit(Opcode.COPY, unknown, Unknown(why, self._machine.word))
        self._emit(Opcode.INT_ADD, somewhere, frame, unknown)
        self._emit(Opcode.STORE, None, somewhere, Unknown(why, self._machine.word))

    # -- blocks --------------------------------------------------------------------------------------------------------

    def _block(self, address: int, index: int) -> int:
        key = (address, index)
        if key not in self._blocks:
            self._blocks[key] = self._builder.new_block()
        return self._blocks[key]

    def _begin(self, block: int) -> None:
        self._builder.current = block
        self._parts.clear()
        self._numbers.clear()

    def _straight(self, leader: int, leaders: set[int]) -> None:
        """Lower from a leader to the next one, or to where control does not go on."""
        block = self._block(leader, 0)
        self._begin(block)
        if self._havoc_block is not None and (self._lost or leader in self._body.entered):
            self._builder.edges[self._havoc_block].append(Edge(block))
        instruction: Instruction | None = self._body.instructions[leader]
        while instruction is not None:
            self._at = Address(self._machine.path, instruction.address, instruction.end)
            self._uniques = temporaries(instruction)
            self._instruction(instruction)
            self._note_order()
            if instruction.address in self._body.final or not falls_through(instruction, self._machine.window):
                return
            if instruction.end in leaders:
                self._builder.link(Edge(self._block(instruction.end, 0)))
                return
            following = self._body.instructions.get(instruction.end)
            if following is None:
                self._leave(instruction.end)
            instruction = following

    def _leave(self, address: int) -> None:
        """Go on at an address that is not part of the function: as a call in its place, or into the unknown."""
        if address in self._body.leaving:
            self._tail(address)
        elif self._lost and self._havoc_block is not None:
            self._builder.link(Edge(self._havoc_block))
        else:
            self._emit(Opcode.RETURN, None, Unknown(idiom.JUMPED, self._result.size))

    def _instruction(self, instruction: Instruction) -> None:
        """Lower one instruction; branches within it split it."""
        ops = idiom.with_constants(instruction.ops)
        inner = inner_targets(ops)
        for index, op in enumerate(ops):
            if index in inner:
                self._note_order()
                block = self._block(instruction.address, index)
                self._builder.link(Edge(block))
                self._begin(block)
            name, _output, inputs = op
            if name == "CBRANCH":
                self._branch(instruction, index, inputs[0], inputs[1])
            elif name == "BRANCH":
                self._note_order()
                self._builder.link(Edge(self._destination(instruction, index, inputs[0])))
                self._begin(self._builder.new_block())
            elif name == "BRANCHIND":
                self._indirect(instruction, inputs[0])
                self._begin(self._builder.new_block())
            elif name == "RETURN":
                self._emit(Opcode.RETURN, None, self._result)
                self._begin(self._builder.new_block())
            else:
                self._operation(op)
        if len(ops) in inner:
            self._note_order()
            block = self._block(instruction.address, len(ops))
            self._builder.link(Edge(block))
            self._begin(block)

    def _branch(self, instruction: Instruction, index: int, target: Node, test: Node) -> None:
        self._note_order()
        condition = self._read(test)
        onward = self._builder.new_block()
        destination = self._destination(instruction, index, target)
        self._builder.link(Edge(destination, condition))
        self._builder.link(Edge(onward, condition, nonzero=False))
        self._begin(onward)

    def _destination(self, instruction: Instruction, index: int, target: Node) -> int:
        """The block that a branch leads to; outside the function that is a block of its own with a tail call."""
        space, offset, size = target
        if space == "const":
            return self._block(instruction.address, index + signed(offset, size))
        address = offset - self._machine.window.bias
        if address in self._body.instructions:
            return self._block(address, 0)
        here = self._builder.current
        parts = self._parts
        block = self._builder.new_block()
        self._parts = {}
        self._begin(block)
        self._leave(address)
        self._builder.current = here
        self._parts = parts
        return block

    def _indirect(self, instruction: Instruction, target: Node) -> None:
        jump = self._body.jumps.get(instruction.address)
        if jump is not None and jump.table:
            for address in jump.targets:
                self._builder.link(
                    Edge(self._destination(instruction, 0, ("ram", address + self._machine.window.bias, 8)))
                )
        elif jump is not None and jump.back:
            self._emit(Opcode.RETURN, None, self._result)
        elif jump is not None and jump.call:
            self._called(self._read(target), None)
            self._emit(Opcode.RETURN, None, self._result)
        elif self._lost and self._havoc_block is not None:
            callee = self._read(target)
            away = self._builder.new_block()
            self._builder.link(Edge(self._havoc_block))
            self._builder.link(Edge(away))
            self._begin(away)
            self._called(callee, None)
            self._emit(Opcode.RETURN, None, self._result)

    # -- calls ---------------------------------------------------------------------------------------------------------

    def _tail(self, address: int) -> None:
        """A jump to another function: a call whose result is handed on."""
        symbol, syntax = self._machine.target.called(address)
        self._called(symbol, syntax)
        self._emit(Opcode.RETURN, None, self._result)

    def _call(self, target: Node, *, direct: bool) -> None:
        if direct:
            address = target[1] - self._machine.window.bias
            if address == self._at.return_address:
                return
            symbol, syntax = self._machine.target.called(address)
            self._called(symbol, syntax, self._machine.target.effect(address))
        else:
            cell = target[1] - self._machine.window.bias if target[0] == "ram" else None
            self._called(self._read(target), None, self._machine.target.effect_through(cell))
        if self._convention.pushed:
            self._emit(Opcode.INT_ADD, self._stack, self._stack, Const(self._convention.pushed, self._stack.size))

    def _called(self, callee: Operand, syntax: CallSyntax | None, effect: Effect = NO_EFFECT) -> None:
        registers = self._machine.registers
        arguments: list[Operand] = [registers.named(name) for name in self._convention.arguments]
        inside = syntax is not None and not syntax.via
        for index in range(self._stacked() + (EXTRA if inside else 0)):
            word = self._temporary(self._machine.word)
            at = self._above_stack(self._convention.stack_arguments + index * self._machine.word)
            self._emit(Opcode.LOAD, word, at)
            arguments.append(word)
        if inside and syntax is not None:
            arguments += [registers.named(name) for name in self._convention.private_arguments]
            syntax = replace(syntax, spare=EXTRA + len(self._convention.private_arguments))
        self._builder.emit(Operation(Opcode.CALL, self._result, (callee, *arguments), self._at, syntax))
        self._numbers.assign(self._result)
        changing = self._used - self._preserved - {self._result}
        self._clobber(changing if effect.changed is None else changing & effect.changed)
        if effect.twice:
            self._store_anywhere(idiom.AGAIN)

    def _clobber(self, registers: set[Var]) -> None:
        self._parts.clear()
        constants = {self._machine.registers.named(name): n for name, n in self._convention.constants.items()}
        for variable in sorted(registers, key=lambda var: var.name):
            number = constants.get(variable)
            value = Unknown(idiom.CLOBBERED, variable.size) if number is None else Const(number, variable.size)
            self._emit(Opcode.COPY, variable, value)

    def _trap(self) -> None:
        """A system call: its number and arguments are in registers of their own."""
        registers, convention = self._machine.registers, self._convention
        foreign = convention.foreign_traps.get(self._machine.traps[self._at.address])
        number: Operand = registers.named(convention.trap_number)
        arguments = convention.trap_arguments
        if foreign is not None:
            low, distinct = self._temporary(4), self._temporary(4)
            self._emit(Opcode.SUBPIECE, low, number, Const(0, 4))
            self._emit(Opcode.INT_ADD, distinct, low, Const(foreign.base, 4))
            number, arguments = distinct, foreign.arguments
        inputs = (number, *(registers.named(name) for name in arguments))
        syntax = CallSyntax("syscall", ("syscall",))
        result = registers.named(convention.trap_result)
        callee = Symbol(SymbolKind.FUNCTION, "syscall")
        self._builder.emit(Operation(Opcode.CALL, result, (callee, *inputs), self._at, syntax))
        self._numbers.assign(result)
        self._clobber({registers.named(name) for name in convention.trap_clobbers} & self._used)
        self._parts.clear()

    def _above_stack(self, distance: int) -> Var:
        address = self._temporary(self._stack.size)
        self._emit(Opcode.INT_ADD, address, self._stack, Const(distance, self._stack.size))
        return address

    # -- operations ----------------------------------------------------------------------------------------------------

    def _operation(self, op: Op) -> None:
        name, output, inputs = op
        if name in {"CALLOTHER", "CALLIND"} and self._is_trap():
            self._enter_kernel(name)
        elif name == "CALL":
            self._call(inputs[0], direct=True)
        elif name == "CALLIND":
            self._call(inputs[0], direct=False)
        elif name == "STORE":
            self._store(self._read(inputs[0]), self._read(inputs[1]))
        elif name == "CALLOTHER":
            self._other(output, inputs)
        elif output is not None and not (idiom.moves(name, inputs) and output == inputs[0]):
            self._assign(name, output, inputs)

    def _assign(self, name: str, output: Node, inputs: tuple[Node, ...]) -> None:
        if self._aligns_stack(name, output, inputs):
            self._emit(Opcode.COPY, self._stack, Symbol(SymbolKind.FRAME, f"aligned at {self._at.address:#x}"))
            self._parts.pop(self._stack, None)
            return
        if name in idiom.SELF_ZERO and inputs[0] == inputs[1]:
            self._write(output, Opcode.COPY, (Const(0, output[2]),))
            return
        if self._sets_module(name, output, inputs):
            return
        operands = tuple(self._read(node) for node in inputs)
        if idiom.moves(name, inputs):
            self._write(output, Opcode.COPY, operands[:1])
            return
        if name in {"INT_EQUAL", "INT_NOTEQUAL"} and self._reads_order(name, output, operands):
            return
        if name == "INT_SBORROW":
            self._compare(operands)
        if name == "INT_CARRY" and isinstance(operands[1], Const) and operands[1].value:
            rest = Const(-operands[1].value, operands[1].size)
            self._write(output, Opcode.INT_LESSEQUAL, (rest, operands[0]))
            return
        if name == "LOAD" or name in _ARITHMETIC:
            self._write(output, _CODES[name], operands)
        elif name in idiom.TRUTHS:
            word = self._temporary(output[2])
            self._emit(Opcode.CALLOTHER, word, *operands)
            self._write(output, Opcode.INT_AND, (word, Const(1, output[2])))
        else:
            self._write(output, Opcode.CALLOTHER, operands)

    def _sets_module(self, name: str, output: Node, inputs: tuple[Node, ...]) -> bool:
        """Lower what sets the register that leads to the file's table of addresses: what was computed for it once is
        there again whenever it is loaded back from the stack."""
        if self._module is None or output[0] != "register" or self._holding(output)[1] != self._module:
            return False
        kept = Var(f"{self._module.name} as computed", self._module.size)
        if name == "LOAD":
            self._emit(Opcode.COPY, self._module, kept)
        else:
            operands = tuple(self._read(node) for node in inputs)
            self._write(output, _CODES[name] if name in _ARITHMETIC else Opcode.CALLOTHER, operands)
            self._emit(Opcode.COPY, kept, self._module)
        self._parts.pop(self._module, None)
        return True

    def _compare(self, operands: tuple[Operand, ...]) -> None:
        """Beside an overflow flag, the comparison that it is part of."""
        order = self._temporary(1)
        self._emit(Opcode.INT_SLESS, order, *operands)
        self._numbers.remember(operands[0], operands[1], order)

    def _reads_order(self, name: str, output: Node, operands: tuple[Operand, ...]) -> bool:
        """Lower a test whether two flags agree as the comparison that they come from, if they come from one."""
        self._note_order()
        order = self._numbers.order(*operands)
        if order is None and set(operands) == set(self._flags):
            order = self._ordered
        if order is None:
            return False
        self._write(output, Opcode.COPY if name == "INT_NOTEQUAL" else Opcode.BOOL_NEGATE, (order,))
        return True

    def _note_order(self) -> None:
        """Where flags were set and control may go elsewhere: what their difference says, for tests in other blocks."""
        if not self._order_is_old:
            return
        self._order_is_old = False
        order = self._numbers.order(*self._flags)
        if order is not None:
            self._emit(Opcode.COPY, self._ordered, order)
        else:
            self._emit(Opcode.INT_NOTEQUAL, self._ordered, *self._flags)

    def _aligns_stack(self, name: str, output: Node, inputs: tuple[Node, ...]) -> bool:
        """``and sp, -n`` in a prologue: what lies below is a frame of its own, apart from all that came before."""
        return (
            name == "INT_AND"
            and output[0] == "register"
            and self._machine.registers.holding(output[1], output[2])[1] == self._stack
            and any(node[0] == "const" for node in inputs)
            and self._builder.current == self._blocks[(self._body.entry, 0)]
        )

    def _other(self, output: Node | None, inputs: tuple[Node, ...]) -> None:
        """An operation of the processor that p-code does not spell out: a system call, or anything.

        One that is given an address may write there, as any function may that is given one.
        """
        operands = tuple(self._read(node) for node in inputs[1:])
        words = [
            operand
            for operand, node in zip(operands, inputs[1:], strict=True)
            if idiom.may_address(node, self._machine.word)
        ]
        if words:
            callee = Symbol(SymbolKind.FUNCTION, idiom.PROCESSOR)
            self._builder.emit(Operation(Opcode.CALL, None, (callee, *words), self._at))
        if output is not None:
            self._write(output, Opcode.CALLOTHER, operands)

    def _enter_kernel(self, name: str) -> None:
        """A system call; where the lifter spells it as a call of what an operation or a cell gives, once, there."""
        names = [op[0] for op in self._body.instructions[self._at.address].ops]
        if name != ("CALLIND" if "CALLIND" in names else "CALLOTHER"):
            return
        self._trap()
        if "STORE" in names:
            self._emit(Opcode.INT_ADD, self._stack, self._stack, Const(self._convention.pushed, self._stack.size))

    def _is_trap(self) -> bool:
        names = [op[0] for op in self._body.instructions[self._at.address].ops]
        return self._at.address in self._machine.traps and is_system_call(names)

    def _emit(self, opcode: Opcode, output: Var | None, *inputs: Operand) -> None:
        self._builder.emit(Operation(opcode, output, inputs, self._at))
        if output is not None:
            self._numbers.define(opcode, output, inputs)

    def _store(self, address: Operand, value: Operand) -> None:
        self._emit(Opcode.STORE, None, address, value)

    def _temporary(self, size: int) -> Var:
        self._temporaries += 1
        return Var(f"t{self._temporaries}", size)

    def _constant(self, number: int, size: int) -> Operand:
        address = (
            self._machine.window.address(number) if size == self._machine.word and self._machine.window.bias else None
        )
        return Const(number, size) if address is None else Place(address, size)

    def _read(self, node: Node) -> Operand:
        space, offset, size = node
        if space == "const":
            return self._constant(offset, size)
        if space == "ram":
            word = self._temporary(size)
            self._emit(Opcode.LOAD, word, self._constant(offset, self._machine.word))
            return word
        start, whole = self._holding(node)
        if whole == self._zero:
            return Const(0, size)
        if start == 0 and size == whole.size:
            return whole
        kept = self._parts.get(whole, {}).get((start, size))
        if kept is not None:
            return kept
        part = self._temporary(size)
        self._emit(Opcode.SUBPIECE, part, whole, Const(start, 4))
        self._parts.setdefault(whole, {})[(start, size)] = part
        return part

    def _holding(self, node: Node) -> tuple[int, Var]:
        space, offset, size = node
        if space == "register":
            return self._machine.registers.holding(offset, size)
        start, whole = self._uniques[offset]
        return offset - start, whole

    def _write(self, node: Node, opcode: Opcode, inputs: tuple[Operand, ...]) -> None:
        space, offset, size = node
        if space == "const":
            return
        if space == "ram":
            word = self._temporary(size)
            self._emit(opcode, word, *inputs)
            self._store(self._constant(offset, self._machine.word), word)
            return
        start, whole = self._holding(node)
        if whole == self._zero:
            return
        self._order_is_old = self._order_is_old or whole in self._flags
        if start == 0 and size == whole.size:
            self._emit(opcode, whole, *inputs)
            self._parts.pop(whole, None)
            if opcode is Opcode.INT_ZEXT and isinstance(inputs[0], Var) and inputs[0].name.startswith("t"):
                self._parts[whole] = {(0, inputs[0].size): inputs[0]}
            return
        word = self._temporary(size)
        self._emit(opcode, word, *inputs)
        self._merge(whole, start, word)
        known = self._parts.get(whole, {})
        kept = {at: part for at, part in known.items() if at[0] + at[1] <= start or start + size <= at[0]}
        self._parts[whole] = {**kept, (start, size): word}

    def _merge(self, whole: Var, start: int, word: Var) -> None:
        """Put a word into the bytes of a variable that it takes up."""
        value: Operand = word
        if start:
            low = self._temporary(start)
            self._emit(Opcode.SUBPIECE, low, whole, Const(0, 4))
            joined = self._temporary(start + word.size)
            self._emit(Opcode.PIECE, joined, value, low)
            value = joined
        end = start + word.size
        if end < whole.size:
            high = self._temporary(whole.size - end)
            self._emit(Opcode.SUBPIECE, high, whole, Const(end, 4))
            self._emit(Opcode.PIECE, whole, high, value)
        else:
            self._emit(Opcode.COPY, whole, value)
