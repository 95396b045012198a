"""A TOML table that is read key by key; whatever is wrong with it becomes a fault with file and line.

``tomllib`` keeps no line numbers, so the line of a key is found by a search of the text.
"""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_PROSE: Final = re.compile(r'"""(?:\\.|(?!""").)*"""' + r"|'''.*?'''", re.DOTALL)
"""Multi-line strings: nothing within them is a key."""

_SYNTAX_LINE: Final = re.compile(r"\(at line (\d+), column \d+\)")


class Document:
    """The text of one TOML file, and where its keys stand. ``faults`` is shared by all documents of a pack."""

    def __init__(self, path: str, text: str, faults: list[str]) -> None:
        self.path = path
        self._text = text
        self._faults = faults
        self._lines: dict[tuple[str, str], int] | None = None

    def parse(self) -> Table | None:
        """The outermost table, or ``None`` with a fault when the text is no TOML."""
        try:
            data = tomllib.loads(self._text)
        except tomllib.TOMLDecodeError as error:
            found = _SYNTAX_LINE.search(str(error))
            self.fault(str(error), int(found[1]) if found else 1)
            return None
        return Table(self, "", data)

    def fault(self, message: str, line: int) -> None:
        """Note a fault at a line, which counts from 1."""
        self._faults.append(f"{self.path}:{line}: {message}")

    def line_of(self, table: str, key: str) -> int:
        """The line of a key or of the table it names; of the enclosing table when it isn't written, else 1."""
        if self._lines is None:
            self._lines = self._find_lines()
        places = ((table, key), (f"{table}.{key}" if table else key, ""), (table, ""))
        return next((self._lines[place] for place in places if place in self._lines), 1)

    def _find_lines(self) -> dict[tuple[str, str], int]:
        found: dict[tuple[str, str], int] = {("", ""): 1}
        text = _PROSE.sub(lambda prose: '""' + "\n" * prose[0].count("\n"), self._text)
        table = ""
        counts: dict[str, int] = {}
        for number, line in enumerate(text.splitlines(), start=1):
            header = re.match(r"\s*\[\[?\s*([^\]]+?)\s*\]", line)
            item = re.match(r"\s*\[\[\s*([A-Za-z0-9_.-]+)\s*\]\]", line)
            key = re.match(r"\s*([A-Za-z0-9_-]+|\"[^\"]*\")\s*=", line)
            if item:
                counts[item[1]] = counts.get(item[1], -1) + 1
                table = f"{item[1]}[{counts[item[1]]}]"
                found.setdefault((item[1], ""), number)
                found.setdefault((table, ""), number)
            elif header and not line.lstrip().startswith(("[0", '["')):
                table = header[1]
                found.setdefault((table, ""), number)
            elif key:
                found.setdefault((table, key[1].strip('"')), number)
        return found


class Table:
    """One table of a document. Each getter marks its key as known; :meth:`close` reports the others."""

    def __init__(self, document: Document, name: str, data: dict[str, Any]) -> None:
        self.document = document
        self.name = name
        self._data = data
        self._known: set[str] = set()

    def __contains__(self, key: str) -> bool:
        return key in self._data

    def keys(self) -> Iterable[str]:
        """The keys as written, in the order of the file."""
        return self._data.keys()

    def fault(self, message: str, key: str = "") -> None:
        """Note a fault at a key's line, or at the table's own."""
        self.document.fault(f"{key}: {message}" if key else message, self.document.line_of(self.name, key))

    def text(self, key: str, *, required: bool = True) -> str:
        """A string that is not blank; empty where it is missing, which is a fault when it is ``required``."""
        value = self._take(key)
        if value is None:
            if required:
                self.fault("is missing", key)
            return ""
        if not isinstance(value, str) or not value.strip():
            self.fault("must be a string with something in it", key)
            return ""
        return value.strip()

    def texts(self, key: str, *, required: bool = False) -> tuple[str, ...]:
        """A list of strings that are not blank."""
        value = self._take(key)
        if value is None or value == []:
            if required:
                self.fault("is missing", key)
            return ()
        if not isinstance(value, list) or not all(isinstance(entry, str) and entry.strip() for entry in value):
            self.fault("must be a list of strings", key)
            return ()
        return tuple(entry.strip() for entry in value)

    def number(self, key: str) -> int | None:
        """An integer, or ``None`` where it is missing."""
        value = self._take(key)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool):
            self.fault("must be an integer", key)
            return None
        return value

    def truth(self, key: str) -> bool | None:
        """A Boolean, or ``None`` where it is missing."""
        value = self._take(key)
        if value is None or isinstance(value, bool):
            return value
        self.fault("must be true or false", key)
        return None

    def items(self, key: str) -> list[Any]:
        """A list of anything."""
        value = self._take(key)
        if value is None:
            return []
        if not isinstance(value, list):
            self.fault("must be a list", key)
            return []
        return value

    def table(self, key: str) -> Table | None:
        """A table within this one, or ``None`` where it is missing."""
        value = self._take(key)
        if value is None:
            return None
        if not isinstance(value, dict):
            self.fault("must be a table", key)
            return None
        return Table(self.document, f"{self.name}.{key}" if self.name else key, value)

    def tables(self, key: str) -> list[Table]:
        """The tables of an array of tables (``[[key]]``)."""
        found: list[Table] = []
        name = f"{self.name}.{key}" if self.name else key
        for number, entry in enumerate(self.items(key)):
            if isinstance(entry, dict):
                found.append(Table(self.document, f"{name}[{number}]", entry))
            else:
                self.fault(f"must be tables: write [[{name}]]", key)
        return found

    def raw(self, key: str) -> Any:  # noqa: ANN401  TOML's values; the caller checks the type
        """Whatever stands there, ``None`` where it is missing."""
        return self._take(key)

    @property
    def line(self) -> int:
        """The line where the table begins, from 1."""
        return self.document.line_of(self.name, "")

    def close(self) -> None:
        """Report every key that nobody asked for: a misspelt key must not be silently without effect."""
        for key in self._data:
            if key not in self._known:
                from difflib import get_close_matches  # noqa: PLC0415  only for a fault

                near = get_close_matches(key, self._known, n=1, cutoff=0.75)
                self.fault("is not a known key" + (f": did you mean {near[0]}?" if near else ""), key)

    def _take(self, key: str) -> Any:  # noqa: ANN401  TOML's values; every getter checks the type
        self._known.add(key)
        return self._data.get(key)
