"""Proofs by their verdict: what each claims, where it is refused, and forgeries whose steps are valid one by one."""

from __future__ import annotations

import json
import re

import msgspec
import pytest

from mapproof.commands.proving import Argued, statement_of
from mapproof.model.verdict import Verdict
from mapproof.scan import Options, scan
from mapproof.verify.certificate import Context, Court, certify, verify
from mapproof.verify.claim import Claim, Derivation
from mapproof.verify.statement import MalformedError, as_step, decoded, encoded
from mapproof.verify.verdict import UnprovableError

from .proofs import pack, proofs

HEAD = "#include <sys/mman.h>\n#define BOTH (PROT_READ | PROT_WRITE | PROT_EXEC)\n"


def argued(path, text: str, primitive: str, number: int = 0) -> tuple[Argued, str]:
    """The finding on one call of a program, and the program's path."""
    path.write_text(HEAD + text)
    together: list = []
    report = scan([str(path)], pack(), Options(), None, together)
    found = [finding for finding in report.findings if finding.site.callee.primitive == primitive]
    return Argued(found[number], report, together[0]), str(path)


def proved(path, text: str, primitive: str) -> dict:
    found, name = argued(path, text, primitive)
    return json.loads(encoded(statement_of(found, [name], pack(), Options())))


WRITTEN_FIRST = """
int seal(void *p) { return mprotect(p, 4096, PROT_READ | PROT_EXEC); }
void *page(void) { return mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); }
int main(void) { return seal(page()); }
"""


def test_executable_says_that_nothing_asks_for_both(tmp_path):
    document = proved(tmp_path / "a.c", WRITTEN_FIRST, "mprotect")
    predicate = document["predicate"]
    assert document["predicateType"] == "urn:mapproof:executable:v1"
    assert (predicate["verdict"], predicate["protections"]) == ("executable", ["r-x"])
    assert {duty["name"]: duty["status"] for duty in predicate["obligations"]}["O5"] == "proved"
    assert "one-view" not in predicate["assumes"]


def test_a_second_view_that_is_not_excluded_is_named(tmp_path):
    file = "void *file(int fd) { return mmap(0, 4096, PROT_READ, MAP_SHARED, fd, 0); }\n"
    predicate = proved(tmp_path / "a.c", WRITTEN_FIRST + file, "mprotect")["predicate"]
    assert "one-view" in predicate["assumes"]
    fifth = predicate["obligations"][4]
    assert (fifth["status"], fifth["assumes"]) == ("assumed", ["one-view"])


def test_violation_says_that_every_such_call_asks_for_both(tmp_path):
    text = "void *f(int r) { return mmap(0, 4096, r ? BOTH : 6, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); }\n"
    document = proved(tmp_path / "a.c", text, "mmap")
    predicate = document["predicate"]
    assert document["predicateType"] == "urn:mapproof:violation:v1"
    assert predicate["protections"] == ["-wx", "rwx"]
    assert [duty["status"] for duty in predicate["obligations"]][1] == "failed"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (
            "void *f(int x) { return mmap(0, 1, x ? BOTH : PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); }\n",
            "a call that asks for w and x at once whenever it is made",
        ),
        (
            "int m(void); void *f(void) { return mmap(0, 1, BOTH | m(), MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); }\n",
            "not known",
        ),
    ],
    ids=["a path", "unknown bits"],
)
def test_a_violation_that_only_some_calls_are_is_refused(text, why, tmp_path):
    context = _context(tmp_path / "a.c", text)
    (path, data), *_ = context.files.items()
    court = Court(context.files, context.table, {})
    with pytest.raises(UnprovableError, match=why):
        court.chain(path, data.index(b"mmap("), "mmap", "mmap", Verdict.VIOLATION)


def test_executable_beside_a_call_that_may_ask_for_both_is_refused(tmp_path):
    context = _context(tmp_path / "a.c", WRITTEN_FIRST + "int open_up(void *p, int x) { return mprotect(p, 1, x); }\n")
    court = Court(context.files, context.table, {})
    start = next(iter(context.files.values())).index(b"mprotect")
    with pytest.raises(UnprovableError, match=r"not known|may be asked for"):
        court.chain(str(tmp_path / "a.c"), start, "mprotect", "mprotect", Verdict.EXECUTABLE)


def _context(path, text: str) -> Context:
    path.write_text(HEAD + text)
    names = pack().names("mapping") | pack().names("transition")
    return Context({str(path): path.read_bytes()}, pack().callees, "0" * 64, "0", pack().names("benign"), names)


def _result(document: dict, context: Context) -> tuple[str, str]:
    outcome = verify(decoded(json.dumps(document).encode()), context)
    return str(outcome.result), " ".join(outcome.details)


def test_the_arguments_of_a_wrapper_are_not_those_of_a_mapping_call(tmp_path):
    """Each step is what its rule gives: only, the call that the last one speaks of is none of a mapping function."""
    text = (
        "static void *f(unsigned long a, int n, int p) {\n"
        "  return mmap(0, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);\n}\n"
        "void *g(void) { return f(0, 1, 7); }\nvoid *h(void) { return f(0, 1, 1); }\n"
    )
    context = _context(tmp_path / "a.c", text)
    (path, data), *_ = context.files.items()
    start = data.index(b"f(0, 1, 1)")
    court = Court(context.files, context.table, {})
    honest = certify(court, context, ("", path, start, "f", "mmap"), "private-data-memory", [path])
    document = json.loads(encoded(honest))
    assert _result(document, context)[0] == "holds"
    court = Court(context.files, context.table, {})
    derivation = Derivation(court.rules)
    last = derivation.prove(Claim("site", "f=mmap", path, start, start + 1))
    forged = derivation.steps[: last + 1]
    assert forged[last].conclusion.rights == ("r--",)
    document["predicate"] |= {
        "steps": [json.loads(json.dumps(_plain(step))) for step in forged],
        "protections": ["r--"],
    }
    result, said = _result(document, context)
    assert result == "lapsed"
    assert re.search("not counted|rests on|not what the steps show", said)


def _plain(step) -> dict:
    return msgspec.to_builtins(as_step(step))


def test_another_sites_proof_under_this_sites_name_lapses():
    ladder = [one for one in proofs() if one.name.startswith("ladder")]
    for one in ladder:
        for other in ladder:
            if one is other:
                continue
            document = one.document()
            document["predicate"]["site"] = other.document()["predicate"]["site"]
            assert one.worth(document) == "lapsed"
            document["predicate"]["steps"][-1] |= {
                key: other.document()["predicate"]["steps"][-1][key] for key in ("start", "end", "name", "says")
            }
            steps = other.document()["predicate"]["steps"]
            assert one.worth(document) == "lapsed" or document["predicate"]["steps"] == steps


@pytest.mark.parametrize("key", ["verdict", "predicate", "sha256", "kind"])
def test_a_key_that_is_given_twice_is_refused(key):
    data = proofs()[0].data.decode()
    found = re.search(rf'"{key}": (?:"[^"]*"|{{)', data)
    assert found is not None
    twice = data[: found.start()] + f'"{key}": 1, ' + data[found.start() :]
    with pytest.raises(MalformedError, match=f"`{key}` is given twice"):
        decoded(twice.encode())


def test_a_type_that_goes_with_another_verdict_is_refused():
    for one in proofs():
        document = one.document()
        for kind in ("proof", "executable", "violation"):
            document["predicateType"] = f"urn:mapproof:{kind}:v1"
            expected = "holds" if document["predicateType"] == one.document()["predicateType"] else "malformed"
            assert one.worth(document) == expected
