"""The C and C++ types that lowering needs: how wide a value is, whether it has a sign, what a pointer leads to.

Sizes are those of the LP64 model (System V ABI, "Fundamental Types"): char 1, short 2, int and enum 4, long and
pointers 8. A type whose size other models choose differently (``long``, pointers, ``size_t``) is marked ``varies``, so
that nothing is concluded from its ``sizeof``. A typedef that nothing is known of is UNKNOWN, 8 bytes wide and signed;
no comparison that its true width or sign could decide is concluded from it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final


class Shape(StrEnum):
    """What kind of type it is."""

    VOID = "void"
    INTEGER = "integer"
    FLOAT = "float"
    POINTER = "pointer"
    ARRAY = "array"
    RECORD = "record"
    FUNCTION = "function"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class CType:
    """One type. ``size`` in bytes, 0 where it has none or where it has to be asked of a record.

    ``target`` is what a POINTER points to, what an ARRAY holds, what a FUNCTION returns. ``length`` counts an ARRAY's
    elements, ``None`` when unknown. ``tag`` names a RECORD, spells an UNKNOWN type, or marks the INTEGER of a C++
    ``enum``. ``boolean``: a conversion to it asks for nonzero. ``reference``: a C++ reference, lowered as a POINTER
    that is followed on every use. ``parameters`` of a FUNCTION, ``None`` without a prototype.
    """

    shape: Shape
    size: int = 0
    signed: bool = False
    target: CType | None = None
    length: int | None = None
    tag: str = ""
    boolean: bool = False
    varies: bool = False
    const: bool = False
    reference: bool = False
    parameters: tuple[Parameter, ...] | None = None
    variadic: bool = False

    @property
    def known(self) -> bool:
        """False for a name that nothing is known of."""
        return self.shape is not Shape.UNKNOWN

    @property
    def aggregate(self) -> bool:
        """An array or a record: it lives in memory, and its value is not one operand."""
        return self.shape in (Shape.ARRAY, Shape.RECORD)

    @property
    def width(self) -> int:
        """Bytes that a value of this type takes as an operand; addresses, for what has no value of its own."""
        return self.size if self.shape in (Shape.INTEGER, Shape.FLOAT) else 8


@dataclass(frozen=True, slots=True)
class Parameter:
    """A declared parameter. ``default`` is the expanded text of a C++ default argument."""

    name: str
    type: CType
    default: bytes | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """A data member in declaration order. ``name`` is empty for an anonymous struct or union; ``bits`` is the width
    of a bit-field. ``default`` is the expanded text of a C++ default member initializer."""

    name: str
    type: CType
    bits: int | None = None
    static: bool = False
    default: bytes | None = None


@dataclass(frozen=True, slots=True)
class Method:
    """A member function, by the name it is called by. ``prototype.name`` is qualified."""

    name: str
    prototype: Prototype
    virtual: bool = False
    static: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """A struct, union or class whose body was read. ``tag`` is qualified with ``::`` in C++.

    A record without a tag is called after what it declares: ``<typedef>``, ``outer::member``. ``bases`` are the base
    classes' names as written. Not ``exact``: some builds have other members, in number or order, or not all of the
    body was understood.
    """

    tag: str
    union: bool = False
    members: tuple[Member, ...] = ()
    bases: tuple[str, ...] = ()
    methods: tuple[Method, ...] = ()
    exact: bool = True

    def method(self, name: str) -> tuple[Method, ...]:
        """The member functions of that name, overloads in order."""
        return tuple(method for method in self.methods if method.name == name)


@dataclass(frozen=True, slots=True)
class Prototype:
    """A declared or defined function. ``name`` is qualified in C++; ``parameters`` is ``None`` for ``f()`` in C.

    ``storage`` is ``static``, ``extern`` or empty.
    """

    name: str
    result: CType
    parameters: tuple[Parameter, ...] | None
    variadic: bool = False
    storage: str = ""
    inline: bool = False
    definition: bool = False


def integer(size: int, *, signed: bool = True, varies: bool = False) -> CType:
    """An integer of ``size`` bytes."""
    return CType(Shape.INTEGER, size, signed, varies=varies)


VOID: Final = CType(Shape.VOID)
BOOL: Final = CType(Shape.INTEGER, 1, boolean=True)
INT: Final = integer(4)
UINT: Final = integer(4, signed=False)
LONG: Final = integer(8, varies=True)
ULONG: Final = integer(8, signed=False, varies=True)
LONGLONG: Final = integer(8)
CHAR: Final = integer(1)
DOUBLE: Final = CType(Shape.FLOAT, 8, signed=True)


def pointer(target: CType, *, reference: bool = False) -> CType:
    """A pointer or, with ``reference``, a C++ reference."""
    return CType(Shape.POINTER, 8, target=target, varies=True, reference=reference)


def array(element: CType, length: int | None) -> CType:
    """An array; its size is that of its elements, where they have one."""
    size = element.size * length if length is not None else 0
    return CType(Shape.ARRAY, size, target=element, length=length, varies=element.varies, const=element.const)


def record(tag: str) -> CType:
    """The type of a struct, union or class; whether it is complete the scope knows."""
    return CType(Shape.RECORD, tag=tag)


def function(result: CType, parameters: tuple[Parameter, ...] | None, *, variadic: bool = False) -> CType:
    """A function type."""
    return CType(Shape.FUNCTION, target=result, parameters=parameters, variadic=variadic)


def unknown(spelling: str) -> CType:
    """A type name that nothing is known of."""
    return CType(Shape.UNKNOWN, 8, signed=True, tag=spelling, varies=True)


POINTER_TO_VOID: Final = pointer(VOID)


def with_const(ctype: CType) -> CType:
    """The same type, not writable; an array's elements are what is const."""
    if ctype.shape is Shape.ARRAY and ctype.target is not None:
        return replace(ctype, target=with_const(ctype.target), const=True)
    return replace(ctype, const=True)


