"""Readers of input: each folder turns files into a program of the IR, and judges nothing."""
