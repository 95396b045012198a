"""Who may call a function: by name, through tables and pointers, or without being seen to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from mapproof.frontends.c.bodies import Bodies
from mapproof.frontends.c.caller import constructs, elsewhere_constructed, in_default, may_mean, nameless, runs_code
from mapproof.frontends.c.carrier import uses
from mapproof.frontends.c.search import order
from mapproof.model.ir import References
from mapproof.model.verdict import Assumption

if TYPE_CHECKING:
    from mapproof.frontends.c.mention import Mention
    from mapproof.model.ir import Function


_CALLED: Final = re.compile(rb"\s*\(")


class Calling(Bodies):
    """Callers by function."""

    def callers(self, function: Function, *, direct: bool = False) -> References:
        """See :class:`mapproof.model.ir.Program`."""
        if direct and function.symbol not in self._callers:
            return self._by_name(function)
        if function.symbol not in self._callers:
            self._callers[function.symbol] = self._find_callers(function)
        return self._callers[function.symbol]

    def _by_name(self, function: Function) -> References:
        """The functions in which the name stands before a list of arguments."""
        last = function.name.rpartition("::")[2]
        places = [
            place
            for name in self._mentions.closure(last)
            for place in self._mentions.code(name)
            if name != last or _CALLED.match(place.source.uncommented, place.offset + len(last)) is not None
        ]
        symbols = {function.symbol, function.name}
        found = {id(lowered.function): lowered.function for lowered in self._bodies(places)}
        callers = sorted((each for each in found.values() if uses(each, symbols)), key=order)
        return References(
            tuple(callers), complete=False, reason="its address may be kept, and it be called through that"
        )

    def _find_callers(self, function: Function) -> References:  # noqa: C901  one branch per case
        last = function.name.rpartition("::")[2]
        symbols = {function.symbol, function.name}
        if "::" in function.name:
            symbols.add(f"*::{last}")
        found: dict[int, Function] = {}
        escapes = nameless(function.name)
        stored = False
        exported = function.exported
        queue, seen = self._mentions.closure(last), {last}
        queue += [alias for alias in self._aliases.names(last) if alias not in queue]
        for name in queue:
            for mention in self._mentions.code(name):
                covered = False
                for carriers, user in self._carriers(mention, symbols):
                    mentioned = uses(user, symbols)
                    escapes = escapes or self._may_mean_static(function, mention, user)
                    covered = covered or mentioned
                    if (mention.in_body or runs_code(user)) and (name != last or mentioned):
                        found[id(user)] = user
                    if carriers.passed:
                        escapes = "its address is handed to code that is not followed"
                    stored = stored or bool(carriers.objects or carriers.members)
                    names = [*carriers.members, *(self.plain(s).rpartition("::")[2] for s in carriers.objects)]
                    if carriers.returned:
                        stored = True
                        symbols.add(f"result of {user.symbol}")
                        symbols.add(f"result of {user.name}")
                        names.append(user.name.rpartition("::")[2])
                        exported = exported or user.exported
                    for new in names:
                        if new not in seen:
                            seen.add(new)
                            queue.extend(n for n in self._mentions.closure(new) if n not in queue)
                escapes = escapes or self._hidden_call(function, mention, symbols, covered=covered)
        functions = tuple(sorted(found.values(), key=order))
        if escapes:
            return References(functions, complete=False, reason=escapes)
        if not functions and stored:
            return References((), complete=False, reason="its address is kept where code out of scope may read it")
        if not functions:
            return References((), complete=False, reason="no caller is in scope")
        return References(functions, assumption=Assumption.CLOSED_WORLD if exported else "", by_value=stored)

    def _may_mean_static(self, function: Function, mention: Mention, user: Function) -> str:
        """Why a name that nothing declares where it is used may be this function: some file includes both, and others
        that have such a function too. Empty if it may not."""
        path = function.location.path
        static = function.symbol != function.name and function.symbol.startswith(f"{path}::")
        if not static or mention.source.path == path or not uses(user, {function.name}):
            return ""
        if path not in self._tree.beside(mention.source.path):
            return ""
        return f"{user.name}() calls one of several functions of that name, which of them is not known"

    def _hidden_call(self, function: Function, mention: Mention, symbols: set[str], *, covered: bool) -> str:
        """Why the function may be called in a way that its name's mention does not show; empty if it may not."""
        if not (mention.source.cpp or "::" in function.name):
            return ""
        if constructs(function.name) and elsewhere_constructed(mention, function.name):
            return "objects of its class are part of others, and are made where the class is not named"
        if not covered and in_default(mention):
            return f"a default value on line {mention.source.line_column(mention.offset)[0]} may call it"
        if mention.in_body:
            last = function.name.rpartition("::")[2]
            for lowered in self._functions(mention.source, mention.chunk):
                for other in sorted(may_mean(lowered.function, last, symbols)):
                    if other not in self._table.callees and not self.defines(other):
                        return f"{self.plain(other)}() is called, and may be it"
        return ""
