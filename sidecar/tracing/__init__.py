"""One event followed through Odoo, n8n and the sidecar."""
