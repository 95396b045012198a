"""The mathematics, first in prose.

A *value* is a finite set of guarded leaves: pairs of a leaf and a condition under which the word may be that leaf.
The leaves are numbers, pointers, and *anything* (a word of which some bits may be known). A concrete word *w* is in a
value, in a build *b* and at a moment *r* of the run, when some leaf admits *w* and its condition holds for (*b*, *r*).
Order is inclusion of these sets; join is union of leaves, conditions of equal leaves joined with ``or``; top is
*anything* with no known bit, always.

Conditions speak of the build (macros) and of the run. A run-time atom speaks of an *identity*: a word that is computed
once in an activation of a function (a parameter, the result of one operation) and never changes afterwards. Testing
the word in two places therefore tests one unknown, and two values that depend on it stay related: ``w ? 2 : 4`` joined
with ``w ? 1 : 0`` never gives ``4 | 1``. When an operation runs again (in a loop) its old identity is forgotten
everywhere: atoms about it are projected away, which only weakens conditions.

Every operation is monotone and covers the concrete one. Sets are cut at :data:`MAX_LEAVES`; what is cut becomes one
*anything* that keeps the bits all cut leaves agree on. Together with widening at loop heads the fixpoint is reached.
"""

from __future__ import annotations

from typing import Final

MAX_LEAVES: Final = 32
"""Leaves a value may hold; enough for every mask of a protection beside some unknowns."""

MAX_PAIRS: Final = 1024
"""Leaf combinations that one operation evaluates before it falls back to known bits."""

MAX_CONDITION: Final = 300
"""Diagram size beyond which a condition's run-time part is projected away."""

MAX_BUILD: Final = 600
"""Diagram size beyond which a condition on the build is given up too: what it guards is taken to be possible always."""

MAX_WORK: Final = 150_000
"""What one run of a function may cost, in operations; larger states and conditions cost more."""

MAX_TOTAL_WORK: Final = 1_500_000
"""What all runs of one function may cost together; one that was given up counts as all."""

MACHINE_SHARE: Final = 4
"""Functions of machine code may cost this many times less: what an answer depends on is cut out of them before."""

DOUBTED_SHARE: Final = 16
"""So may functions that were not understood in full, of which only constants count."""

MAX_FOLLOWED: Final = 60_000
"""What the runs of all that one function calls, to know what that returns, may cost together."""

MAX_IDENTITY: Final = 12
"""Operations that a derived identity is made by; longer ones are not tracked. How long the names of files and functions
are makes no difference."""

PLACING_WORK: Final = 20_000
"""What it may cost to find out where protections are changed when no call can add x, so that no verdict asks for it."""

SURVEY_WORK: Final = 4_000_000
"""What that may cost for all functions of a program together, beside a little for each."""

BINARY_WORK: Final = 2_000_000
"""Operations that all callers and stores which are followed in a binary may cost together: more was not seen to tell
more. A third of it at most goes to one function."""
