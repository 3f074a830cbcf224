"""The kinds of cases: an order that waits, a change that waits, an alert that somebody owns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import odoorpc.error

from stack.client import Stack
from stack.demo import documents
from stack.demo.controls.stage import Stage

STEP, REQUEST = "gatehouse.approval.step", "gatehouse.change.request"


@dataclass(frozen=True)
class Document:
    """A record of Odoo with the name people see."""

    model: str
    id: int
    name: str
    after: Any = None  #: the value a change asks for


def mark() -> str:
    """A few letters that make a name unique."""
    return uuid4().hex[:5]


def name_of(stack: Stack, model: str, record: int, after: Any = None) -> Document:
    """The record with its name as the administrator reads it."""
    [row] = stack.call("admin", model, "read", [record], ["display_name"])
    return Document(model, record, str(row["display_name"]), after)


@dataclass(frozen=True)
class OrderCase:
    """An order over a limit: its confirmation waits for the role, then goes on by itself.

    `partner` and `order` get the stage and answer values of the new partner and of the order; `line` are those of
    its one line, `tag` the tag that puts the partner under the case's policy ("" for a policy of the whole company).
    """

    control: str
    title: str
    why: str
    decider: str
    line: dict[str, Any]
    tag: str = ""
    model: str = "sale.order"
    asker: str = "salesperson"
    bare: bool = False
    partner: Callable[[Stage], dict[str, Any]] = lambda stage: {}
    order: Callable[[Stage], dict[str, Any]] = lambda stage: {}
    listed: float = 0.0

    @property
    def confirmed(self) -> str:
        """The state in which it has gone on."""
        return "sale" if self.model == "sale.order" else "purchase"

    def make(self, stack: Stack, stage: Stage) -> Document:
        """The order as a draft, made by who will ask for it, for a partner of its own."""
        item = stage.bare_item if self.bare else stage.item
        values = {"name": f"{self.title} {mark()}", "is_company": True, **self.partner(stage)}
        if self.tag:
            values["category_id"] = [(6, 0, [stage.tags[self.tag]])]
        partner = documents.create(stack, "admin", "res.partner", values)
        if self.listed:
            documents.create(stack, "admin", "product.supplierinfo", {
                "partner_id": partner, "price": self.listed, "product_id": item,
                "product_tmpl_id": stack.call("admin", "product.product", "read", [item], ["product_tmpl_id"])[0]["product_tmpl_id"][0],
            })  # fmt: skip
        order = documents.create(stack, self.asker, self.model, {
            "partner_id": partner, "order_line": [(0, 0, {"product_id": item, **self.line})], **self.order(stage),
        })  # fmt: skip
        return name_of(stack, self.model, order)

    def ask(self, stack: Stack, document: Document) -> None:
        """Press Confirm."""
        button = "action_confirm" if self.model == "sale.order" else "button_confirm"
        stack.call(self.asker, self.model, button, [document.id])

    def waiting(self, stack: Stack, document: Document) -> Document | None:
        """What the decision hangs on; None while nothing waits."""
        holds = documents.holds(stack, document.model, document.id, self.asker)
        return document if any(hold["kind"] == "review" for hold in holds) else None

    def gone_on(self, stack: Stack, document: Document) -> bool:
        """Whether the asker sees it confirmed."""
        [row] = stack.call(self.asker, self.model, "read", [document.id], ["state"])
        return bool(row["state"] == self.confirmed)


@dataclass(frozen=True)
class AskedCase:
    """Who asks for what, why it waits and whose role decides, logins of the demo company both."""

    control: str
    title: str
    why: str
    asker: str
    decider: str
    model: str


@dataclass(frozen=True)
class ChangeCase(AskedCase):
    """A change of a protected field: the record keeps the old value until the role signs.

    `after` is the new value, or gets the stage and answers it.
    """

    field: str
    after: Any
    record: Callable[[Stack, Stage], int]
    button: str = ""

    def make(self, stack: Stack, stage: Stage) -> Document:
        """The record with its old value."""
        after = self.after(stage) if callable(self.after) else self.after
        return name_of(stack, self.model, self.record(stack, stage), after)

    def ask(self, stack: Stack, document: Document) -> None:
        """Write the field, or press the button that does."""
        if self.button:
            stack.call(self.asker, self.model, self.button, [document.id])
        elif self.model == "stock.quant":
            stack.call(
                self.asker,
                self.model,
                "write",
                [document.id],
                {"inventory_quantity": document.after},
                context={"inventory_mode": True},
            )
            stack.call(
                self.asker,
                self.model,
                "action_apply_inventory",
                [document.id],
                context={"inventory_mode": True},
            )
        else:
            stack.call(self.asker, self.model, "write", [document.id], {self.field: document.after})

    def waiting(self, stack: Stack, document: Document) -> Document | None:
        """The open request, as the asker finds it."""
        domain = [*documents.on(document.model, document.id), ("state", "=", "waiting")]
        rows = stack.call(self.asker, REQUEST, "search_read", domain, ["name"])
        return Document(REQUEST, rows[0]["id"], rows[0]["name"]) if rows else None

    def gone_on(self, stack: Stack, document: Document) -> bool:
        """Whether the record carries the new value."""
        [row] = stack.call("admin", self.model, "read", [document.id], [self.field], load="")
        return bool(row[self.field] == document.after)


@dataclass(frozen=True)
class HeldCase(AskedCase):
    """A transfer or an invoice that is there and held: what comes next waits for the role.

    `record` makes it, `next` does what comes next as the asker, `reached` is what its `state_field` reads then.
    """

    record: Callable[[Stack, Stage], int]
    next: Callable[[Stack, int], None]
    state_field: str
    reached: tuple[str, ...]

    def make(self, stack: Stack, stage: Stage) -> Document:
        """The transfer or invoice."""
        return name_of(stack, self.model, self.record(stack, stage))

    def ask(self, stack: Stack, document: Document) -> None:
        """Try what comes next: it is refused for the hold, or asks for the review."""
        try:
            self.next(stack, document.id)
        except odoorpc.error.RPCError as refusal:
            if "waits" not in str(refusal):
                raise

    def finish(self, stack: Stack, document: Document) -> None:
        """After the signature, what does not go on by itself."""
        if not self.gone_on(stack, document):
            self.next(stack, document.id)

    def waiting(self, stack: Stack, document: Document) -> Document | None:
        """What the decision hangs on: the document, or the entry of its payment, as the queue names it."""
        held = [document.id]
        if self.model == "account.move":
            payments = [("invoice_ids", "in", held), ("state", "=", "draft")]
            rows = stack.call(self.asker, "account.payment", "search_read", payments, ["move_id"])
            held += [row["move_id"][0] for row in rows if row["move_id"]]
        for record in held:
            for hold in documents.holds(stack, self.model, record, self.asker):
                if hold["kind"] == "review":
                    return Document(self.model, record, str(hold["res_name"]))
        return None

    def gone_on(self, stack: Stack, document: Document) -> bool:
        """Whether it went on."""
        [row] = stack.call("admin", self.model, "read", [document.id], [self.state_field])
        return bool(row[self.state_field] in self.reached)


@dataclass(frozen=True)
class BillCase:
    """A vendor's invoice that was read: its bill is a draft that names what differs from the order.

    `paper` hands it in and answers the document of it.
    """

    control: str
    title: str
    why: str
    paper: Callable[[Stack], int]
    asker: str = "accountant"

    def make(self, stack: Stack) -> Document:
        """The bill that *Confirm* on the read invoice makes."""
        paper = self.paper(stack)
        stack.call(self.asker, "gatehouse.document", "action_confirm", [paper])
        [row] = stack.call(self.asker, "gatehouse.document", "read", [paper], ["bill_id"])
        return Document("account.move", row["bill_id"][0], str(row["bill_id"][1]))

    def told(self, stack: Stack, bill: Document) -> str:
        """What the draft says to the accountant; empty when it is no draft."""
        [row] = stack.call(self.asker, bill.model, "read", [bill.id], ["state", "message_ids"])
        if row["state"] != "draft":
            return ""
        said = stack.call(self.asker, "mail.message", "read", row["message_ids"], ["body"])
        return " ".join(message["body"] for message in said)


@dataclass(frozen=True)
class AlertCase:
    """Something late: an exception with an owner, opened by the scheduled look."""

    control: str
    title: str
    why: str
    cron: str
    make: Callable[[Stack, Stage], Document]
    key: str = field(default="")

    def look(self, stack: Stack) -> None:
        """What the scheduled action does by itself."""
        crons = stack.call("admin", "ir.cron", "search", [("cron_name", "=", self.cron)])
        stack.call("admin", "ir.cron", "method_direct_trigger", crons)

    def looked(self, stack: Stack, document: Document) -> list[dict[str, Any]]:
        """Look, then what is seen."""
        self.look(stack)
        return self.seen(stack, document)

    def seen(self, stack: Stack, document: Document) -> list[dict[str, Any]]:
        """The open exceptions about the document, as the operations manager reads them."""
        domain = [
            *documents.on(document.model, document.id),
            ("state", "=", "open"),
            ("key", "=like", f"{self.key}%"),
        ]
        return list(
            stack.call(
                "operations", "gatehouse.exception", "search_read", domain, ["title", "detail", "role_id"]
            )
        )
