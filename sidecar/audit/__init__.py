"""Checks an export of the decision log offline, with the standard library alone."""
