"""The ground: frozen data that every other room speaks in. Standard library only, no I/O."""
