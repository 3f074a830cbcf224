"""What docs/controls.md says of each control's scope, roles, event and fallback is what the code and the shipped policies say."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from fnmatch import fnmatch

import pytest
import yaml

from tests.contract.test_controls_documented import PAGE, ROOT, in_code

pytestmark = pytest.mark.contract
#: Words of the page for the values of a document that a policy's scope is compared with, in the page's order.
SCOPE = {
    "warehouse_id": "warehouse",
    "team_id": "team",
    "channel": "channel",
    "categories": "category",
    "tags": "tag",
    "country_id": "country",
}
#: The scope fields of a policy that these values are compared with, where they are called otherwise.
FIELD = {"categories": "product_category_id", "tags": "partner_tag_id"}
ROLES = {
    "sales_team.group_sale_manager": "sales manager",
    "purchase.group_purchase_manager": "purchase manager",
    "stock.group_stock_manager": "warehouse manager",
    "account.group_account_invoice": "accounting",
    "account.group_account_manager": "finance manager",
    "gatehouse.group_operations_manager": "operations manager",
}
#: The Odoo model whose records a control is about, whatever carries the question.
ABOUT = {
    "sale_*": "sale.order",
    "purchase_*": "purchase.order",
    "confirmation_*": "purchase.order",
    "invoice_match": "purchase.order",
    "stock_adjustment": "stock.quant",
    "stock_*": "stock.picking",
    "receipt_*": "stock.picking",
    "bill_*": "account.move",
    "credit_note": "account.move",
    "write_off": "account.move",
    "vendor_onboarding": "res.partner",
    "partner_bank": "res.partner.bank",
    "partner_*": "res.partner",
    "vendor_price_list": "product.supplierinfo",
    "product_*": "product.template",
}
#: Models whose partner gives tags and country without a word of their own.
WITH_PARTNER = {"sale.order", "purchase.order", "stock.picking", "account.move"}
#: Controls whose event is the confirmation's, and what raises another one.
ORDERS = ("sale_", "purchase_")
EVENTS_OF_THEIR_OWN = {"stock_shortage": "stock.shortage.detected"}
NOTHING = "–"
#: A control without documents of its own, and the one that a consultant's addon brings as an example.
UNSHIPPED = {"manual": "who the rule names", "sale_express": "who the policy names"}


def classes() -> Iterator[tuple[list[str], ast.ClassDef]]:
    """Every class of the addons' models, with the Odoo models it is or extends."""
    for path in (ROOT / "odoo-addons").glob("*/models/*.py"):
        for node in ast.parse(path.read_text()).body:
            if not isinstance(node, ast.ClassDef):
                continue
            names: list[str] = []
            for line in node.body:
                if isinstance(line, ast.Assign) and getattr(line.targets[0], "id", "") in (
                    "_inherit",
                    "_name",
                ):
                    value = ast.literal_eval(line.value)
                    names += [value] if isinstance(value, str) else value
            yield names, node


def said_by_models() -> tuple[dict[str, set[str]], dict[str, str]]:
    """What the documents of each Odoo model say of their place, and the event that follows their transition."""
    scopes: dict[str, set[str]] = defaultdict(set)
    events = {}
    for names, node in classes():
        for part in ast.walk(node):
            if isinstance(part, ast.FunctionDef) and part.name in (
                "_gatehouse_scope",
                "_gatehouse_change_scope",
            ):
                said = {str(one.value) for one in ast.walk(part) if isinstance(one, ast.Constant)}
                for name in names:
                    scopes[name] |= said & set(SCOPE)
            if isinstance(part, ast.Call) and getattr(part.func, "attr", "") == "_gatehouse_passed":
                passed = ast.literal_eval(part.args[0])
                events |= {name: f"{name}.{passed}" for name in names if name in WITH_PARTNER}
    for name in WITH_PARTNER:
        scopes[name] |= {"tags", "country_id"}
    return scopes, events


