"""Gatehouse sidecar: returns measures with reasons; never decides."""

__version__ = "0.1.0"
