"""Starts Odoo, n8n, the sidecar and their database natively, for the demo, tests and development."""
