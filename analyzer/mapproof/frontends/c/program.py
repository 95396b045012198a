"""C and C++ files as a program of the IR: everything is searched for by bytes and lowered when it is asked for."""

from __future__ import annotations

from mapproof.frontends.c.writing import Writing


class CProgram(Writing):
    """A :class:`mapproof.model.ir.Program` over source files: the files (``store``), what mentions mapping functions
    (``search``), definitions (``bodies``), callers (``calling``) and stores (``writing``), each built on the former.

    ``files`` is all that may be looked into, ``found`` the files known to mention a mapping function, with their
    bytes. ``gaps`` lists what could not be read so far.
    """
