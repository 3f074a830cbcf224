"""Faults: the real stack under load, broken on purpose, and a checker that says what was lost or done twice."""
