"""The four verdicts, the closed list of reasons why one is withheld, and the assumptions a verdict may rest on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """What is said of a site. Compare by name; no order is implied."""

    BENIGN = "benign"
    EXECUTABLE = "executable"
    VIOLATION = "violation"
    UNRESOLVED = "unresolved"


class Reason(StrEnum):
    """Why a site is unresolved: the closed list. Each has a rule ``limits/<slug>``."""

    PARAMETER = "parameter"
    """The protection is a parameter of a function that code out of scope may call."""
    UNKNOWN_CALL = "unknown-call"
    """The protection is the result of a function whose body is out of scope."""
    UNKNOWN_NAME = "unknown-name"
    """The protection names a constant, macro or object that is defined nowhere in scope."""
    UNKNOWN_MEMORY = "unknown-memory"
    """The protection is read from memory whose writers are not all known."""
    UNKNOWN_MASK = "unknown-mask"
    """The mask is known but spells no documented protection."""
    INDIRECT_CALLER = "indirect-caller"
    """The protection is a parameter of a function whose address escapes."""
    LIMIT = "limit"
    """A stated limit of the analysis was reached (configurations, depth, iterations)."""
    SYNTAX = "syntax"
    """The code around the call could not be parsed."""
    MISSING_ARGUMENT = "missing-argument"
    """The call has fewer arguments than the callee takes."""
    LATER_CHANGE = "later-change"
    """A protection change somewhere in scope can add x, and its address is not known to be another region's."""
    OTHER_VIEW = "other-view"
    """Another mapping in scope may map the same object with x."""
    PLATFORM = "platform"
    """The platform may add x: a ``personality`` call in scope sets or may set READ_IMPLIES_EXEC."""
    NO_JUSTIFICATION = "no-justification"
    """Never executable, but no documented reason in the pack fits the mapping."""
    DISCIPLINE = "discipline"
    """Executable memory of which it is not proved that it is never writable at the same time."""


class Assumption(StrEnum):
    """What a verdict may take for granted. Always listed where used."""

    CLOSED_WORLD = "closed-world"
    """A function with callers in scope has no others that pass more."""
    TABLE_CONSTANT = "table-constant"
    """A data table initialised once is not overwritten with something else."""
    FIELD_STORES = "field-stores"
    """A member's or global's stores are those in scope."""
    GNU_STACK = "gnu-stack"
    """The executable that runs this code has a non-executable ``PT_GNU_STACK``, so the kernel adds no x to readable
    mappings (READ_IMPLIES_EXEC, Linux ``arch/*/include/asm/elf.h``)."""
    DEP = "dep"
    """The process runs with data execution prevention (Windows: always in 64-bit processes, elsewhere a policy), so
    that readable pages are not executable ("Data Execution Prevention", Microsoft)."""
    EXTERNAL_SYMBOL = "external-symbol"
    """A function declared but not defined in scope is the platform's function of that name."""
    ONE_SYSTEM = "one-system"
    """No build defines the macros that stand for two operating systems; no compiler does."""
    LOADED_FILE = "loaded-file"
    """A file that the program loads as code (``dlopen``) is none that it maps: nothing in scope gives one name, or the
    name of an open file, to both."""


class Status(StrEnum):
    """How an obligation stands."""

    PROVED = "proved"
    ASSUMED = "assumed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Obligation:
    """One of O1..O6 for one site: its status and, in a sentence, how it was met or what is missing."""

    name: str
    status: Status
    detail: str
    assumptions: tuple[Assumption, ...] = ()
