"""Runs inside `odoo shell`: the life of each addon, and what is left of it in the database."""

import json
import os
from typing import Any

#: what a database keeps by intent: the decision log as an attachment, and rows of Odoo's own bookkeeping
KEPT = {"attachment:gatehouse-decisions.jsonl"}
QUERIES = {
    "table": "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace",
    "column": "SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = 'public'",
    "trigger": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    "function": "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
    "model": "SELECT model FROM ir_model",
    "field": "SELECT model || '.' || name FROM ir_model_fields",
    "cron": "SELECT cron_name FROM ir_cron",
    "view": "SELECT name || ' on ' || coalesce(model, '') FROM ir_ui_view",
    "action": "SELECT type || ' ' || (name->>'en_US') FROM ir_actions",
    "menu": "SELECT name->>'en_US' FROM ir_ui_menu",
    "rule": "SELECT name FROM ir_rule",
    "group": "SELECT name->>'en_US' FROM res_groups",
    "parameter": "SELECT key FROM ir_config_parameter WHERE key LIKE 'gatehouse%'",
    "attachment": "SELECT name FROM ir_attachment WHERE name LIKE 'gatehouse%'",
}


def snapshot(env: Any) -> set[str]:
    """Everything an addon could leave behind, by kind and name."""
    env.flush_all()
    found = set()
    for kind, query in QUERIES.items():
        env.cr.execute(query)
        found |= {f"{kind}:{row[0]}" for row in env.cr.fetchall()}
    env.cr.execute("SELECT DISTINCT module FROM ir_model_data WHERE module LIKE 'gatehouse%'")
    return found | {f"data of:{row[0]}" for row in env.cr.fetchall()}


def module(env: Any, name: str) -> Any:
    """The module's row, found anew: each step loads another registry."""
    return env["ir.module.module"].search([("name", "=", name)])


def work(env: Any) -> list[str]:
    """What everybody does all day: sell, ship, buy, open forms. Returns what went wrong, in words."""
    problems = []
    product = env["product.product"].create({"name": "Life", "type": "consu", "list_price": 10.0})
    partner = env["res.partner"].create({"name": "Life"})
    try:
        order = env["sale.order"].create(
            {
                "partner_id": partner.id,
                "order_line": [(0, 0, {"product_id": product.id, "product_uom_qty": 1})],
            }
        )
        order.action_confirm()
        if order.state != "sale":
            problems.append(f"an ordinary order stays in {order.state}")
        bought = env["purchase.order"].create(
            {
                "partner_id": partner.id,
                "order_line": [(0, 0, {"product_id": product.id, "product_qty": 1, "price_unit": 1.0})],
            }
        )
        bought.button_confirm()
        for name in (
            "sale.order",
            "purchase.order",
            "stock.picking",
            "res.partner",
            "product.template",
            "account.move",
        ):
            for kind in ("form", "list", "search"):
                env[name].get_view(view_type=kind)
    except Exception as error:
        problems.append(f"{type(error).__name__}: {error}")
    env.cr.commit() if not problems else env.cr.rollback()
    return problems


def install(env: Any, name: str) -> None:
    """Install an addon unless it is there."""
    if module(env, name).state != "installed":
        module(env, name).button_immediate_install()


def life(env: Any, name: str) -> list[str]:
    """One addon from its installation to its end, on a database that has what it stands on."""
    problems = []
    for dependency in [row.name for row in module(env, name).upstream_dependencies()]:
        install(env, dependency)
    if module(env, name).state == "installed":  # a bridge comes by itself; its life begins without it
        module(env, name).button_immediate_uninstall()
    before = snapshot(env)
    install(env, name)
    problems += [f"after installing: {text}" for text in work(env)]
    module(env, name).button_immediate_upgrade()
    problems += [f"after upgrading: {text}" for text in work(env)]
    module(env, name).button_immediate_uninstall()
    problems += [f"after uninstalling: {text}" for text in work(env)]
    if module(env, name).state != "uninstalled":
        problems.append(f"is {module(env, name).state} after uninstalling")
    return problems + [f"leaves {thing}" for thing in sorted(snapshot(env) - before - KEPT)]


def together(env: Any, names: list[str]) -> list[str]:
    """All of them at once; the core's uninstallation takes the others with it and leaves the decisions behind."""
    for name in names:
        install(env, name)
    problems = [f"together: {text}" for text in work(env)]
    kept = env["gatehouse.decision"].search_count([])
    module(env, "gatehouse").button_immediate_uninstall()
    problems += [f"after uninstalling: {text}" for text in work(env)]
    problems += [f"{name} is still there" for name in names if module(env, name).state == "installed"]
    attachment = env["ir.attachment"].search(
        [("name", "=", "gatehouse-decisions.jsonl")], limit=1, order="id desc"
    )
    lines = len((attachment.raw or b"").splitlines())
    if lines < kept:
        problems.append(f"{lines} of {kept} decisions are kept")
    return problems


def main(env: Any, wanted: dict[str, Any]) -> dict[str, list[str]]:
    """{addon: what is wrong with its life}"""
    start, result = snapshot(env), {}
    others = [name for name in wanted["addons"] if name != "gatehouse"]
    if others:
        install(env, "gatehouse")
    for name in others:
        result[name] = life(env, name)
        print("lived:", name, result[name], flush=True)
    if "gatehouse" in wanted["addons"]:
        left = together(env, ["gatehouse", *others])
        ours = {thing for thing in snapshot(env) - start - KEPT if "gatehouse" in thing.lower()}
        result["gatehouse"] = left + [f"leaves {thing}" for thing in sorted(ours)]
    return result


if "env" in globals():
    with open(os.environ["GATEHOUSE_LIFECYCLE"]) as source:
        request = json.load(source)
    answer = main(globals()["env"], request)
    with open(os.environ["GATEHOUSE_LIFECYCLE_OUT"], "w") as out:
        json.dump(answer, out)
    print("LIVED")