def decayed(ctype: CType) -> CType:
    """Arrays and functions as the pointers they become when used (C11 6.3.2.1)."""
    if ctype.shape is Shape.ARRAY and ctype.target is not None:
        return pointer(ctype.target)
    return pointer(ctype) if ctype.shape is Shape.FUNCTION else ctype


def promoted(ctype: CType) -> CType:
    """The integer promotions (C11 6.3.1.1p2)."""
    if ctype.shape is Shape.INTEGER and ctype.size < 4:
        return INT
    return replace(ctype, boolean=False, tag="") if ctype.shape is Shape.INTEGER else ctype


def common(left: CType, right: CType) -> CType:
    """The usual arithmetic conversions (C11 6.3.1.8). UNKNOWN and FLOAT win over integers, pointers over all."""
    for shape in (Shape.POINTER, Shape.UNKNOWN, Shape.FLOAT):
        for side in (left, right):
            if side.shape is shape:
                return side
    left, right = promoted(left), promoted(right)
    if left.shape is not Shape.INTEGER or right.shape is not Shape.INTEGER:
        return unknown("")
    if left.size != right.size:
        return replace(left if left.size > right.size else right, tag="", const=False)
    return replace(left, tag="", signed=left.signed and right.signed, varies=left.varies or right.varies, const=False)


def _table() -> dict[str, CType]:
    """C99 <stdint.h>, POSIX <sys/types.h> on LP64, and the Win32 data types (winnt.h, minwindef.h)."""
    table: dict[str, CType] = {"bool": BOOL, "_Bool": BOOL, "wchar_t": INT, "char8_t": integer(1, signed=False)}
    for bits in (8, 16, 32, 64):
        size = bits // 8
        signed, unsigned = integer(size), integer(size, signed=False)
        table |= {f"int{bits}_t": signed, f"uint{bits}_t": unsigned}
        table |= {f"__int{bits}": signed, f"__int{bits}_t": signed, f"__uint{bits}_t": unsigned}
        table |= {f"int_least{bits}_t": signed, f"uint_least{bits}_t": unsigned}
        table |= {f"INT{bits}": signed, f"UINT{bits}": unsigned}
    table |= {"char16_t": table["uint16_t"], "char32_t": table["uint32_t"], "__int128": integer(16)}
    table |= {"__int128_t": integer(16), "__uint128_t": integer(16, signed=False)}
    table |= {"intmax_t": LONGLONG, "uintmax_t": integer(8, signed=False), "off64_t": LONGLONG, "loff_t": LONGLONG}
    table |= dict.fromkeys(
        ("ssize_t", "ptrdiff_t", "intptr_t", "off_t", "time_t", "SSIZE_T", "LONG_PTR", "INT_PTR"), LONG
    )
    table |= dict.fromkeys(("size_t", "uintptr_t", "SIZE_T", "ULONG_PTR", "UINT_PTR", "DWORD_PTR", "rsize_t"), ULONG)
    table |= dict.fromkeys(("mode_t", "uid_t", "gid_t", "DWORD", "UINT", "ULONG", "socklen_t"), UINT)
    table |= dict.fromkeys(("pid_t", "BOOL", "INT", "LONG", "HRESULT", "NTSTATUS"), INT)
    table |= {"BOOLEAN": integer(1, signed=False), "BYTE": integer(1, signed=False), "UCHAR": integer(1, signed=False)}
    table |= {"WORD": integer(2, signed=False), "USHORT": integer(2, signed=False), "SHORT": integer(2)}
    table |= {"DWORD64": integer(8, signed=False), "DWORDLONG": integer(8, signed=False), "LONGLONG": LONGLONG}
    table |= {"ULONGLONG": integer(8, signed=False), "u_char": integer(1, signed=False), "u_int": UINT, "u_long": ULONG}
    table |= {
        "CHAR": CHAR,
        "VOID": VOID,
        "PVOID": POINTER_TO_VOID,
        "LPVOID": POINTER_TO_VOID,
        "HANDLE": POINTER_TO_VOID,
    }
    table |= dict.fromkeys(("LPCVOID", "HMODULE", "HINSTANCE", "FARPROC", "nullptr_t"), POINTER_TO_VOID)
    table |= {"PDWORD": pointer(UINT), "LPDWORD": pointer(UINT), "PULONG": pointer(UINT), "PSIZE_T": pointer(ULONG)}
    return table


STANDARD: Final = _table()
"""Type names that platforms fix and that a tree seldom defines itself; the scope's own typedefs come first."""
