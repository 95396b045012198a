"""The six obligations of a benign verdict (O1 to O6), each judged for one site against all others in scope."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mapproof.classify.scope import may_execute, sets_read_implies_exec
from mapproof.model.callee import Role
from mapproof.model.hazard import HazardKind
from mapproof.model.protection import ALL
from mapproof.model.site import STACK_GUARDED, STACK_IMPLIES, Maybe
from mapproof.model.verdict import Assumption, Obligation, Reason, Status

if TYPE_CHECKING:
    from mapproof.classify.scope import Scope
    from mapproof.model.rule import Rule
    from mapproof.model.site import Site

_OF_CALLEE: Final = frozenset({Assumption.TABLE_CONSTANT, Assumption.EXTERNAL_SYMBOL})
"""What following a call to its primitive may rest on; other assumptions of a site concern its values."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """One obligation; where it failed also the reason to withhold the verdict and what would settle it."""

    obligation: Obligation
    reason: Reason | None = None
    remedy: str = ""


def judge(site: Site, scope: Scope, justification: Rule | None, *, coverage_gaps: bool) -> tuple[Ruling, ...]:
    """O1 to O6 of a site, in order. ``justification`` is the benign rule that fits it best."""
    return (
        _callee(site, scope),
        _birth(site, scope),
        _later(site, scope, coverage_gaps=coverage_gaps),
        _platform(site, scope),
        _views(site, scope),
        _identity(site, justification),
    )


def _callee(site: Site, scope: Scope) -> Ruling:
    """O1: the call is what it seems."""
    written, primitive = site.callee.written, site.callee.primitive
    if scope.spec(site) is None:
        detail = f"{written} was not followed to a mapping function of the rule pack"
        return _failed("O1", detail, Reason.UNKNOWN_CALL, "add a row to callees.toml that says what the function does")
    chain = f" through {', '.join(site.callee.via)}" if site.callee.via else ""
    named = f"{written} is {primitive}" if written != primitive or chain else f"the call is of {primitive} itself"
    return _met("O1", f"{named}{chain}", _used(site, of_callee=True))


def _birth(site: Site, scope: Scope) -> Ruling:
    """O2: never executable at birth."""
    if site.open:
        gap = site.open_because[0]
        known = (
            "the protection is not known" if site.protections == ALL else f"more than {site.protections} is possible"
        )
        return _failed("O2", f"{known}: {gap.detail}", gap.reason, gap.remedy)
    if len(site.protections) == 0:
        return _failed("O2", "no protection was found that the call could request", Reason.LIMIT)
    if site.protections == ALL and site.masks is not None:
        masks = ", ".join(f"{mask:#x}" for mask in site.masks)
        return _failed("O2", f"a mask among {masks} spells no documented protection", Reason.UNKNOWN_MASK)
    if may_execute(site):
        return _failed("O2", f"{site.protections} can be requested", Reason.DISCIPLINE)
    regained = _regained(site, scope)
    if regained:
        return _failed("O2", regained, Reason.DISCIPLINE)
    detail = f"only {site.protections} can be requested, in every configuration and from every caller in scope"
    return _met("O2", detail, _used(site, of_callee=False))


def _regained(site: Site, scope: Scope) -> str:
    """Why a transition that adds w may make executable memory writable; empty when it can't."""
    if site.role is not Role.PROTECT or not site.protections.may_write:
        return ""
    born = scope.executable_birth(site)
    if born is not None:
        return f"the memory that becomes writable may be that of {born.location}, which may be executable"
    if scope.births(site) is None and not scope.outside(site):
        return "the memory that becomes writable is made out of scope"
    return ""


def _later(site: Site, scope: Scope, *, coverage_gaps: bool) -> Ruling:
    """O3: never made executable later."""
    change = scope.executable_change(site)
    if change is not None:
        where = "an address that may be this region's" if change.touches else "an address that is not known"
        detail = f"{change.callee.written} at {change.location} may add x at {where}"
        remedy = f"show which memory {change.callee.written} at {change.location} is given, or take x out of it"
        return _failed("O3", detail, Reason.LATER_CHANGE, remedy)
    if coverage_gaps:
        detail = "part of the input was not covered, and a call that adds x can't be ruled out there"
        return _failed("O3", detail, Reason.LATER_CHANGE, "see the files that were not covered, and scan again")
    return _met("O3", "no call in scope that changes protections can add x to this memory")


