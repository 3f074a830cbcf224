"""Gatehouse sidecar: returns measures with reasons; never decides."""
