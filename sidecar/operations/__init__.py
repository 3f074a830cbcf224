"""What is run on a schedule beside the services: comparing n8n with Odoo and with the reviewed files."""
