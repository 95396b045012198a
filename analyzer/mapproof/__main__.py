"""``python -m mapproof``: the same door as the command."""

from __future__ import annotations

import sys

from mapproof.cli import main

sys.exit(main())
