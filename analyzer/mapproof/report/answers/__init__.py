"""How the answers to other tools' alerts are written: one module per format, each with a ``FORMAT``."""
