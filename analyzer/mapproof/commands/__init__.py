"""The commands, one module each: `arguments` says what can be asked, `run` answers; none of them prints."""
