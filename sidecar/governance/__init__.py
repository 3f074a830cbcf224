"""Changes of workflows and models that wait for sign-offs in Odoo and leave a record there."""
