"""One abstract interpreter over the IR, whatever language it came from."""
