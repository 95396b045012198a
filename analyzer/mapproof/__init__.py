"""mapproof proves memory mappings harmless, or says exactly why it can't."""

from __future__ import annotations

__version__ = "0.1.0"
