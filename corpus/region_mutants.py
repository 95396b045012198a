"""Programs altered so that the memory of one mapping call becomes executable later, on another way to it.

Any C or C++ program will do: the call's text is put into an expression that keeps, hands on or moves what it returns,
and what makes the memory executable is put before the file's own text. No mutant may leave the call benign.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ADDING: Final = {
    "posix": "mprotect((void *)({}), 4096, PROT_READ | PROT_WRITE | PROT_EXEC)",
    "win32": "VirtualProtect((void *)({}), 4096, PAGE_EXECUTE_READWRITE, (void *)m_old)",
}
"""What makes memory executable, by platform. ``{}`` is an address."""

DECLARING: Final = {
    "posix": "#include <sys/mman.h>\n",
    "win32": "#include <windows.h>\nstatic DWORD m_old[1];\n",
}

KINDS: Final[Mapping[str, tuple[str, str]]] = {
    "same-function": ("", "({{ void *m_it = (void *)({call}); {add[m_it]}; m_it; }})"),
    "callee": ("static void *m_hand(void *p) {{ {add[p]}; return p; }}", "m_hand((void *)({call}))"),
    "out-of-callee": (
        "static void m_out(void **p) {{ {add[*p]}; }}",
        "({{ void *m_it = (void *)({call}); m_out(&m_it); m_it; }})",
    ),
    "field": (
        "static struct m_box {{ int n; void *kept; }} m_box[1];\nvoid m_later(struct m_box *b) {{ {add[b->kept]}; }}",
        "(m_box->kept = (void *)({call}))",
    ),
    "global": ("static void *m_kept;\nvoid m_later(void) {{ {add[m_kept]}; }}", "(m_kept = (void *)({call}))"),
    "two-calls-deep": (
        (
            "static void *m_kept[2];\nstatic void m_put(void *p) {{ m_kept[1] = p; }}\n"
            "static void *m_save(void *p) {{ m_put(p); return p; }}\nstatic void m_run(void *p) {{ {add[p]}; }}\n"
            "static void m_take(void) {{ m_run(m_kept[1]); }}\nvoid m_later(void) {{ m_take(); }}"
        ),
        "m_save((void *)({call}))",
    ),
    "offset": (
        "static char *m_kept;\nvoid m_later(unsigned long n) {{ {add[m_kept + (n & ~4095UL)]}; }}",
        "(void *)(m_kept = (char *)({call}))",
    ),
    "ifdef": (
        "static void *m_hand(void *p) {{\n#ifdef M_RARE_BUILD\n{add[p]};\n#endif\nreturn p; }}",
        "m_hand((void *)({call}))",
    ),
    "remap": (
        ("static void *m_move(void *p) {{ p = mremap(p, 4096, 8192, MREMAP_MAYMOVE); {add[p]}; return p; }}"),
        "m_move((void *)({call}))",
    ),
    "callback": (
        (
            "static void m_add(void *p) {{ {add[p]}; }}\nstatic void (*volatile m_call)(void *) = m_add;\n"
            "static void *m_hand(void *p) {{ m_call(p); return p; }}"
        ),
        "m_hand((void *)({call}))",
    ),
    "number": (
        "static unsigned long m_kept;\nvoid m_later(void) {{ {add[(void *)m_kept]}; }}",
        "(void *)(m_kept = (unsigned long)({call}))",
    ),
    "union": (
        (
            "static union {{ void *p; unsigned long n; char b[8]; }} m_kept;\n"
            "void m_later(void) {{ {add[(void *)m_kept.n]}; }}"
        ),
        "(m_kept.p = (void *)({call}))",
    ),
    "copied": (
        (
            "#include <string.h>\nstatic void *m_kept, *m_other;\n"
            "void m_later(void) {{ memcpy(&m_other, &m_kept, sizeof m_kept); {add[m_other]}; }}"
        ),
        "(m_kept = (void *)({call}))",
    ),
    "variadic": (
        (
            "#include <stdarg.h>\nstatic void *m_hand(void *q, ...) {{ va_list l; va_start(l, q); "
            "void *p = va_arg(l, void *); va_end(l); {add[p]}; return p; }}"
        ),
        "m_hand(0, (void *)({call}))",
    ),
}
"""By name: what is put before the file, and what takes the place of the call. ``{add[p]}`` adds execution at ``p``."""


@dataclass(frozen=True, slots=True)
class RegionMutant:
    """One altered file. ``shift`` is by how many lines its own text has moved down."""

    name: str
    text: bytes
    shift: int


class _Adding(dict[str, str]):
    """Fills in the call that makes memory executable, whatever the address."""

    def __init__(self, platform: str) -> None:
        super().__init__()
        self._platform = platform

    def __missing__(self, address: str) -> str:
        return ADDING[self._platform].format(address)


def region_mutants(data: bytes, start: int, end: int, platform: str) -> Iterator[RegionMutant]:
    """Every mutant of the call that stands from ``start`` to ``end`` (exclusive) in a file."""
    call = data[start:end].decode("utf-8", "surrogateescape")
    for name, (before, instead) in KINDS.items():
        if platform not in ADDING or (platform != "posix" and name == "remap"):
            continue
        adding = _Adding(platform)
        head = f"{DECLARING[platform]}{before.format(add=adding)}\n"
        changed = instead.format(call=call, add=adding)
        body = data[:start] + changed.encode("utf-8", "surrogateescape") + data[end:]
        yield RegionMutant(name, head.encode() + body, head.count("\n"))
