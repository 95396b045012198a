"""Checks the reasons behind a verdict, one small step at a time, without trusting or importing who found them."""
