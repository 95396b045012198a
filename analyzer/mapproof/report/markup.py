"""Text from outside in a page: shown as it is, obeyed by nobody."""

from __future__ import annotations

from html import escape

from mapproof.report.style import visible


def shown(text: str) -> str:
    """Text that HTML shows as it is; what no page may hold, or would obey, is spelled out."""
    return escape(visible(text))