def _platform(site: Site, scope: Scope) -> Ruling:
    """O4: the platform adds no x."""
    undone = _undone(site, scope)
    if undone is not None:
        return undone
    if site.platform == "win32":
        detail = "READ_IMPLIES_EXEC exists on Linux only; data execution prevention is taken to be on"
        return _met("O4", detail, (Assumption.DEP,))
    if site.platform == "mach":
        return _met(
            "O4", "the system call gives the protection that was asked for; READ_IMPLIES_EXEC exists on Linux only"
        )
    if STACK_IMPLIES in site.facts:
        detail = "the executable's PT_GNU_STACK is missing or executable: the kernel may add x to what is readable"
        return _failed("O4", detail, Reason.PLATFORM, "link the executable with -z noexecstack")
    if STACK_GUARDED in site.facts:
        detail = "no personality() call in scope sets READ_IMPLIES_EXEC; the executable's PT_GNU_STACK keeps x away"
        return _met("O4", detail)
    detail = "no personality() call in scope sets READ_IMPLIES_EXEC; the program's PT_GNU_STACK is taken to be there"
    return _met("O4", detail, (Assumption.GNU_STACK,))


def _undone(site: Site, scope: Scope) -> Ruling | None:
    """What in scope may make protections mean less than they say, if anything does."""
    for other in scope.personalities:
        if sets_read_implies_exec(other) is not Maybe.NEVER:
            detail = (
                f"{other.callee.written} at {other.location} may set READ_IMPLIES_EXEC: what is readable is executable"
            )
            remedy = f"take READ_IMPLIES_EXEC out of the call at {other.location}"
            return _failed("O4", detail, Reason.PLATFORM, remedy)
    hazard = scope.hazard(HazardKind.OWN_MEMORY, HazardKind.STACK_NOTE) if _on_linux(site) else None
    if hazard is None:
        return None
    rests = "protections do not hold" if hazard.kind is HazardKind.OWN_MEMORY else "what is readable is executable"
    remedy = f"take out what stands at {hazard.location}, or scan without it if it is of another program"
    return _failed("O4", f"{hazard.detail}, at {hazard.location}: there {rests}", Reason.PLATFORM, remedy)


def _views(site: Site, scope: Scope) -> Ruling:
    """O5: no executable twin."""
    view = scope.executable_view(site)
    if view is not None:
        detail = f"{view.callee.written} at {view.location} may map the same object executable"
        remedy = f"show that {view.callee.written} at {view.location} maps another object, or take x out of it"
        return _failed("O5", detail, Reason.OTHER_VIEW, remedy)
    loaded = _loaded(site, scope)
    if loaded is not None:
        return loaded
    if site.role is Role.MAP and scope.anonymous(site):
        return _met("O5", "anonymous memory: no other mapping shows it")
    return _met("O5", "no other mapping in scope shows an object with x")


def _loaded(site: Site, scope: Scope) -> Ruling | None:
    """What files that are loaded as code mean for O5; ``None`` where they can't matter.

    Where one is loaded that the program makes, code comes into being beside all mapping calls, and whatever any memory
    holds may become part of it.
    """
    if site.platform == "win32":
        return None
    own = scope.hazard(HazardKind.LOADS_OWN)
    if own is not None:
        return _failed("O5", f"at {own.location} {own.detail}", Reason.OTHER_VIEW, "load only files made by others")
    load = scope.hazard(HazardKind.LOADS_ANY, HazardKind.LOADS)
    if load is None or not scope.shows_object(site):
        return None
    named = scope.hazard(HazardKind.OPEN_FILES)
    if named is not None and load.kind is HazardKind.LOADS_ANY:
        detail = f"at {load.location} {load.detail}; at {named.location} {named.detail}: it may be this object"
        return _failed("O5", detail, Reason.OTHER_VIEW, f"show which file is loaded at {load.location}")
    detail = f"no other mapping in scope shows an object with x; at {load.location} {load.detail}, taken to be another"
    return _met("O5", detail, (Assumption.LOADED_FILE,))


def _on_linux(site: Site) -> bool:
    return site.platform not in {"win32", "mach"}


def _identity(site: Site, justification: Rule | None) -> Ruling:
    """O6: the documented reason that fits; it chooses the justification and proves nothing."""
    if justification is None and may_execute(site):
        return _failed("O6", "no justification is for memory that may be executable", Reason.NO_JUSTIFICATION)
    if justification is None:
        remedy = "write a justification for this kind of mapping under rules/benign/"
        return _failed("O6", "no justification in the pack fits this mapping", Reason.NO_JUSTIFICATION, remedy)
    known_by = f"; known by {', '.join(site.known_by)}" if site.known_by else ""
    return _met("O6", f"fits {justification.id}: {justification.summary}{known_by}")


def _used(site: Site, *, of_callee: bool) -> tuple[Assumption, ...]:
    return tuple(assumption for assumption in site.assumptions if (assumption in _OF_CALLEE) is of_callee)


def _met(name: str, detail: str, assumptions: tuple[Assumption, ...] = ()) -> Ruling:
    return Ruling(Obligation(name, Status.ASSUMED if assumptions else Status.PROVED, detail, assumptions))


def _failed(name: str, detail: str, reason: Reason, remedy: str = "") -> Ruling:
    return Ruling(Obligation(name, Status.FAILED, detail), reason, remedy)
