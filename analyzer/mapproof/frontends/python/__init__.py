"""Reads Python: mappings made by `mmap`, and by C functions called through `ctypes` and `cffi`."""