def narrowing() -> dict[str, set[str]]:
    """What the addons' policies say of the controls' scope fields, by pattern."""
    found: dict[str, set[str]] = {}
    core = ast.parse((ROOT / "odoo-addons/gatehouse/models/gatehouse_policy_soundness.py").read_text())
    known = {
        line.targets[0].id: ast.literal_eval(line.value)
        for line in core.body
        if isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name)
    }
    for _names, node in classes():
        for part in ast.walk(node):
            if isinstance(part, ast.FunctionDef) and part.name == "_narrowing":
                [said] = [one for one in ast.walk(part) if isinstance(one, ast.Dict)]
                for key, value in zip(said.keys, said.values, strict=True):
                    if isinstance(key, ast.Constant):
                        fields = eval(compile(ast.Expression(value), "", "eval"), dict(known))
                        found[str(key.value)] = set(fields)
    return found


def shipped() -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Of each control the roles that its shipped policies name, and the fallback of each check they expect."""
    roles: dict[str, list[str]] = defaultdict(list)
    fallbacks: dict[str, list[str]] = defaultdict(list)
    for path in sorted((ROOT / "odoo-addons").glob("*/data/gatehouse_policy.xml")):
        for record in re.findall(r"<record .*?</record>", path.read_text(), re.DOTALL):
            [control] = re.findall(r'<field name="control">(\w+)</field>', record)
            roles[control] += re.findall(r"'role_id': ref\('([\w.]+)'\)", record)
            fallbacks[control] += [
                f"`{check}` {fallback}"
                for check, fallback in re.findall(r"'code': '(\w+)'.*?'fallback': '(\w+)'", record, re.DOTALL)
            ]
    for policy in yaml.safe_load((ROOT / "policies" / "starter.yaml").read_text())["policies"]:
        roles[policy["control"]] += [band["role"] for band in policy["bands"] if "role" in band]
    return roles, fallbacks


def rows() -> dict[str, list[str]]:
    """The cells of each control's row in the section about this."""
    section = PAGE.split("## Scope, roles, event and fallback of each\n", 1)[1].split("\n## ", 1)[0]
    found = re.findall(r"^\| `(\w+)` \| (.*) \|$", section, re.MULTILINE)
    return {control: cells.split(" | ") for control, cells in found}


ROWS = rows()


def about(control: str) -> str:
    """The Odoo model of a control; none for what an automation rule places."""
    return next((model for pattern, model in ABOUT.items() if fnmatch(control, pattern)), "")


def listed(words: list[str]) -> str:
    return ", ".join(dict.fromkeys(words)) or NOTHING


def test_the_section_has_a_row_of_every_control_with_its_code() -> None:
    assert set(ROWS) == in_code()
    wrong = [
        control
        for control, cells in ROWS.items()
        if not re.fullmatch(r"[SPIFG]\d+(, [SPIFG]\d+)*|–", cells[0])
    ]
    assert wrong == []


def test_a_row_says_what_the_code_and_the_shipped_policies_say() -> None:
    scopes, passed = said_by_models()
    roles, fallbacks = shipped()
    expected = {}
    for control in in_code():
        model = about(control)
        event = EVENTS_OF_THEIR_OWN.get(control) or (
            passed.get(model) if control.startswith(ORDERS) else None
        )
        expected[control] = [
            listed([word for name, word in SCOPE.items() if name in scopes[model]]),
            UNSHIPPED.get(control) or listed([ROLES[name] for name in roles[control]]),
            f"`{event}`" if event else NOTHING,
            listed(fallbacks[control]),
        ]
    assert {control: cells[1:] for control, cells in ROWS.items()} == expected


def test_a_policy_may_be_narrowed_by_what_the_records_of_its_control_say_and_by_nothing_else() -> None:
    scopes, _events = said_by_models()
    patterns = narrowing()
    said = {
        control: next(
            (names for pattern, names in patterns.items() if fnmatch(control, pattern)), {"any field"}
        )
        for control in in_code()
        if about(control)
    }
    assert said == {control: {FIELD.get(name, name) for name in scopes[about(control)]} for control in said}


def test_every_control_names_a_test_file() -> None:
    tested = set(re.findall(r"^\| `(\w+)` \|.*`odoo-addons/\w+/tests/\w+\.py`", PAGE, re.MULTILINE))
    assert tested == in_code()
