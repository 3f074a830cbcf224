"""Where Gatehouse finds its settings: a system parameter wins over the environment."""

import os

from odoo.tools import config

#: Delay in seconds before each attempt unless a system parameter says otherwise; after the last one the event is dead.
RETRY_DELAYS = (0, 60, 120, 600, 1800, 7200, 18000, 36000)
BATCH_SIZE = 100
#: From this attempt on an event that n8n took and nobody answered is delivered alone; until then each time in half the batch.
ALONE_ATTEMPT = 5
#: Seconds between two deliveries unless a system parameter says otherwise, and at most.
GATHER_SECONDS, LONGEST_GATHER = 0.5, 5.0
#: After a delivery of so many events the pause is so many times as long: under a steady load batches are fuller.
BUSY_EVENTS, BUSY_FACTOR = 5, 2
#: A 202 later than this halves the next batch.
SLOW_SECONDS = 2.0
#: n8n refuses bodies over 2 MB; one batch stays well below, and an event that alone is larger than this is not posted.
BATCH_BYTES, LARGEST_EVENT = 1_500_000, 1_900_000


def from_environment(name):
    """Value of NAME, or the content of the file that NAME_FILE points at (container secrets)."""
    path = os.environ.get(name + "_FILE")
    if path:
        try:
            with open(path, encoding="utf-8") as stream:
                return stream.read().strip()
        except OSError:
            return ""
    return os.environ.get(name, "").strip()


def events_url(env, committed=False):
    """The delivery address, or an empty string when nothing listens outside.

    :param committed: past Odoo's cache, which may keep the value that another thread was changing while it was read
    """
    parameters = env["ir.config_parameter"].sudo()
    if committed:
        value = parameters.search_fetch([("key", "=", "gatehouse.events_url")], ["value"]).value
    else:
        value = parameters.get_param("gatehouse.events_url")
    value = (value or from_environment("GATEHOUSE_EVENTS_URL")).strip()
    return "" if value.lower() == "off" else value


def database_mark(env):
    """Eight characters that tell this database from another one: row ids alone begin anew in a database made anew."""
    return (env["ir.config_parameter"].sudo().get_param("database.uuid") or "").replace("-", "")[:8]


def signing_secrets():
    names = ("GATEHOUSE_SIGNING_SECRET", "GATEHOUSE_SIGNING_SECRET_PREVIOUS")
    return [secret for secret in map(from_environment, names) if secret]


def lease_seconds(env):
    value = env["ir.config_parameter"].sudo().get_param("gatehouse.lease_seconds", "300")
    return int(value) if value.isdigit() and int(value) else 300


def gather_seconds(env):
    """Seconds that lie between two deliveries, so that what comes meanwhile is one batch; 0 sends at once."""
    value = env["ir.config_parameter"].sudo().get_param("gatehouse.gather_seconds") or ""
    try:
        return min(max(0.0, float(value)), LONGEST_GATHER)  # in this order a NaN becomes 0
    except ValueError:
        return GATHER_SECONDS


def retry_delays(env):
    """Seconds before each attempt, such as "0,60,120" in the system parameter; one that cannot be read is not used."""
    value = env["ir.config_parameter"].sudo().get_param("gatehouse.retry_delays") or ""
    parts = [part.strip() for part in value.split(",")]
    return tuple(map(int, parts)) if all(part.isdigit() for part in parts) else RETRY_DELAYS


def effect_lost_seconds(env):
    """After so long an effect that began and never ended counts as lost: longer than n8n's execution timeout.

    A company that has its events delivered again sooner knows that its executions are over by then.
    """
    return min(120, lease_seconds(env))


def post_timeout():
    """At most a third of what a scheduled action may last: a longer POST gets the worker killed."""
    limit = config["limit_time_real_cron"] or 0
    if limit <= 0:
        limit = config["limit_time_real"] or 120
    return max(1.0, min(30.0, limit / 3))
