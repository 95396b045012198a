"""Every field of a condition, answered yes and no; what is not known is answered no."""

from __future__ import annotations

import pytest

from mapproof.classify.match import WORDS, best_rule, holds
from mapproof.model.callee import Role
from mapproof.model.rule import Field, Predicate, When
from mapproof.model.site import Callee, MapFlags, Maybe, Sharing
from mapproof.model.verdict import Verdict

from .conftest import OUTSIDE, PRIVATE_ANONYMOUS, SHARED_FILE, builtin, make, mmap, mprotect

EITHER = MapFlags(None, (Sharing.PRIVATE, Sharing.SHARED), Maybe.MAY)


def flagged(*masks):
    return mmap("r--", map_flags=MapFlags(masks, (Sharing.PRIVATE,), Maybe.ALWAYS))


ANSWERS = [
    (Field.ROLE, ["map", "object"], mmap("r--"), mprotect("r--")),
    (Field.PLATFORM, ["win32"], make(Role.MAP, "VirtualAlloc", "r--"), mmap("r--")),
    (Field.LANGUAGE, ["elf"], mmap("r--", language="elf"), mmap("r--")),
    (Field.MAY, ["write", "execute"], mmap("r-- rwx"), mmap("rw- r-x")),
    (Field.MAY, ["read"], mmap("r--"), mmap("--x -w-")),
    (Field.WITHIN, ["---", "r--"], mmap("r--"), mmap("r-- rw-")),
    (Field.WITHIN, ["---"], mmap("---"), mmap("")),
    (Field.SHARING, ["private"], mmap("r--", map_flags=PRIVATE_ANONYMOUS), mmap("r--", map_flags=EITHER)),
    (Field.SHARING, ["private", "shared"], mmap("r--", map_flags=EITHER), mmap("r--", map_flags=None)),
    (Field.ANONYMOUS, ["always"], mmap("r--"), mmap("r--", map_flags=SHARED_FILE)),
    (Field.ANONYMOUS, ["never", "may"], mmap("r--", map_flags=EITHER), mmap("r--", map_flags=None)),
    (
        Field.DESCRIPTOR,
        ["field h", "-1"],
        mmap("r--", descriptor=("field h",)),
        mmap("r--", descriptor=("field h", "x")),
    ),
    (Field.DESCRIPTOR, ["field h"], mmap("r--", descriptor=("field h",)), mmap("r--")),
    (Field.FUNCTION, ["f", "g"], mmap("r--"), mmap("r--", function="h")),
    (Field.FUNCTION, ["f"], mmap("r--"), mmap("r--", function=None)),
    (Field.PRIMITIVE, ["mmap"], mmap("r--"), make(Role.MAP, "shmat", "r--")),
    (Field.WRITTEN, ["osMmap"], mmap("r--", callee=Callee("osMmap", "mmap")), mmap("r--")),
    (Field.VIA, ["table"], mmap("r--", callee=Callee("m", "mmap", ("macro", "table"))), mmap("r--")),
    (Field.FACT, ["a", "b"], mmap("r--", facts=frozenset({"b", "c"})), mmap("r--", facts=frozenset({"c"}))),
    (Field.OPEN, ["yes"], mmap("r--", open_because=OUTSIDE), mmap("r--")),
    (Field.OPEN, ["no"], mmap("r--"), mmap("r--", open_because=OUTSIDE)),
    (Field.MASK, ["0x400000", "3"], mmap("r--", masks=(1, 7)), mmap("r--", masks=(1, 2))),
    (Field.MASK, ["1"], mmap("r--", masks=(1,)), mmap("r--", masks=None)),
    (Field.FLAG, ["0x20000"], flagged(0x20022, 0x20122), flagged(0x20022, 0x22)),
    (Field.FLAG, ["2"], flagged(0x22), mmap("r--", map_flags=None)),
]


@pytest.mark.parametrize(("field", "values", "yes", "no"), ANSWERS, ids=[f"{case[0]}-{case[1]}" for case in ANSWERS])
def test_a_field_tells_sites_apart(field, values, yes, no):
    predicate = Predicate(field, tuple(values))
    assert holds(When(all=(predicate,)), yes)
    assert not holds(When(all=(predicate,)), no)
    assert holds(When(all=(), any=(predicate,)), yes)
    assert not holds(When(all=(), any=(predicate,)), no)
    assert holds(When(unless=(predicate,)), no)
    assert not holds(When(unless=(predicate,)), yes)


def test_every_field_is_asked_above():
    assert {case[0] for case in ANSWERS} == set(Field)
    assert set(WORDS) == set(Field) - {Field.MAY, Field.MASK, Field.FLAG}


def test_all_any_and_unless_are_joined():
    reads, writes, executes = (Predicate(Field.MAY, (right,)) for right in ("read", "write", "execute"))
    when = When(all=(reads,), any=(writes, executes), unless=(Predicate(Field.FUNCTION, ("g",)),))
    assert holds(when, mmap("rw-"))
    assert holds(when, mmap("r-x"))
    assert not holds(when, mmap("r--"))
    assert not holds(when, mmap("-w-"))
    assert not holds(when, mmap("rw-", function="g"))


def test_precedence_chooses_and_then_the_id():
    rules = builtin().rules
    special = next(rule for rule in rules if rule.id == "shm-exec-attach")
    general = next(rule for rule in rules if rule.id == "write-exec-mapping")
    segment = make(Role.MAP, "shmat", "rwx")
    assert best_rule([general, special], Verdict.VIOLATION, segment) is special
    assert best_rule([special, general], Verdict.VIOLATION, segment) is special
    assert best_rule([special, general], Verdict.VIOLATION, mmap("rwx")) is general
    assert best_rule([special, general], Verdict.BENIGN, segment) is None
