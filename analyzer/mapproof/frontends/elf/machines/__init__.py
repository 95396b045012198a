"""One module per processor family, each with a ``MACHINES`` tuple."""
