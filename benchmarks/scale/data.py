"""Makes a large company of the demo company, by SQL where the ORM would take hours."""

from __future__ import annotations

import time
from typing import Any

ORDERS, POLICIES, USERS, LOG = 100_000, 1_000, 200, 1_000_000
OPEN_REVIEWS = 2_000
QUIET = {"tracking_disable": True, "mail_create_nolog": True, "no_reset_password": True}

#: Policies of these controls are spread over tags, so that each has its hundreds.
CONTROLS = ("sale_discount", "sale_amount", "sale_margin", "sale_terms", "purchase_amount")
#: Who is spread over the 200 users.
ROLES = (
    "sales_team.group_sale_manager",
    "account.group_account_manager",
    "purchase.group_purchase_manager",
    "base.group_user",
)

#: Holds, their approvals and steps as reviews of old orders leave them; the last ones are open. %(open)s of each.
REVIEWS = """
WITH o AS (
    SELECT id, name, company_id, warehouse_id, amount_untaxed, create_uid, row_number() OVER (ORDER BY id DESC) AS n,
           date_order FROM sale_order WHERE state = 'sale'
), roles AS (SELECT array_agg(id ORDER BY id) AS ids FROM res_groups WHERE id = ANY(%(roles)s)
), h AS (
    INSERT INTO gatehouse_hold (res_model, res_id, res_name, control, kind, blocks, state, reasons, policy_id, policy_version,
                                role_id, placed_by, placed_at, released_by, released_at, company_id, warehouse_id, amount, create_date)
    SELECT 'sale.order', o.id, o.name, 'sale_discount', 'review', 'confirm',
           CASE WHEN n <= %(open)s THEN 'open' ELSE 'released' END,
           '[{"code": "sale_discount", "text": "effective discount 22.00 %%"}]'::jsonb, %(policy)s, 1,
           roles.ids[1 + n %% array_length(roles.ids, 1)], o.create_uid, o.date_order,
           CASE WHEN n > %(open)s THEN 2 END, CASE WHEN n > %(open)s THEN o.date_order + interval '3 hours' END,
           o.company_id, o.warehouse_id, 22, o.date_order
      FROM o, roles RETURNING id, res_id, res_name, role_id, state, company_id, placed_at, policy_id
), a AS (
    INSERT INTO gatehouse_approval (hold_id, res_model, res_id, res_name, partner_name, control, policy_id, policy_version,
                                    company_id, amount, state, requested_by, requested_at, closed_at, create_date)
    SELECT h.id, 'sale.order', h.res_id, h.res_name, p.complete_name, 'sale_discount', h.policy_id, 1, h.company_id,
           s.amount_untaxed, CASE WHEN h.state = 'open' THEN 'open' ELSE 'approved' END, s.create_uid, h.placed_at,
           CASE WHEN h.state <> 'open' THEN h.placed_at + interval '3 hours' END, h.placed_at
      FROM h JOIN sale_order s ON s.id = h.res_id JOIN res_partner p ON p.id = s.partner_id
    RETURNING id, hold_id, res_name, amount, company_id, state, requested_at
)
INSERT INTO gatehouse_approval_step (approval_id, sequence, role_id, state, opened_at, decided_by, decided_at, reason, company_id,
                                     amount, res_name, remind_at, due_at, create_date)
SELECT a.id, 1, h.role_id, a.state, a.requested_at, CASE WHEN a.state = 'approved' THEN 2 END,
       CASE WHEN a.state = 'approved' THEN a.requested_at + interval '3 hours' END,
       CASE WHEN a.state = 'approved' THEN 'fine' END, a.company_id, a.amount, a.res_name,
       now() AT TIME ZONE 'utc' + interval '4 hours', now() AT TIME ZONE 'utc' + interval '8 hours', a.requested_at
  FROM a JOIN h ON h.id = a.hold_id
"""

DECISIONS = """
INSERT INTO gatehouse_decision (content)
SELECT jsonb_build_object(
    'action', CASE WHEN n %% 4 = 0 THEN 'hold_released' ELSE 'confirmed' END,
    'at', to_char((now() AT TIME ZONE 'utc') - (%(rows)s - n) * interval '25 seconds', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
    'by', 2, 'by_name', 'Mitchell Admin', 'res_model', 'sale.order', 'res_id', n %% 100000, 'document', 'S' || n %% 100000,
    'material_hash', md5(n::text) || md5((n + 1)::text),
    'controls', jsonb_build_array(
        jsonb_build_object('control', 'sale_discount', 'outcome', 'pass', 'value', 5, 'limit', NULL, 'policy', 1, 'version', 1,
                           'mode', CASE WHEN n %% 3 = 0 THEN 'observing' ELSE 'enforcing' END),
        jsonb_build_object('control', 'sale_amount', 'outcome', CASE WHEN n %% 20 = 0 THEN 'review' ELSE 'pass' END, 'value', 900,
                           'limit', NULL, 'policy', 2, 'version', 1, 'mode', 'enforcing')))
  FROM generate_series(1, %(rows)s) n
"""


def _columns(cr: Any, table: str) -> list[str]:
    cr.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND is_generated = 'NEVER'",
        [table],
    )
    return [name for (name,) in cr.fetchall()]


