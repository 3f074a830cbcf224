#!/bin/sh
# Runs once at every start, inside Odoo's image: installs or upgrades the addons, makes users, groups and the bot's key,
# and leaves n8n's credentials in /setup and the bot's key in /keys. Gatehouse's addons are those in the image.
set -eu
umask 027
# bridges (auto_install) come by themselves, where what they stand beside is installed
own="$(cd /opt/gatehouse/addons && grep -L '"auto_install": True' */__manifest__.py | cut -d/ -f1 | paste -sd,)"
all="$(cd /opt/gatehouse/addons && ls -d */__manifest__.py | cut -d/ -f1 | paste -sd,)"
paths="--addons-path=/opt/gatehouse/addons,/opt/oca/odoo/addons"
flags="--database=odoo --no-http --max-cron-threads=0"
demo="${GATEHOUSE_DEMO_DATA:-}"

/entrypoint.sh odoo $paths $flags ${demo:+--with-demo} --stop-after-init -i "$GATEHOUSE_ODOO_MODULES,$own" -u "$all"

export PYTHONPATH=/opt/gatehouse GATEHOUSE_PROVISION_FILE=/tmp/request
python3 -m stack.containers.handover request "$GATEHOUSE_PROVISION_FILE"
/entrypoint.sh odoo shell $paths $flags < /opt/gatehouse/stack/provision_odoo.py
test -s "$GATEHOUSE_PROVISION_FILE.out"
python3 -m stack.containers.handover credentials "$GATEHOUSE_PROVISION_FILE.out" /setup/credentials.json
python3 -m stack.containers.handover key "$GATEHOUSE_PROVISION_FILE.out" /keys/odoo
rm "$GATEHOUSE_PROVISION_FILE" "$GATEHOUSE_PROVISION_FILE.out"
