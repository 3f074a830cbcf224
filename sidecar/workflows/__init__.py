"""The n8n workflow files: normal form, lint, and deployment over n8n's public API. Never imported by a worker."""
