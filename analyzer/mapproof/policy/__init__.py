"""What a project wants of a gate: read from its configuration, judged elsewhere."""
