"""Whether a rule's conditions hold for a site, and which rule of a verdict fits it best."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mapproof.model.protection import EXEC, READ, WRITE
from mapproof.model.rule import Field

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from mapproof.model.rule import Predicate, Rule, When
    from mapproof.model.site import Site
    from mapproof.model.verdict import Verdict

RIGHTS: Final = {"read": READ, "write": WRITE, "execute": EXEC}
"""The words of ``may``."""

WORDS: Final[Mapping[Field, Callable[[Site], Iterable[str]]]] = {
    Field.ROLE: lambda site: (site.role.value,),
    Field.PLATFORM: lambda site: (site.platform,),
    Field.LANGUAGE: lambda site: (site.language,),
    Field.WITHIN: lambda site: map(str, site.protections),
    Field.SHARING: lambda site: (sharing.value for sharing in site.map_flags.sharing) if site.map_flags else (),
    Field.ANONYMOUS: lambda site: (site.map_flags.anonymous.value,) if site.map_flags else (),
    Field.DESCRIPTOR: lambda site: site.descriptor or (),
    Field.FUNCTION: lambda site: (site.function,) if site.function is not None else (),
    Field.PRIMITIVE: lambda site: (site.callee.primitive,),
    Field.WRITTEN: lambda site: (site.callee.written,),
    Field.VIA: lambda site: site.callee.via,
    Field.FACT: lambda site: (*site.facts, *(observation.fact for observation in site.observed)),
    Field.OPEN: lambda site: ("yes" if site.open else "no",),
}
"""What a site has to say to each field that asks for words; nothing where nothing is known."""

SOME: Final = frozenset({Field.VIA, Field.FACT})
"""Fields that one fitting word answers; of the others every word must fit, and there must be one."""


def best_rule(rules: Iterable[Rule], verdict: Verdict, site: Site) -> Rule | None:
    """The rule of this verdict whose conditions hold, by precedence and then by id; ``None`` if there is none."""
    fitting = [rule for rule in rules if rule.verdict is verdict and holds(rule.when, site)]
    return min(fitting, key=lambda rule: (-rule.precedence, rule.id), default=None)


def holds(when: When, site: Site) -> bool:
    """Whether all of a rule's conditions hold for this site, or all of a set that does instead."""
    return any(holds(other, site) for other in when.instead) or (
        all(satisfies(predicate, site) for predicate in when.all)
        and (not when.any or any(satisfies(predicate, site) for predicate in when.any))
        and not any(satisfies(predicate, site) for predicate in when.unless)
    )


def satisfies(predicate: Predicate, site: Site) -> bool:
    """Whether a site's answer to one question is yes."""
    if predicate.field is Field.MAY:
        wanted = sum(RIGHTS[word] for word in predicate.values)
        return any(protection.bits & wanted == wanted for protection in site.protections)
    if predicate.field is Field.MASK:
        numbers = [int(word, 0) for word in predicate.values]
        return site.masks is not None and any(mask & bits == bits for mask in site.masks for bits in numbers)
    if predicate.field is Field.FLAG:
        numbers = [int(word, 0) for word in predicate.values]
        masks = site.map_flags.masks if site.map_flags is not None else None
        return bool(masks) and all(any(mask & bits == bits for bits in numbers) for mask in masks or ())
    found = tuple(WORDS[predicate.field](site))
    if predicate.field in SOME:
        return any(word in predicate.values for word in found)
    return bool(found) and all(word in predicate.values for word in found)
