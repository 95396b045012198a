"""Runs a Python program with stand-ins for `mmap` and `ctypes` that write down what would be asked of the system.

`python python_oracle.py PROGRAM` prints one JSON list of `[line, protection]`. The protection is worked out from the
documentation of `mmap.mmap`, not by the analyzer: `access` other than the default sets it, and excludes `prot`.
"""

from __future__ import annotations

import json
import mmap as real
import runpy
import sys
import types

OBSERVED: list[tuple[int, int]] = []
BY_ACCESS = {1: 1, 2: 3, 3: 3}


def caller() -> int:
    """The line of the program that is being run."""
    frame = sys._getframe(1)  # noqa: SLF001  the interpreter's own way to ask
    while frame is not None and frame.f_code.co_filename != sys.argv[1]:
        frame = frame.f_back
    return frame.f_lineno if frame is not None else 0


class Mapping:
    """Stands in for `mmap.mmap`."""

    def __new__(cls, _fileno, _length, flags=real.MAP_SHARED, prot=3, access=0, _offset=0):  # noqa: D102  as the class says
        if access:
            if flags != real.MAP_SHARED or prot != 3:
                raise ValueError
            prot = BY_ACCESS[access]
        OBSERVED.append((caller(), prot & 7))
        return object.__new__(cls)


class Function:
    """Stands in for a C function."""

    def __init__(self, name):
        self.name = name

    def __call__(self, *arguments):  # noqa: D102  as the class says
        if self.name in {"mmap", "mprotect"}:
            given = arguments[2]
            OBSERVED.append((caller(), getattr(given, "value", given) & 7))
        return 4096


class Library:
    """Stands in for a loaded library."""

    def __init__(self, *_arguments, **_options):
        pass

    def __getattr__(self, name):
        function = Function(name)
        self.__dict__[name] = function
        return function

    def __getitem__(self, name):
        return Function(name)


def main() -> None:
    """Run the program that the command line names."""
    stand_in = types.ModuleType("mmap")
    stand_in.__dict__.update({name: value for name, value in vars(real).items() if name.isupper()}, mmap=Mapping)
    sys.modules["mmap"] = stand_in
    import ctypes  # noqa: PLC0415  after the stand-in is there

    ctypes.CDLL, ctypes.pythonapi = Library, Library()
    runpy.run_path(sys.argv[1], run_name="__main__")
    sys.stdout.write(json.dumps(OBSERVED))


if __name__ == "__main__":
    main()
