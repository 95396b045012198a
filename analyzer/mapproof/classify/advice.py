"""Advice: what else a reader of a call should know. It changes no verdict and no exit code."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from mapproof.classify.match import holds
from mapproof.model.rule import Field
from mapproof.model.site import PLACED, Advice, Observation

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mapproof.classify.scope import Scope
    from mapproof.model.rule import Rule
    from mapproof.model.site import Site

OVER_CODE: Final = "over-code"
"""The fact that a call maps over memory that surely holds code."""


def advice_on(site: Site, scope: Scope, rules: Iterable[Rule]) -> tuple[Advice, ...]:
    """What the rules with a severity have to say of a site, in their order."""
    site = _with_neighbours(site, scope)
    return tuple(_advice(rule, site) for rule in rules if holds(rule.when, site))


def _advice(rule: Rule, site: Site) -> Advice:
    assert rule.severity is not None  # noqa: S101  the caller picked these
    asked = {
        word
        for predicate in (*rule.when.all, *rule.when.any)
        if predicate.field is Field.FACT
        for word in predicate.values
    }
    seen = "; ".join(observation.detail for observation in site.observed if observation.fact in asked)
    reason = f"{rule.summary}: {seen}" if seen else rule.summary
    return Advice(rule.id, rule.severity, reason, " ".join(rule.remedy.partition("\n\n")[0].split()))


def _with_neighbours(site: Site, scope: Scope) -> Site:
    """The site with what is known of the memory that it is put over."""
    if PLACED not in site.facts or any(observation.fact == OVER_CODE for observation in site.observed):
        return site
    if site.touches is None or len(site.touches) != 1:
        return site
    for birth in scope.births(site) or ():
        certain = not birth.open and len(birth.protections) and all(each.executable for each in birth.protections)
        if certain and birth.region == site.touches[0] and birth.region != site.region:
            detail = f"the memory there is mapped executable by {birth.callee.written} at {birth.location}"
            return replace(site, observed=(*site.observed, Observation(OVER_CODE, detail)))
    return site
