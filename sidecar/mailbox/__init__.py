"""Reads mailboxes by IMAP and hands service mail to n8n, supplier documents to Odoo. Never imported by a worker."""
