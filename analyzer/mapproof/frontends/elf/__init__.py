"""Reads ELF files: where their code is, what it imports, and which instructions refer to what."""
