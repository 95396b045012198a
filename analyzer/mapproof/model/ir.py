"""The small intermediate representation that every frontend lowers to and one interpreter runs.

The operations are those of Ghidra's p-code (SLEIGH documentation, "P-Code Operation Reference"), over variables that
do not overlap: a frontend for machine code resolves sub-registers with SUBPIECE, PIECE, INT_ZEXT and INT_AND/INT_OR
before it hands a function over.

Memory is named by *addresses*, values made of a base and a path:

* a :class:`Symbol` operand is the address of an object, a stack slot, a function or a literal string;
* ``PTRSUB address, Field(name)`` is the address of a member; ``PTRSUB address, Const(0)`` enters an array (its decay
  to a pointer to element 0);
* ``PTRADD address, index`` moves by whole elements; INT_ADD of an address and a constant moves by bytes;
* ``LOAD address`` reads and ``STORE address, value`` writes what an address names.

Machine code has no objects, only bytes: its addresses are the :class:`Place` of a byte of the loaded file, or lie some
bytes from the FRAME symbol, the stack pointer on entry. Cells there are told apart by offset and size, and may overlap.

A block ends in guarded edges. An edge may test a value (``nonzero`` tells which way) and may bear the presence
condition of a build; a block without edges returns or stops.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Protocol

from mapproof.model.condition import TRUE, Condition

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mapproof.model.location import Location


class Opcode(StrEnum):
    """p-code operations. Inputs and outputs as in the reference; sizes are those of the operands, in bytes.

    CALL: input 0 is the callee's address (a ``Symbol`` or any value), the others are the arguments in order; the
    output, if any, is the result. CALLIND is CALL: a callee is always a value. CALLOTHER: an effect nothing is known
    of; its output, if any, is unknown. RETURN: input 0, if any, is the result. MULTIEQUAL is not used: joins are the
    interpreter's. CBRANCH and BRANCH are edges, not operations.
    """

    COPY = "COPY"
    LOAD = "LOAD"
    STORE = "STORE"
    PTRADD = "PTRADD"
    PTRSUB = "PTRSUB"
    INT_ADD = "INT_ADD"
    INT_SUB = "INT_SUB"
    INT_MULT = "INT_MULT"
    INT_DIV = "INT_DIV"
    INT_SDIV = "INT_SDIV"
    INT_REM = "INT_REM"
    INT_SREM = "INT_SREM"
    INT_AND = "INT_AND"
    INT_OR = "INT_OR"
    INT_XOR = "INT_XOR"
    INT_NEGATE = "INT_NEGATE"
    INT_2COMP = "INT_2COMP"
    INT_LEFT = "INT_LEFT"
    INT_RIGHT = "INT_RIGHT"
    INT_SRIGHT = "INT_SRIGHT"
    INT_EQUAL = "INT_EQUAL"
    INT_NOTEQUAL = "INT_NOTEQUAL"
    INT_LESS = "INT_LESS"
    INT_SLESS = "INT_SLESS"
    INT_LESSEQUAL = "INT_LESSEQUAL"
    INT_SLESSEQUAL = "INT_SLESSEQUAL"
    INT_ZEXT = "INT_ZEXT"
    INT_SEXT = "INT_SEXT"
    INT_CARRY = "INT_CARRY"
    INT_SCARRY = "INT_SCARRY"
    INT_SBORROW = "INT_SBORROW"
    BOOL_NEGATE = "BOOL_NEGATE"
    BOOL_AND = "BOOL_AND"
    BOOL_OR = "BOOL_OR"
    BOOL_XOR = "BOOL_XOR"
    SUBPIECE = "SUBPIECE"
    PIECE = "PIECE"
    POPCOUNT = "POPCOUNT"
    LZCOUNT = "LZCOUNT"
    CALL = "CALL"
    CALLOTHER = "CALLOTHER"
    RETURN = "RETURN"


class SymbolKind(StrEnum):
    """What a symbol names."""

    FUNCTION = "function"
    OBJECT = "object"
    SLOT = "slot"
    STRING = "string"
    FRAME = "frame"


@dataclass(frozen=True, slots=True)
class Var:
    """A variable of one function: a register, a local whose address is never taken, or a temporary; bytes."""

    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Const:
    """An integer, kept modulo ``2**(8*size)``. ``name`` is how the input spelled it (``PROT_EXEC``), or empty."""

    value: int
    size: int
    name: str = ""

    def __post_init__(self) -> None:
        """Bring the value into range."""
        object.__setattr__(self, "value", self.value & (1 << 8 * self.size) - 1)


SINGLETON: Final = "\0"
"""What a string's name begins with that is no address but a value of its own kind, equal to no number (``None``)."""


