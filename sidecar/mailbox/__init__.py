"""Reads the service mailbox by IMAP and hands each mail to n8n. Never imported by a worker."""
