"""Runs inside `odoo shell`: users, groups and keys of the stack; prints one line of JSON.

Groups of addons that are not installed are left out and listed under "missing_groups".
"""

import datetime
import json
import os
from typing import Any

CORE = "gatehouse.group_user"
GROUPS = {
    "salesperson": ["sales_team.group_sale_salesman_all_leads", CORE],
    "sales_manager": [
        "sales_team.group_sale_manager",
        CORE,
        "gatehouse.group_approver",
        "gatehouse.group_break_glass",
    ],
    "finance": [
        "account.group_account_manager",
        "account.group_validate_bank_account",
        "base.group_partner_manager",
        CORE,
        "gatehouse.group_approver",
        "gatehouse.group_governance_board",
    ],
    "accountant": ["account.group_account_invoice", CORE],
    # who buys keeps the vendors too: their addresses and documents, and their prices on the items
    "buyer": [
        "purchase.group_purchase_user",
        "base.group_partner_manager",
        "product.group_product_manager",
        CORE,
    ],
    # Odoo's carrier fields on a delivery can be read by makers of contacts only, not by the warehouse alone
    "warehouse": ["stock.group_stock_user", "base.group_partner_manager", CORE],
    "operations": [
        "sales_team.group_sale_manager",
        "purchase.group_purchase_manager",
        "stock.group_stock_manager",
        "product.group_product_manager",
        CORE,
        "gatehouse.group_approver",
        "gatehouse.group_operations_manager",
        "gatehouse.group_policy_author",
    ],
    "auditor": [CORE, "gatehouse.group_auditor"],
    "gatehouse_bot": ["gatehouse.group_bot"],
    "gatehouse_reader": ["gatehouse.group_history"],
}
NAMES = {
    "salesperson": "Sam Salesperson",
    "sales_manager": "Sarah Sales Manager",
    "finance": "Fiona Finance",
    "accountant": "Alma Accountant",
    "buyer": "Ben Buyer",
    "warehouse": "Walter Warehouse",
    "operations": "Olga Operations",
    "auditor": "Aude Auditor",
    "gatehouse_bot": "Gatehouse Bot",
    "gatehouse_reader": "Gatehouse Reader",
}
#: Who sees every company.
EVERYWHERE = ("operations", "auditor", "gatehouse_bot", "gatehouse_reader")
#: OdooBot's greeting opens over the first page of a person, on a phone over all of it.
NO_GREETING = {"odoobot_state": "disabled"}
HELPDESK = {
    "gatehouse_bot": ["helpdesk_mgmt.group_helpdesk_user"],
    "operations": ["helpdesk_mgmt.group_helpdesk_manager"],
}


def api_key(env: Any, user: Any, days: int = 90) -> str:
    """A fresh key of this user; earlier ones of the stack go."""
    env["res.users.apikeys"].sudo().search(
        [("user_id", "=", user.id), ("name", "=", "gatehouse stack")]
    ).unlink()
    expires = datetime.datetime.now() + datetime.timedelta(days=days)
    keys = env(user=user.id)["res.users.apikeys"].sudo()
    return str(keys._generate("rpc", "gatehouse stack", expires))


def provision(env: Any, wanted: dict[str, Any]) -> dict[str, Any]:
    """Bring users, groups and keys to what the stack wants."""
    missing: set[str] = set()
    companies = env["res.company"].search([])
    main = env.ref("base.main_company")
    companies.partner_id.write({"tz": "UTC"})  # as its people: the stack works by UTC wherever it stands
    for login in wanted["users"]:
        names = GROUPS[login]
        groups = env["res.groups"]
        for name in ["base.group_user", *names, *HELPDESK.get(login, [])]:
            group = env.ref(name, raise_if_not_found=False)
            if group:
                groups |= group
            else:
                missing.add(name)
        values = {
            "name": NAMES[login],
            "login": login,
            "email": f"{login}@example.com",
            "password": wanted["users"][login],
            "company_id": main.id,
            "company_ids": [(6, 0, companies.ids if login in EVERYWHERE else main.ids)],
            "group_ids": [(4, group.id) for group in groups],
            "tz": "UTC",
            "notification_type": "inbox",
            **NO_GREETING,
        }
        user = (
            env["res.users"]
            .with_context(active_test=False, no_reset_password=True)
            .search([("login", "=", login)])
        )
        if user:
            user.write(values)
        else:
            user = env["res.users"].with_context(no_reset_password=True).create(values)
    admin = env.ref("base.user_admin")
    admin.write(
        {
            "password": wanted["admin_password"],
            "company_ids": [(4, company.id) for company in companies],
            **NO_GREETING,
        }
    )
    for name in ("gatehouse.group_operations_manager", "gatehouse.group_governance_board"):
        group = env.ref(name, raise_if_not_found=False)
        if group:
            admin.write({"group_ids": [(4, group.id)]})
    bot = env["res.users"].search([("login", "=", "gatehouse_bot")])
    reader = env["res.users"].search([("login", "=", "gatehouse_reader")])
    answer = {
        "bot_key": api_key(env, bot),
        "reader_key": api_key(env, reader),
        "admin_key": api_key(env, admin),
        "admin_login": admin.login,
        "missing_groups": sorted(missing),
    }
    env["ir.config_parameter"].sudo().set_param("web.base.url", wanted["url"])
    env["ir.config_parameter"].sudo().set_param("web.base.url.freeze", "True")
    env.cr.commit()
    return answer


if "env" in globals():
    with open(os.environ["GATEHOUSE_PROVISION_FILE"]) as source:
        request = json.load(source)
    answer = provision(globals()["env"], request)
    with open(
        os.environ["GATEHOUSE_PROVISION_FILE"] + ".out", "w", opener=lambda p, f: os.open(p, f, 0o600)
    ) as out:
        json.dump(answer, out)
    print("PROVISIONED")
