"""The same orders under the same strikes on the path one builds without Gatehouse: what it loses and does twice.

    make up && "$(python3 -m stack python)" -m benchmarks.plain_path --orders 100 --minutes 3 --seed 1

Odoo's own automation rule with its action "Send Webhook Notification" calls one n8n workflow of stock nodes (webhook, three
HTTP requests to the partners, each tried three times, one HTTP request that notes the answers on the order). The workflow,
its credentials and the rule are made for the run and deleted after it. Compare with `python3 -m stack faults` of the same seed.
"""

from __future__ import annotations

import argparse
import os
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests

from stack.client import Stack
from stack.faults import crew, people
from stack.faults.plan import plan
from stack.faults.run import Harness, taken_over

PATH = "plain-orders"
NOTE = "plain path: headroom"
#: What the note says where the finance partner answered 200 with something else.
NOTHING = "undefined"
#: What n8n answers while a workflow's webhook is taken down.
UNPUBLISHING = 409
#: The body of the webhook, in n8n's expressions: two closing braces side by side would end one.
ORDER = "$('Order confirmed').item.json.body"
DOCUMENT = (
    '={{ JSON.stringify({documents: [{id: String(ORDER._id), customer: "partner:" + ORDER.partner_id, country: "DE",'
    ' carrier: null, weight_kg: 1, amount: {value: ORDER.amount_total.toFixed(2), currency: "USD"} }]}) }}'
)
NOTED = (
    f"={{{{ JSON.stringify({{ids: [ORDER._id], body: '{NOTE} '"
    " + $('Finance').item.json.documents[0].measures?.headroom?.value}) }}"
)


def node(
    name: str, kind: str, version: float, at: int, parameters: dict[str, Any], **more: Any
) -> dict[str, Any]:
    """One node of the workflow."""
    return {"id": name, "name": name, "type": f"n8n-nodes-base.{kind}", "typeVersion": version, "position": [at * 220, 0],
            "parameters": parameters, **more}  # fmt: skip


def request_node(
    name: str, at: int, url: str, body: str, credential: tuple[str, str], **headers: str
) -> dict[str, Any]:
    """An HTTP request as one makes it in the editor, with retries on."""
    parameters: dict[str, Any] = {
        "method": "POST", "url": url, "authentication": "genericCredentialType", "genericAuthType": "httpHeaderAuth",
        "sendBody": True, "specifyBody": "json", "jsonBody": body, "options": {"timeout": 10000},
    }  # fmt: skip
    if headers:
        rows = [{"name": key.replace("_", "-"), "value": value} for key, value in headers.items()]
        parameters |= {"sendHeaders": True, "headerParameters": {"parameters": rows}}
    known = {"httpHeaderAuth": {"id": credential[0], "name": credential[1]}}
    return node(
        name,
        "httpRequest",
        4.2,
        at,
        parameters,
        credentials=known,
        retryOnFail=True,
        maxTries=3,
        waitBetweenTries=1000,
    )


class Editor:
    """n8n's public API."""

    def __init__(self, stack: Stack) -> None:
        self.base, self.key = stack.url("n8n") + "/api/v1", stack.data["n8n"]["api_key"]

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """One call; waits for an n8n that is being started again, ends the run with what n8n says when it refuses."""
        end = time.monotonic() + people.PATIENCE
        while True:
            try:
                answer = requests.request(
                    method, self.base + path, json=body, headers={"X-N8N-API-KEY": self.key}, timeout=60
                )
                if answer.status_code != UNPUBLISHING or time.monotonic() > end:
                    break
            except requests.ConnectionError:  # nothing was taken: n8n is being started again
                if time.monotonic() > end:
                    raise
            time.sleep(1)
        if not answer.ok:
            raise SystemExit(f"n8n refuses {method} {path}: HTTP {answer.status_code}: {answer.text[:300]}")
        return answer.json() if answer.content else None


def workflow(
    harness: Harness, stack: Stack, partner: tuple[str, str], odoo: tuple[str, str]
) -> dict[str, Any]:
    """Webhook, three partners, a note in Odoo."""
    at = {name: f"http://127.0.0.1:{link.port}" for name, link in harness.links.links.items()}
    document, note = DOCUMENT.replace("ORDER", ORDER), NOTED.replace("ORDER", ORDER)
    asked = {
        "Finance": "/v1/finance/exposure",
        "Carrier": "/v1/carrier/limits",
        "Account": "/v1/accounts/lookup",
    }
    nodes = [
        node(
            "Order confirmed",
            "webhook",
            2.1,
            0,
            {"httpMethod": "POST", "path": PATH, "options": {}},
            webhookId=PATH,
        )
    ]
    nodes += [
        request_node(name, index + 1, at["n8n-partners"] + path, document, partner)
        for index, (name, path) in enumerate(asked.items())
    ]
    database = stack.data["databases"]["odoo"]
    url = at["n8n-odoo"] + "/json/2/sale.order/message_post"
    nodes.append(request_node("Note in Odoo", 4, url, note, odoo, X_Odoo_Database=database))
    names = [one["name"] for one in nodes]
    links = {
        first: {"main": [[{"node": second, "type": "main", "index": 0}]]}
        for first, second in zip(names, names[1:], strict=False)
    }
    return {"name": "plain path", "nodes": nodes, "connections": links, "settings": {"executionOrder": "v1"}}


