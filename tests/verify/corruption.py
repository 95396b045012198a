"""Ways to spoil a proof or the files it speaks of. Each yields mutants; none of them may ever hold.

A kind is a function from a proof to pairs of a document (or bytes) and the files it is checked against; ``None`` for
the files means those of the proof. Mutants that say the same as the original are dropped by who runs them.
"""

from __future__ import annotations

import copy
import json
import random
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .proofs import Written

    Mutants = Iterator[tuple[dict | bytes, dict[str, bytes] | None]]

FEW = 3
"""Mutants of a kind for one proof, at most."""


def _some(written: Written, items: list, kind: str) -> list:
    """A few of them, always the same ones."""
    chosen = random.Random(f"{written.name} {kind}")  # noqa: S311  to spread, not to hide
    return chosen.sample(items, min(FEW, len(items)))


def _edited(written: Written, kind: str, wanted: Callable, edit: Callable) -> Mutants:
    """Mutants in which one step that fits is edited."""
    steps = written.document()["predicate"]["steps"]
    fitting = [number for number, step in enumerate(steps) if wanted(step)]
    for number in _some(written, fitting, kind):
        document = written.document()
        edit(document["predicate"]["steps"][number])
        yield document, None


def truncated(written: Written) -> Mutants:
    for part in (0, 1, 3, 10, 50, 90):
        yield written.data[: len(written.data) * part // 100], None


def flipped_digit(written: Written) -> Mutants:
    digits = [at for at, byte in enumerate(written.data) if byte in b"0123456789"]
    for at in _some(written, digits, "digit"):
        yield written.data[:at] + b"%d" % ((written.data[at] - 47) % 10) + written.data[at + 1 :], None


def swapped_steps(written: Written) -> Mutants:
    count = len(written.document()["predicate"]["steps"])
    for number in _some(written, list(range(count - 1)), "swap"):
        document = written.document()
        steps = document["predicate"]["steps"]
        steps[number], steps[number + 1] = steps[number + 1], steps[number]
        yield document, None


def dropped_step(written: Written) -> Mutants:
    count = len(written.document()["predicate"]["steps"])
    for number in _some(written, list(range(count)), "drop"):
        document = written.document()
        del document["predicate"]["steps"][number]
        for step in document["predicate"]["steps"]:
            step["premises"] = [p - (p > number) for p in step["premises"] if p != number]
        yield document, None


def doubled_step(written: Written) -> Mutants:
    count = len(written.document()["predicate"]["steps"])
    for number in _some(written, list(range(count)), "double"):
        document = written.document()
        document["predicate"]["steps"].append(copy.deepcopy(document["predicate"]["steps"][number]))
        yield document, None


def other_premise(written: Written) -> Mutants:
    def edit(step: dict) -> None:
        step["premises"][0] = step["premises"][0] - 1 if step["premises"][0] else step["premises"][0] + 1

    yield from _edited(written, "other premise", lambda s: s["premises"], edit)


def removed_premise(written: Written) -> Mutants:
    yield from _edited(written, "no premise", lambda s: s["premises"], lambda s: s["premises"].pop())


def added_premise(written: Written) -> Mutants:
    steps = written.document()["predicate"]["steps"]
    for number in _some(written, list(range(1, len(steps))), "added premise"):
        document = written.document()
        step = document["predicate"]["steps"][number]
        step["premises"].append(next((p for p in range(number) if p not in step["premises"]), 0))
        yield document, None


def turned_premises(written: Written) -> Mutants:
    yield from _edited(written, "turned", lambda s: len(s["premises"]) > 1, lambda s: s["premises"].reverse())


def cyclic_premise(written: Written) -> Mutants:
    steps = written.document()["predicate"]["steps"]
    for number in _some(written, list(range(len(steps))), "cycle"):
        document = written.document()
        document["predicate"]["steps"][number]["premises"].append(number)
        yield document, None


def missing_alternative(written: Written) -> Mutants:
    yield from _edited(written, "missing value", lambda s: s["exact"], lambda s: s["exact"].pop())


def added_alternative(written: Written) -> Mutants:
    yield from _edited(written, "added value", lambda s: s["exact"] is not None, lambda s: s["exact"].append(0x1000))


def wrong_number(written: Written) -> Mutants:
    def edit(step: dict) -> None:
        step["exact"][0] ^= 8

    yield from _edited(written, "number", lambda s: s["exact"], edit)


def known_after_all(written: Written) -> Mutants:
    def edit(step: dict) -> None:
        step["exact"], step["low"], step["why"] = [1], None, []

    yield from _edited(written, "known", lambda s: s["low"] is not None, edit)


def dropped_right(written: Written) -> Mutants:
    yield from _edited(written, "right", lambda s: s["rights"], lambda s: s["rights"].pop())


def _add_right(step: dict) -> None:
    step["rights"].append("rwx")


def added_right(written: Written) -> Mutants:
    yield from _edited(written, "more rights", lambda s: s["kind"] in {"call", "call-at"}, _add_right)


def dropped_assumption(written: Written) -> Mutants:
    yield from _edited(written, "assumption", lambda s: s["assumes"], lambda s: s["assumes"].pop())


def other_words(written: Written) -> Mutants:
    def edit(step: dict) -> None:
        step["says"] += " and nothing else"

    yield from _edited(written, "words", lambda _: True, edit)


def moved_step(written: Written) -> Mutants:
    def edit(step: dict) -> None:
        step["start"] += 1
        step["end"] += 1

    yield from _edited(written, "moved", lambda s: s["end"], edit)


def shortened_step(written: Written) -> Mutants:
    def edit(step: dict) -> None:
        step["end"] -= 1

    yield from _edited(written, "shorter", lambda s: s["end"] > s["start"], edit)


def renamed_step(written: Written) -> Mutants:
    def edit(step: dict) -> None:
        step["name"] = {"PROT_READ": "PROT_NONE", "mmap": "munmap"}.get(step["name"], step["name"] + "x")

    yield from _edited(written, "renamed", lambda s: s["name"], edit)


def other_kind(written: Written) -> Mutants:
    def edit(step: dict) -> None:
        step["kind"] = {"macro": "global", "expression": "constant"}.get(step["kind"], "expression")

    yield from _edited(written, "kind", lambda _: True, edit)


def unknown_kind(written: Written) -> Mutants:
    def edit(step: dict) -> None:
        step["kind"] = "oracle"

    yield from _edited(written, "unknown kind", lambda _: True, edit)


def other_claim(written: Written) -> Mutants:
    for protections in (["---"], ["r--"], ["rw-"], [], ["---", "r--", "rw-", "-w-"]):
        document = written.document()
        document["predicate"]["protections"] = protections
        yield document, None


def other_obligation(written: Written) -> Mutants:
    for number in range(6):
        document = written.document()
        duty = document["predicate"]["obligations"][number]
        duty["status"] = "assumed" if duty["status"] == "proved" else "proved"
        yield document, None


def fewer_obligations(written: Written) -> Mutants:
    for number in range(6):
        document = written.document()
        del document["predicate"]["obligations"][number]
        yield document, None


def fewer_assumptions(written: Written) -> Mutants:
    for number in range(len(written.document()["predicate"]["assumes"])):
        document = written.document()
        del document["predicate"]["assumes"][number]
        yield document, None


def other_site(written: Written) -> Mutants:
    for key, value in (
        ("start", 0),
        ("line", 1),
        ("ordinal", 7),
        ("function", "main"),
        ("written", "main"),
        ("primitive", "munmap"),
        ("snippet", "0" * 64),
        ("path", "elsewhere.c"),
    ):
        document = written.document()
        document["predicate"]["site"][key] = value
        yield document, None


def wrong_digest(written: Written) -> Mutants:
    document = written.document()
    document["subject"][0]["digest"]["sha256"] = "0" * 64
    yield document, None
    document = written.document()
    document["subject"][0]["digest"]["sha256"] = "nothing"
    yield document, None


def other_subjects(written: Written) -> Mutants:
    for name in ("", "elsewhere.c"):
        document = written.document()
        document["subject"][0]["name"] = name
        yield document, None
    document = written.document()
    document["subject"].append(copy.deepcopy(document["subject"][0]))
    yield document, None
    document = written.document()
    document["subject"] = []
    yield document, None


def other_version(written: Written) -> Mutants:
    for key, value in (
        ("predicateType", "urn:mapproof:proof:v2"),
        ("_type", "https://in-toto.io/Statement/v0.1"),
        ("predicateType", 1),
    ):
        document = written.document()
        document[key] = value
        yield document, None


_VERDICTS = {"benign": "proof", "executable": "executable", "violation": "violation", "unresolved": "proof"}


def other_verdict(written: Written) -> Mutants:
    """Another verdict, with and without the predicate's type that goes with it, and with a rule that says it."""
    for verdict, kind in _VERDICTS.items():
        for keys in (("verdict",), ("verdict", "type"), ("verdict", "type", "rule")):
            document = written.document()
            document["predicate"]["verdict"] = verdict
            if "type" in keys:
                document["predicateType"] = f"urn:mapproof:{kind}:v1"
            if "rule" in keys:
                document["predicate"]["rule"] = {
                    "executable": "write-then-execute", "violation": "write-exec-mapping",
                }.get(verdict, "private-data-memory")  # fmt: skip
            if verdict != written.verdict:
                yield document, None
    for key, value in (("rule", "no-such-rule"), ("rule", ""), ("trust", True)):
        document = written.document()
        document["predicate"][key] = value
        yield document, None


def other_rule_pack(written: Written) -> Mutants:
    document = written.document()
    document["predicate"]["tool"]["rulePack"] = "f" * 64
    yield document, None


def missing_field(written: Written) -> Mutants:
    document = written.document()
    places = [document, document["predicate"], document["predicate"]["site"], document["predicate"]["steps"][0]]
    for number, place in enumerate(places):
        for key in _some(written, sorted(place), f"field {number}"):
            mutant = written.document()
            at = [mutant, mutant["predicate"], mutant["predicate"]["site"], mutant["predicate"]["steps"][0]][number]
            del at[key]
            yield mutant, None


def too_little(written: Written) -> Mutants:
    """The chain up to an earlier step: each step is valid, the claim is not reached."""
    count = len(written.document()["predicate"]["steps"])
    for number in _some(written, list(range(1, count)), "too little"):
        document = written.document()
        document["predicate"]["steps"] = document["predicate"]["steps"][:number]
        yield document, None


_MORE = (
    ("a call that adds x", b"\nvoid later(void *p) { mprotect(p, 4096, PROT_READ | PROT_EXEC); }\n"),
    ("a call by number", b"\nvoid later(void *p) { syscall(SYS_mprotect, p, 4096, 7); }\n"),
    ("a trap", b'\nvoid later(void) { __asm__ volatile ("syscall" ::: "memory"); }\n'),
    ("a function by name", b'\nint later(void *p) { return ((int (*)(void *, int))dlsym(0, "mprotect"))(p, 7); }\n'),
    ("a pointer to it", b"\nint (*later)(void *, unsigned long, int) = mprotect;\n"),
    ("a second meaning of a constant", b"\n#undef PROT_READ\n#define PROT_READ 4\n"),
    ("a flag of the process", b"\nvoid later(void) { personality(0x0400000); }\n"),
    ("memory over it", b"\nvoid *later(void *p) { return mmap(p, 4096, 5, MAP_FIXED | MAP_ANONYMOUS, -1, 0); }\n"),
    ("a pasted name", b"\n#define GLUE(a, b) a##b\nvoid later(void *p) { GLUE(mpro, tect)(p, 4096, 7); }\n"),
    ("Windows", b"\nvoid later(void *p) { DWORD old; VirtualProtect(p, 4096, PAGE_EXECUTE_READWRITE, &old); }\n"),
    ("a second name", b"\n#pragma weak later = mprotect\nint later(void *, unsigned long, int);\n"),
    ("a label", b'\nint later(void *, unsigned long, int) __asm__("mprotect");\n'),
)  # fmt: skip


def more_code(written: Written) -> Mutants:
    """Code that makes the claim false is added, and the proof's digest is made to fit."""
    for _name, code in _MORE:
        if b"#define PROT_READ" in code and all(b"PROT_READ" not in data for data in written.context.files.values()):
            continue  # true, and harmless: nothing here reads the constant
        yield _signed(written, lambda data, code=code: data + code)


def same_name_other_file(written: Written) -> Mutants:
    for data in (b"", b"int main(void) { return 0; }\n", b"\0\1\2", b"/*"):
        yield written.document(), dict.fromkeys(written.context.files, data)
        yield _signed(written, lambda _old, data=data: data)


_CHANGES = (
    (b"PROT_READ", b"PROT_EXEC"),
    (b"PROT_WRITE", b"4         "),
    (b"PROT_NONE", b"PROT_EXEC"),
    (b"mmap(", b"umap("),
    (b"~PROT_EXEC", b"~PROT_READ"),
    (b"PAGE_READONLY", b"PAGE_EXECUTE "),
    (b"PAGE_READWRITE", b"64"),
    (b"FILE_MAP_WRITE", b"0x22"),
    (b"USABLE = PROT_READ", b"USABLE = 4|PROT_READ"),
    (b"calls[1]", b"calls[0]"),
    (b"wrapped(4096, PROT_NONE)", b"wrapped(4096, argc)"),
    (b"return NOTHING;", b"return NOTHING | commit;"),
    (b"MAP_PRIVATE | MAP_ANONYMOUS, -1, 0", b"MAP_SHARED, 3, 0"),
)


def changed_bytes(written: Written) -> Mutants:
    """The file says something else: as it stands, and with the proof's digest made to fit."""
    for old, new in _CHANGES:
        for name, data in written.context.files.items():
            if old in data:
                yield written.document(), {**written.context.files, name: data.replace(old, new)}
                yield _signed(written, lambda data, old=old, new=new: data.replace(old, new))


def shifted(written: Written) -> Mutants:
    """Nothing that matters changes but every place does, and the digest is made to fit: the steps point elsewhere."""
    yield _signed(written, lambda data: b"\n" + data)
    yield _signed(written, lambda data: b"/* harmless */ " + data)


def added_file(written: Written) -> Mutants:
    for code in (_MORE[0][1], _MORE[6][1], b"int nothing;\n"):
        yield written.document(), {**written.context.files, "added.c": code}


def _signed(written: Written, change: Callable[[bytes], bytes]) -> tuple[dict, dict[str, bytes]]:
    document = written.document()
    files = {name: change(data) for name, data in written.context.files.items()}
    for subject in document["subject"]:
        subject["digest"]["sha256"] = sha256(files[subject["name"]]).hexdigest()
    return document, files


def borrowed(written: Written, other: Written) -> Mutants:
    """The steps, or the site, of a proof of something else."""
    for keys in (("steps",), ("site",), ("steps", "protections", "obligations", "assumes")):
        document, foreign = written.document(), other.document()
        for key in keys:
            document["predicate"][key] = foreign["predicate"][key]
        yield document, None
    document, foreign = written.document(), other.document()
    document["predicate"]["steps"] += foreign["predicate"]["steps"][-1:]
    yield document, None


KINDS = (
    truncated, flipped_digit, swapped_steps, dropped_step, doubled_step, other_premise, removed_premise, added_premise,
    turned_premises, cyclic_premise, missing_alternative, added_alternative, wrong_number, known_after_all,
    dropped_right, added_right, dropped_assumption, other_words, moved_step, shortened_step, renamed_step, other_kind,
    unknown_kind, other_claim, other_obligation, fewer_obligations, fewer_assumptions, other_site, wrong_digest,
    other_subjects, other_version, other_verdict, other_rule_pack, missing_field, too_little, more_code,
    same_name_other_file, changed_bytes, shifted, added_file,
)  # fmt: skip
"""Every kind of corruption of one proof; :func:`borrowed` takes two."""


def same(one: dict | bytes, other: bytes) -> bool:
    """Whether a mutant says what the original says."""
    try:
        return (json.loads(one) if isinstance(one, bytes) else one) == json.loads(other)
    except ValueError:
        return False
