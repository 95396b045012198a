"""Whatever is claimed of whatever sites: nothing is called false or harmless without a proof of every site meant."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapproof.model.alert import Alert, Claim, Confidence, Understood
from mapproof.model.answer import How, Match, Outcome
from mapproof.model.dossier import Change, Dossier, Held, Judged, Life, Missed, Proof, Spot, calls_of
from mapproof.triage.answering import Grounds, answer
from mapproof.triage.join import Ties, joined
from mapproof.triage.match import HEADERS as BY_HEADERS

ALERT = Alert(1, "x", "/0", "sarif", "Some Scanner", "r1", message="m")
DECIDED = {Outcome.REFUTED, Outcome.TRUE_BUT_BENIGN}
SEGMENTS = ("executable-stack", "missing-stack-note", "writable-executable-segment", "text-relocations")
SHOWN = {
    Claim.STACK_EXECUTABLE: "no-executable-stack",
    Claim.RWX_SEGMENT: "no-writable-executable-segment",
    Claim.TEXT_RELOCATIONS: "no-text-relocations",
}
FILES = ("lib.so", "other.so")
PROTECTIONS = ("---", "r--", "rw-", "r-x", "rwx")


def site(name: str, verdict: str, **more) -> Judged:
    found = Judged(
        id=name,
        artifact="lib.so",
        sha256="",
        language="elf",
        spot=Spot("lib.so", address=0x1000),
        function="f",
        written="mmap",
        primitive="mmap",
        via=(),
        role="map",
        platform="posix",
        protections=("rw-",),
        open=False,
        verdict=verdict,
        rule="shared-data-memory",
        reason="because",
        remedy="do",
        masks=(3,),
    )
    return replace(found, **more)


def proof(name: str, **more) -> Proof:
    return replace(Proof(name, f"sha256:{name}", 3), **more)


sites = st.lists(
    st.builds(
        lambda number, verdict, role, rule, asked, masks, is_open, unverified, accepted: site(
            f"s{number}",
            "violation" if role == "segment" else verdict,
            role=role,
            rule=rule if role == "segment" else "shared-data-memory",
            protections=tuple(sorted(asked)),
            masks=masks,
            open=is_open,
            unverified=unverified,
            accepted=accepted,
        ),
        st.integers(0, 9),
        st.sampled_from([*["benign"] * 9, "executable", "violation", "unresolved"]),
        st.sampled_from(["map", "map", "protect", "remap", "segment"]),
        st.sampled_from(SEGMENTS),
        st.sets(st.sampled_from(PROTECTIONS), min_size=1),
        st.sampled_from([None, (3,)]),
        st.booleans(),
        st.sampled_from([*[False] * 9, True]),
        st.sampled_from(["", "", "reviewed (ada)"]),
    ),
    max_size=4,
    unique_by=lambda one: one.id,
)
proofs = st.sampled_from([*["holds"] * 6, "gap", "none"])


@st.composite
def cases(draw):
    """A claim about some sites, of which some are proved."""
    there = draw(sites)
    known = {one.id: one for one in there}
    written = {}
    for subject in (*known, *FILES, *map(calls_of, FILES)):
        how = draw(proofs)
        shows = tuple(draw(st.sets(st.sampled_from(sorted(SHOWN.values()))))) if subject in FILES else ()
        if how != "none":
            written[subject] = proof(subject, shows=shows, gap="stuck" if how == "gap" else "")
    claim = draw(st.sampled_from(list(Claim)))
    how = How.HEADERS if claim in BY_HEADERS else draw(st.sampled_from(sorted(set(How) - {How.HEADERS})))
    understood = Understood(claim, draw(st.sampled_from(list(Confidence))), draw(st.sampled_from(["rule", "text"])))
    files = draw(st.sampled_from([("lib.so",), ("lib.so",), FILES, ()]))
    match = Match(how, Confidence.HIGH, files, () if how is How.NOTHING else tuple(known), why_not="nothing there")
    missed = {"lib.so": [Missed("lib.so", "lost", "half of it")]} if draw(st.integers(0, 5)) == 0 else {}
    held = {name: Held(name, "0", "elf", 1, 0) for name in FILES}
    return understood, match, Grounds(known, held, missed, written)


@settings(max_examples=600)
@given(cases())
def test_no_claim_is_settled_without_a_proof_of_every_site(case):
    understood, match, grounds = case
    found = answer(ALERT, understood, match, grounds)
    if found.outcome not in DECIDED:
        assert not found.proofs
        return
    calls = [grounds.sites[name] for name in match.sites if grounds.sites[name].role != "segment"]
    assert found.proofs
    assert match.files
    assert {one.digest for one in grounds.proofs.values() if one.holds} >= set(found.proofs)
    about_calls = understood.claim in {Claim.WRITABLE, Claim.MAPPING_CALL, Claim.PROTECTION_CHANGED}
    about_headers = match.how is How.HEADERS
    if not about_headers or understood.confidence is not Confidence.HIGH:
        assert all(one.verdict == "benign" and not one.unverified for one in calls)
        assert all(grounds.proofs[one.id].digest in found.proofs for one in calls)
    if not about_headers and not about_calls:
        assert all(grounds.sites[name].verdict == "benign" for name in match.sites), "headers may be meant as well"
    for file in match.files:
        if about_headers:
            assert SHOWN[understood.claim] in grounds.proofs[file].shows
            assert grounds.proofs[file].digest in found.proofs
        elif not calls:
            assert grounds.proofs[calls_of(file)].digest in found.proofs
    if match.how is How.FILE and calls:
        assert not grounds.missed, "a call may hide in the part that was not read"
        assert "other.so" not in match.files or grounds.proofs[calls_of("other.so")].holds


@given(cases(), sites)
def test_other_evidence_only_ever_takes_an_answer_back(case, others):
    understood, match, grounds = case
    before = answer(ALERT, understood, match, grounds)
    other = [replace(one, id=f"o{one.id}", language="c", artifact="f.c") for one in others]
    ties = Ties([
        Dossier(("lib.so",), "artifact", (), tuple(grounds.sites.values()), ()),
        Dossier(("f.c",), "source", (), tuple(other), ()),
    ])  # fmt: skip
    after = joined(before, ties, grounds.sites)
    if after.outcome in DECIDED:
        assert after.outcome is before.outcome
        tied = [one for name in match.sites for one in ties.others(name)]
        assert not [one for one in tied if one.verdict in {"violation", "executable"}]


@pytest.mark.parametrize("claim", [Claim.EXECUTABLE, Claim.WRITE_AND_EXECUTE, Claim.WRITE_THEN_EXECUTE])
@pytest.mark.parametrize("verdict", ["violation", "executable", "unresolved"])
def test_one_bad_site_among_many_good_ones_decides(claim, verdict):
    there = {f"s{number}": site(f"s{number}", "benign") for number in range(5)}
    there["bad"] = site("bad", verdict, protections=("rwx",))
    grounds = Grounds(there, {}, {}, {name: proof(name) for name in there})
    match = Match(How.FILE, Confidence.HIGH, ("lib.so",), tuple(there))
    found = answer(ALERT, Understood(claim, Confidence.HIGH, "rule"), match, grounds)
    assert found.outcome not in DECIDED
    assert found.decisive == "bad"


def test_memory_that_is_written_then_run_bears_out_that_claim_and_no_other():
    life = Life(("rw-",), ("rw-", "r-x"), (Change("later", ("r-x",), "this", open=False),), "rw- -> r-x", open=False)
    there = {
        "born": site("born", "unresolved", life=life),
        "later": site("later", "unresolved", role="protect", protections=("r-x",), masks=(5,)),
    }
    match = Match(How.FUNCTION, Confidence.HIGH, ("lib.so",), tuple(there))
    grounds = Grounds(there, {}, {}, {})
    outcomes = {
        claim: answer(ALERT, Understood(claim, Confidence.HIGH, "rule"), match, grounds).outcome
        for claim in (Claim.WRITE_THEN_EXECUTE, Claim.WRITABLE, Claim.EXECUTABLE, Claim.WRITE_AND_EXECUTE)
    }
    assert outcomes == {
        Claim.WRITE_THEN_EXECUTE: Outcome.CONFIRMED,
        Claim.EXECUTABLE: Outcome.CONFIRMED,
        Claim.WRITABLE: Outcome.UNDECIDED,
        Claim.WRITE_AND_EXECUTE: Outcome.UNDECIDED,
    }


def test_accepted_executable_memory_is_accepted():
    there = {"s": site("s", "executable", protections=("r-x",), accepted="reviewed in 2026 (ada)")}
    match = Match(How.LINE, Confidence.HIGH, ("lib.so",), ("s",))
    for claim in (Claim.EXECUTABLE, Claim.WRITE_AND_EXECUTE):
        found = answer(ALERT, Understood(claim, Confidence.HIGH, "rule"), match, Grounds(there, {}, {}, {}))
        assert found.outcome is Outcome.ACCEPTED
        assert "reviewed in 2026 (ada)" in found.reason
    there["s"] = replace(there["s"], accepted="")
    found = answer(ALERT, Understood(Claim.EXECUTABLE, Confidence.HIGH, "rule"), match, Grounds(there, {}, {}, {}))
    assert found.outcome is Outcome.CONFIRMED
