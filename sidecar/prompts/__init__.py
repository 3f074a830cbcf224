"""Prompts as artefacts: listed, evaluated on the gold cases, promoted and rolled back. Never imported by a worker."""
