# Odoo 19 with the OCA addons that Gatehouse uses, at the versions of requirements-odoo.txt, and Gatehouse's own.
FROM odoo:19
USER root
COPY requirements-odoo.txt /tmp/
# Addons only: what they need of Python is in the image. /setup hands keys from Odoo to n8n, /keys those of the watch (group 10100).
RUN grep '^odoo-addon-' /tmp/requirements-odoo.txt > /tmp/addons.txt \
    && pip install --no-cache-dir --no-deps --target /opt/oca -r /tmp/addons.txt \
    && rm /tmp/*.txt \
    && groupadd --gid 10100 gatehouse-setup \
    && install -d -o odoo -g 10100 -m 2770 /setup /keys
# Not in /mnt/extra-addons: the image keeps that folder in a volume, which outlives the image and its addons.
COPY odoo-addons /opt/gatehouse/addons
COPY stack /opt/gatehouse/stack
USER odoo