@contextmanager
def plain(harness: Harness, stack: Stack) -> Iterator[None]:
    """The plain path in place, and gone afterwards."""
    editor, made = Editor(stack), []
    words = {
        "partner": f"Bearer {stack.data['partners']['key']}",
        "odoo": f"bearer {stack.data['admin']['api_key']}",
    }
    for name, value in words.items():
        data = {"name": "Authorization", "value": value}
        row = editor.call(
            "POST", "/credentials", {"name": f"plain {name}", "type": "httpHeaderAuth", "data": data}
        )
        made.append((row["id"], row["name"]))
    flow = editor.call("POST", "/workflows", workflow(harness, stack, made[0], made[1]))
    editor.call("POST", f"/workflows/{flow['id']}/activate")
    rule, action = automation(stack, f"{harness.base}/webhook/{PATH}")
    try:
        yield
    finally:
        harness.faults.heal()
        admin = people.Person("admin", stack)
        admin.call("base.automation", "unlink", [rule])
        admin.call("ir.actions.server", "unlink", action)
        editor.call("POST", f"/workflows/{flow['id']}/deactivate")
        editor.call("DELETE", f"/workflows/{flow['id']}")
        for number, _name in made:
            editor.call("DELETE", f"/credentials/{number}")


def automation(stack: Stack, url: str) -> tuple[int, list[int]]:
    """Odoo's own rule: when an order becomes a sales order, post it."""

    def find(model: str, *domain: Any) -> int:
        return int(stack.call("admin", model, "search", list(domain), limit=1)[0])

    model = find("ir.model", ("model", "=", "sale.order"))
    names = ["partner_id", "amount_total", "name"]
    fields = stack.call(
        "admin", "ir.model.fields", "search", [("model", "=", "sale.order"), ("name", "in", names)]
    )
    state = find(
        "ir.model.fields.selection",
        ("field_id.model", "=", "sale.order"),
        ("field_id.name", "=", "state"),
        ("value", "=", "sale"),
    )
    action = {"name": "plain path", "model_id": model, "state": "webhook", "webhook_url": url, "usage": "base_automation",
              "webhook_field_ids": [(6, 0, fields)]}  # fmt: skip
    values = {"name": "plain path", "model_id": model, "trigger": "on_state_set", "trg_selection_field_id": state,
              "action_server_ids": [(0, 0, action)]}  # fmt: skip
    made = stack.call("admin", "base.automation", "create", values)
    rule = int(made[0] if isinstance(made, list) else made)
    return rule, stack.call("admin", "base.automation", "read", [rule], ["action_server_ids"])[0][
        "action_server_ids"
    ]


def notes(stack: Stack, ids: list[int]) -> tuple[Counter[int], int]:
    """How often each order was noted as checked, and how many of the notes hold no answer of the partner."""
    domain = [("model", "=", "sale.order"), ("res_id", "in", ids), ("body", "ilike", NOTE)]
    rows = people.Person("admin", stack).call("mail.message", "search_read", domain, ["res_id", "body"])
    return Counter(row["res_id"] for row in rows), sum(NOTHING in row["body"] for row in rows)


def main() -> None:
    """Run and print the row."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--orders", type=int, default=100)
    parser.add_argument("--minutes", type=float, default=3.0)
    parser.add_argument("--every", type=float, default=5.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--calm", action="store_true", help="without strikes, to see that the path works")
    given = parser.parse_args()
    stack, seconds = Stack.load(), given.minutes * 60
    with taken_over(stack, given.seed, {"gatehouse.events_url": "off"}) as harness, plain(harness, stack):
        company = people.set_up(stack, f"PLAIN{given.seed}T{int(time.time())}", given.orders)
        pause = max(0.0, 2 * seconds / given.orders - 0.6)
        work = people.Work(company, given.seed, given.orders, pause)
        strikes = [] if given.calm else plan(given.seed, seconds, given.every)
        striking = threading.Thread(
            target=harness.faults.run, args=[strikes, time.monotonic(), threading.Event()]
        )
        striking.start()
        *sellers, _keeper, _manager = crew.at_work(work)
        striking.join()
        harness.faults.heal()
        for thread in sellers:
            thread.join(seconds / 4)
        work.close()  # what a slow machine has not begun by now is left out
        for thread in sellers:
            thread.join()
        work.over.set()
        time.sleep(45)
        seen, empty = notes(stack, list(work.confirmed.values()))
    lost, twice = len(work.confirmed) - len(seen), sum(count > 1 for count in seen.values())
    print(
        f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores at the end; seed {given.seed}, {len(strikes)} strikes\n"
    )
    print(
        "| path | orders confirmed | never checked | checked more than once | checked on an answer that was none |"
    )
    print("|---|---|---|---|---|")
    print(f"| Odoo's webhook action and stock nodes | {len(work.confirmed)} | {lost} | {twice} | {empty} |")
    for failure in [*work.failures, *harness.supervisor.failures]:
        print(f"gave up: {failure}")


if __name__ == "__main__":
    main()
