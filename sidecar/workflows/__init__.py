"""The n8n workflow files: normal form, lint, deployment by n8n's public API. Never imported by a worker."""
