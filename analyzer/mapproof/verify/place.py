"""The rule about one site in C: what its call asks for, and that nothing in scope can make its memory executable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mapproof.verify.account import OWN, VIEW, account_rules, comes_to_run
from mapproof.verify.claim import EVERY_RIGHT, Claim, Conclusion
from mapproof.verify.layout import header
from mapproof.verify.scope import arguments
from mapproof.verify.table import table_slot
from mapproof.verify.value import value_rules

if TYPE_CHECKING:
    from mapproof.verify.claim import Ask, Rule
    from mapproof.verify.scope import Scope


_DEPTH: Final = 8
"""Wrappers around wrappers that are followed."""

_MOST_USERS: Final = 2000


def c_rules(scope: Scope) -> dict[str, Rule]:
    """Every rule about C text."""
    sites = _Sites(scope)
    return {**value_rules(scope), **account_rules(scope), "site": sites.site, "reaches": sites.reaches}


class _Sites:
    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def site(self, claim: Claim, ask: Ask) -> Conclusion:
        """What the call whose callee (``name`` is ``written=primitive``) stands at ``start`` can make of memory.

        A call of the mapping function itself is claimed for its own arguments; the call of a wrapper for what any call
        of that mapping function in scope asks for. x that only other, new memory can get is no matter here, unless
        both may be views of one object.
        """
        written, _, primitive = claim.name.partition("=")
        text = self._scope.text(claim.path)
        program = ask(Claim("program"))
        uses = ask(Claim("uses", f"{primitive}={primitive}"))
        opening = text.token_at(claim.start + len(written))
        standing = claim.start in text.mentions(written, claim.start, claim.start + len(written) + 1)
        if not standing or opening is None:
            return Conclusion(None, EVERY_RIGHT, (), f"{written} does not stand at {text.place(claim.start)}")
        if ask(Claim("reaches", claim.name)).rights:
            return Conclusion(
                None, EVERY_RIGHT, (), f"{written} at {text.place(claim.start)} is not known to reach {primitive}"
            )
        rights, own = uses.rights or program.rights, False
        if claim.end == opening.start:
            call = ask(Claim("call", primitive, claim.path, claim.start, opening.start))
            rights = call.rights or program.rights
        bad = [right for right in program.rights if right.endswith("x")]
        if any(right.startswith(VIEW) for right in bad):
            own = self._own(primitive, claim.path, opening.start, ask)
        others = [r for r in bad if not r.startswith(OWN) and not (own and r.startswith(VIEW))]
        assumes = tuple(sorted({*program.assumes, *uses.assumes}))
        if comes_to_run(rights):
            assumes = tuple(sorted({*assumes, *ask(Claim("views")).assumes}))
        later = f"but in scope {', '.join(others)} may be asked for" if others else "and nothing in scope adds x to it"
        found = tuple(sorted({*rights, *(others or ())}))
        return Conclusion(None, found, assumes, f"{written} at {text.place(claim.start)} makes memory {later}")

    def reaches(self, claim: Claim, ask: Ask) -> Conclusion:  # noqa: ARG002  a rule's shape
        """Whether a name (``written=primitive``) leads to a mapping function: is it, stands for it, or calls it."""
        written, _, primitive = claim.name.partition("=")
        known, fresh = {primitive}, {primitive}
        for _ in range(_DEPTH):
            if written in known or not fresh:
                break
            fresh = {user for name in fresh for user in self._users(name)} - known
            known |= fresh
        if written in known:
            return Conclusion(None, (), (), f"{written} leads to {primitive}")
        return Conclusion(None, EVERY_RIGHT, (), f"{written} is not seen to lead to {primitive}")

    def _users(self, name: str) -> set[str]:
        """The macros, functions and tables whose text mentions a name."""
        found: set[str] = set()
        for text, offset in self._scope.mentions(name)[:_MOST_USERS]:
            definition = text.definition_at(offset)
            if definition is not None:
                found.add(definition.name)
                continue
            slot = table_slot(text, offset)
            head = header(text, offset)
            found |= ({slot[0]} if slot is not None else set()) | ({head.name} if head is not None else set())
        return found

    def _own(self, primitive: str, path: str, opening: int, ask: Ask) -> bool:
        spans = arguments(self._scope.text(path), opening)
        if not spans:
            return False
        return ask(Claim("memory", primitive, path, spans[0][0], spans[-1][1])).text == OWN
