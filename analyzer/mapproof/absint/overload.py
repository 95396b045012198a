"""Which of several functions with one symbol a call means, as far as the number of its arguments tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mapproof.model.ir import Function


def meant(definitions: Sequence[Function], count: int) -> list[Function]:
    """The definitions that a call with ``count`` arguments may mean. One with another number of parameters is left out
    only where a fitting one exists in the same builds: the two are overloads then, not alternatives."""
    fitting = [function for function in definitions if len(function.parameters) == count]
    return [
        function
        for function in definitions
        if len(function.parameters) == count
        or not any((function.presence & other.presence).satisfiable for other in fitting)
    ]
