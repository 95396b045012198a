"""JSON of any shape, as every reader takes it: no lone surrogates, nothing in it that a terminal would obey."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from mapproof.report.base import portable

_UNPRINTABLE: Final = re.compile(r"[\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")
"""What JSON does not spell out by itself and a terminal or an editor would obey: C1 controls, marks of direction."""


def dumped(document: Any, *, by_name: bool = False) -> str:  # noqa: ANN401  plain JSON data of any shape
    """The document, indented, ending in a newline; ``by_name`` sorts its keys."""
    text = json.dumps(_portable(document), indent=2, ensure_ascii=False, sort_keys=by_name)
    return spelled(text) + "\n"


def spelled(text: str) -> str:
    """JSON text with what JSON itself does not spell out."""
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _portable(value: Any) -> Any:  # noqa: ANN401  likewise
    if isinstance(value, str):
        return portable(value)
    if isinstance(value, list | tuple):
        return [_portable(item) for item in value]
    if isinstance(value, dict):
        return {portable(key): _portable(item) for key, item in value.items()}
    return value