@dataclass(frozen=True, slots=True)
class Symbol:
    """The address of something named.

    ``name`` is unique within its kind in a program: a function or object that only one unit can see is spelled
    ``unit::name``. A SLOT belongs to the function in whose code it stands, and so does a FRAME, the bytes around the
    stack pointer's value on entry. A STRING's name is its content.
    """

    kind: SymbolKind
    name: str


@dataclass(frozen=True, slots=True)
class Field:
    """The name of a member, as the second input of PTRSUB."""

    name: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that the frontend cannot know. ``reason`` is a slug of the closed list in ``model/verdict.py``."""

    reason: str
    size: int


@dataclass(frozen=True, slots=True)
class Place:
    """The address of a byte of a loaded file, as the file numbers it: where it comes to lie is the loader's choice."""

    address: int
    size: int


Operand = Var | Const | Symbol | Field | Unknown | Place


@dataclass(frozen=True, slots=True)
class Content:
    """What memory holds at an address before the program runs and from then on: a number, or a :class:`Symbol` or
    :class:`Place`. ``via`` says what kind of cell it is (``got``, ``table``), ``assumption`` what its constancy rests
    on; both may be empty."""

    operand: Operand
    via: str = ""
    assumption: str = ""


@dataclass(frozen=True, slots=True)
class CallSyntax:
    """How a call is written. ``written`` is the callee's spelling, ``via`` what stands between it and the target as
    far as syntax shows (``macro``), ``arguments`` the source text of each argument as written. ``defined`` is where the
    call itself stands when that is in a macro's definition. ``numeric`` are the positions of the arguments that are
    written as numbers, without a name. The last ``spare`` operands of the call are words that lie
    where further arguments would, if the callee takes any."""

    written: str
    via: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()
    defined: Location | None = None
    spare: int = 0
    numeric: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation. ``location`` is where it stands; ``call`` is present on CALL only."""

    opcode: Opcode
    output: Var | None
    inputs: tuple[Operand, ...]
    location: Location
    call: CallSyntax | None = None


@dataclass(frozen=True, slots=True)
class Edge:
    """A way out of a block, taken when ``test`` (if any) is nonzero (or zero, with ``nonzero=False``) in a build for
    which ``presence`` holds."""

    target: int
    test: Operand | None = None
    nonzero: bool = True
    presence: Condition = TRUE


@dataclass(frozen=True, slots=True)
class Block:
    """Operations in order, then edges. Without edges control leaves the function.

    ``origins`` says where the operations stood in the function that this one is a part of: numbers of block and place.
    It is empty in a function that is whole.
    """

    operations: tuple[Operation, ...] = ()
    edges: tuple[Edge, ...] = ()
    origins: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Function:
    """One function, or the code that fills in a static object before the program runs.

    ``symbol`` is unique in the program, ``name`` is what people call it. ``blocks[0]`` is the entry. ``presence`` is
    the condition under which the definition exists. ``exported``: code outside the program may call it.
    ``incomplete`` names what could not be lowered; its effects are then unknown. ``replaceable``: a definition out of
    scope may take its place (a weak symbol).
    """

    symbol: str
    name: str
    parameters: tuple[Var, ...]
    blocks: tuple[Block, ...]
    location: Location
    presence: Condition = TRUE
    exported: bool = True
    incomplete: tuple[str, ...] = ()
    replaceable: bool = False


@dataclass(frozen=True, slots=True)
class References:
    """Functions that may call or store to something. ``complete`` is false when others, out of scope, may do so too;
    ``reason`` then says why. ``assumption`` names what completeness rests on, or is empty. ``clears``: something that
    is not among the stores of these functions may fill it with zeros. ``by_value`` is false for a function that these
    only ever call by its name: its address goes nowhere."""

    functions: tuple[Function, ...] = ()
    complete: bool = True
    reason: str = ""
    assumption: str = ""
    clears: bool = False
    by_value: bool = True


@dataclass(frozen=True, slots=True)
class Initializer:
    """The content of a static object before the program runs: the cells that ``function`` stores, the rest zero.

    ``constant`` is true when the object cannot be written at all.
    """

    function: Function
    constant: bool = False


def defined_once(initializers: Sequence[Initializer]) -> Condition:
    """The builds in which at most one definition says what an object holds: no other can be compiled."""
    possible = TRUE
    filled = [i.function.presence for i in initializers if any(block.operations for block in i.function.blocks)]
    for number, presence in enumerate(filled):
        for other in filled[number + 1 :]:
            if other is not presence:
                possible &= ~(presence & other)
    return possible


class Program(Protocol):
    """What the interpreter may ask of a frontend. Every answer is lowered on demand and remembered by the frontend."""

    @property
    def zeroed(self) -> bool:
        """Whether a member may be zero before code stores to it, as fresh memory may."""
        ...

    @property
    def effort(self) -> int:
        """What it has cost so far to read functions, measured in operations that are run; 0 where that is little."""
        ...

    def candidates(self) -> Sequence[Function]:
        """Functions that may contain a call of a mapping primitive, in a stable order."""
        ...

    def definitions(self, symbol: str) -> Sequence[Function]:
        """The bodies that a function symbol may stand for, each under its presence condition; none if external."""
        ...

    def defines(self, symbol: str) -> bool:
        """Whether :meth:`definitions` has an answer, found out without lowering."""
        ...

    def plain(self, symbol: str) -> str:
        """The name by which the platform or another unit would know a symbol."""
        ...

    def callers(self, function: Function, *, direct: bool = False) -> References:
        """Functions that may call this one; with ``direct`` no more than those that call it by its name."""
        ...

    def initializers(self, symbol: str) -> Sequence[Initializer]:
        """The initial contents of an object, each under its function's presence condition; none if it is external."""
        ...

    def writers(self, symbol: str, member: str, *, at_most: int | None = None) -> References:
        """Functions that may store to an object (``symbol``) or, with ``member``, to any object's member of that name.

        Where more than ``at_most`` are seen to, the answer may be no more than that it is not complete.

        An object passed by address to code that cannot be seen has writers out of scope.
        """
        ...

    def carries(self, symbol: str, member: str) -> bool:
        """Whether an object (or, with an empty symbol, a member of that name) may hold a mapping function's address."""
        ...

    def users(self, names: frozenset[str], *, at_most: int) -> Sequence[Function]:
        """Functions that name one of these functions of the platform, in a stable order; none of more than
        ``at_most``."""
        ...

    def content(self, address: int, size: int, reader: str = "") -> Content | None:
        """What ``size`` bytes at a numbered address hold for as long as the program runs; ``None`` if that may change
        or is not known."""
        ...

    def function_at(self, address: int) -> Symbol | None:
        """The function at a numbered address, ``None`` where there is none."""
        ...

    def text_at(self, address: int) -> str | None:
        """The constant text, up to its zero byte, at a numbered address."""
        ...


@dataclass(slots=True)
class FunctionBuilder:
    """Collects blocks while a function is lowered. Block 0 is the entry and is open at first."""

    operations: list[list[Operation]] = field(default_factory=lambda: [[]])
    edges: list[list[Edge]] = field(default_factory=lambda: [[]])
    current: int = 0

    def new_block(self) -> int:
        """A new empty block's number; the current block stays current."""
        self.operations.append([])
        self.edges.append([])
        return len(self.operations) - 1

    def emit(self, operation: Operation) -> None:
        """Append to the current block."""
        self.operations[self.current].append(operation)

    def link(self, edge: Edge) -> None:
        """Add a way out of the current block."""
        self.edges[self.current].append(edge)

    def blocks(self) -> tuple[Block, ...]:
        """All blocks, frozen."""
        return tuple(Block(tuple(ops), tuple(edges)) for ops, edges in zip(self.operations, self.edges, strict=True))