def _multiply(cr: Any, table: str, source: str, values: dict[str, str]) -> None:
    """Copy the rows of `source` (a query with `id` and `copy`), some columns by expressions of `t` and `s`."""
    names = [name for name in _columns(cr, table) if name not in values]
    columns = ", ".join(f'"{name}"' for name in [*names, *values])
    picked = ", ".join([*[f't."{name}"' for name in names], *values.values()])
    cr.execute(
        f'INSERT INTO "{table}" ({columns}) SELECT {picked} FROM ({source}) s JOIN "{table}" t ON t.id = s.id'
    )


def orders(cr: Any, wanted: int = ORDERS) -> int:
    """Multiply the history's closed orders up to `wanted`; their dates spread over the same year and a half."""
    cr.execute("SELECT array_agg(id ORDER BY id) FROM sale_order WHERE state = 'sale' AND locked")
    old = cr.fetchone()[0]
    copies = -(-wanted // len(old)) - 1
    cr.execute(
        "SELECT setval('sale_order_id_seq', (SELECT max(id) FROM sale_order) + %s)", [len(old) * copies + 1]
    )
    cr.execute("SELECT max(id) FROM sale_order")
    top = cr.fetchone()[0]
    cr.execute(
        "CREATE TEMPORARY TABLE copied AS SELECT o.id, n AS copy, %s + (n - 1) * %s + o.place AS new FROM "
        "unnest(%s::int[]) WITH ORDINALITY AS o(id, place), generate_series(1, %s) n",
        [top, len(old), old, copies],
    )
    later = "t.date_order + (s.copy % 24) * interval '17 minutes'"
    _multiply(cr, "sale_order", "SELECT * FROM copied", {
        "id": "s.new", "name": "t.name || '-' || s.copy", "access_token": "NULL", "date_order": later, "create_date": later,
    })  # fmt: skip
    lines = "SELECT l.id, c.copy, c.new FROM copied c JOIN sale_order_line l ON l.order_id = c.id"
    _multiply(cr, "sale_order_line", lines, {"id": "nextval('sale_order_line_id_seq')", "order_id": "s.new"})
    cr.execute("SELECT count(*) FROM sale_order WHERE state = 'sale'")
    return int(cr.fetchone()[0])


def users(env: Any, count: int = USERS) -> Any:
    """People with the roles that decide."""
    roles = [env.ref(name) for name in ROLES]
    return env["res.users"].with_context(**QUIET).create([
        {
            "name": f"Person {n}", "login": f"person{n}", "email": f"person{n}@example.com", "notification_type": "inbox",
            "group_ids": [(4, env.ref("base.group_user").id), (4, roles[n % len(roles)].id)],
        }
        for n in range(count)
    ])  # fmt: skip


def policies(env: Any, count: int = POLICIES) -> None:
    """Active policies, each for a tag of its own."""
    role = env.ref(ROLES[0]).id
    tags = env["res.partner.category"].create([{"name": f"Segment {n}"} for n in range(count)])
    made = env["gatehouse.policy"].with_context(**QUIET).create([
        {
            "name": f"Policy {n}", "control": CONTROLS[n % len(CONTROLS)], "mode": "enforcing", "partner_tag_id": tag.id,
            "band_ids": [(0, 0, {"up_to": 90, "outcome": "pass"}), (0, 0, {"outcome": "review", "role_id": role})],
        }
        for n, tag in enumerate(tags)
    ])  # fmt: skip
    made._activate()
    customers = env["res.partner"].search([("customer_rank", ">", 0)], order="id")
    for place, customer in enumerate(customers):
        customer.category_id = [(4, tag.id) for tag in tags[place % 10 :: 200]]


def _vacuum(cr: Any) -> None:
    """As PostgreSQL itself does in a company that grew to this size, and would do beside what is measured right after the filling."""
    cr.commit()
    cr._cnx.autocommit = True  # VACUUM runs in no transaction
    try:
        cr.execute("VACUUM (ANALYZE)")
    finally:
        cr._cnx.autocommit = False


def fill(env: Any, controls: bool) -> dict[str, float]:
    """Everything, with the seconds each part took.

    :param controls: whether the addons are there
    """
    took: dict[str, float] = {}

    def timed(name: str, work: Any) -> None:
        began = time.monotonic()
        work()
        env.cr.commit()
        took[name] = round(time.monotonic() - began, 1)

    timed("orders", lambda: orders(env.cr))
    timed("users", lambda: users(env))
    if controls:
        timed("policies", lambda: policies(env))
        policy = env["gatehouse.policy"].search(
            [("control", "=", "sale_discount"), ("state", "=", "active")], limit=1
        )
        groups = [env.ref(name).id for name in ROLES[:3]]
        known = {"roles": groups, "open": OPEN_REVIEWS, "policy": policy.id, "rows": LOG}
        timed("reviews", lambda: env.cr.execute(REVIEWS, known))
        timed("log", lambda: env.cr.execute(DECISIONS, known))
    timed("vacuum", lambda: _vacuum(env.cr))
    env.invalidate_all()
    return took
