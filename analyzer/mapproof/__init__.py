"""mapproof proves memory mappings harmless, or says exactly why it can't."""

from __future__ import annotations

from typing import Final

__version__: Final = "0.1.0"
