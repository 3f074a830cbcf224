"""Take the README's pictures from the running stack with headless Chromium.

    make up && <sidecar python> -m stack.screenshots

Wants Chromium on the machine (Debian: `apt-get install chromium-headless-shell`) and a stack that nobody has worked with
yet, for no picture shows what tests leave behind; writes docs/images/*.png. Look at each before you commit it.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser

from stack.client import ROOT, Stack, wait_until
from stack.demo import deliveries, documents, habits, sales, waiting
from stack.demo.anomalies import OVER_BAND_ORDER, UNUSUAL_ORDER
from stack.demo.controls import tour
from stack.pages import DESK, PHONE, QUEUE, Screen, chromium

IMAGES = ROOT / "docs" / "images"
STEP = "gatehouse.approval.step"
SALES, VENDORS = "sale.action_orders", "account.res_partner_action_supplier"
#: A phone as it is held; a picture of all that one scrolls through is as high as that needs.
HELD = {**PHONE, "height": 844}
#: A desk's window for few rows.
LOW = {**DESK, "height": 560}
COLOURS = 128


def slim(path: Path) -> None:
    """Fewer colours than a screen has: a third of the bytes, and nobody sees which are gone."""
    with Image.open(path) as picture:
        few = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(path, optimize=True)


def order_page(browser: Browser, stack: Stack, order: int) -> None:
    """The held order on a desk's and on a phone's width, with its tab of checks and holds."""
    for name, size in (("order", DESK), ("order-phone", HELD)):
        screen = Screen(browser, stack, "sales_manager", size)
        screen.form_of(SALES, order).tab("Gatehouse")
        screen.shot(IMAGES / f"{name}.png", whole=True)
        screen.close()


def queue(browser: Browser, stack: Stack) -> None:
    """What waits for the sales manager, on a desk and on a phone, and the page behind the link in the mail."""
    for name, size in (("queue", LOW), ("queue-phone", HELD)):
        screen = Screen(browser, stack, "sales_manager", size)
        screen.list(QUEUE)
        screen.shot(IMAGES / f"{name}.png")
        if name == "queue-phone":
            step = stack.call("sales_manager", STEP, "search", [("can_decide", "=", True)])[0]
            screen.page.goto(f"{stack.url('odoo')}/gatehouse/decision/{step}")
            screen.shot(IMAGES / "decision-phone.png", whole=True)
        screen.close()


def policies(browser: Browser, stack: Stack, order: int) -> None:
    """Which policies apply to an order and why, and the graph of a draft's back-test."""
    screen = Screen(browser, stack, "operations")
    screen.form_of(SALES, order).press("action_gatehouse_explain")
    screen.page.wait_for_selector(".modal-body h5")
    screen.shot(IMAGES / "explain.png")
    [band] = stack.call(
        "operations", "gatehouse.policy.band", "search_read",
        [("policy_id.name", "=", "Discounts"), ("outcome", "=", "review")], ["role_id"], limit=1,
    )  # fmt: skip
    role = band["role_id"][0]
    draft = stack.call("operations", "gatehouse.policy", "create", {
        "name": "Tighter discounts", "control": "sale_discount", "mode": "enforcing",
        "band_ids": [
            (0, 0, {"up_to": 6, "outcome": "pass"}),
            (0, 0, {"outcome": "review", "role_id": role}),
        ],
    })  # fmt: skip
    test = stack.call("operations", "gatehouse.policy", "action_backtest", [draft])["res_id"]
    wait_until(
        lambda: stack.call("operations", "gatehouse.backtest", "read", [test], ["state"])[0]["state"],
        lambda state: state == "done",
        90.0,
    )
    screen.form_of("gatehouse.gatehouse_backtest_action", test)
    screen.shot(IMAGES / "backtest.png")
    screen.close()


def insight(browser: Browser, stack: Stack) -> None:
    """The figures of the week, on a desk and a phone, the dashboards, and the exceptions that wait."""
    [cron] = stack.call("admin", "ir.cron", "search", [("cron_name", "=", "Gatehouse: refresh the figures")])
    stack.call("admin", "ir.cron", "method_direct_trigger", [cron])
    shots = (
        ("insight", "kpi_card_action", ".o_kanban_record"),
        ("ageing", "approval_ageing", ".o_graph_view canvas"),
        ("exceptions-by-site", "exception_insight", ".o_graph_view canvas, .o_pivot table"),
        ("exceptions", "exception_action", ".o_list_view"),
    )
    for size, names in ((LOW, ["insight"]), (DESK, [shot[0] for shot in shots[1:]]), (HELD, ["insight"])):
        screen = Screen(browser, stack, "operations", size)
        for name, action, ready in shots:
            if name in names:
                screen.goto(f"action-gatehouse.gatehouse_{action}")
                screen.page.wait_for_selector(ready)
                phone = size is HELD
                screen.shot(IMAGES / f"{name}{'-phone' if phone else ''}.png", whole=phone)
        if size is DESK:
            screen.page.goto(f"{stack.url('odoo')}/report/html/gatehouse.authority")
            screen.shot(IMAGES / "authority.png")
        screen.close()


def pattern(browser: Browser, stack: Stack) -> None:
    """A discount habit in the exception queue."""
    with habits.seeded(stack) as people:
        stack.call("admin", "res.users", "write", [people["habit"].user], {"name": "Mia Keller"})
        domain = [("category", "=", "pattern"), ("about_user_id", "=", people["habit"].user)]
        [found] = wait_until(
            lambda: stack.call("operations", "gatehouse.exception", "search", domain), bool, 600.0
        )
    wait_until(
        lambda: waiting.rank(stack, "operations", "gatehouse.exception", found)["gatehouse_rank"],
        bool,
        waiting.SECONDS,
        waiting.ranking(stack),
    )
    screen = Screen(browser, stack, "operations", {**DESK, "height": 720})
    screen.form_of("gatehouse.gatehouse_exception_action", found)
    screen.shot(IMAGES / "pattern.png")
    screen.close()


def vendor(browser: Browser, stack: Stack) -> None:
    """A new vendor whose approval waits, with what was checked."""
    role = stack.call(
        "operations",
        "gatehouse.policy.band",
        "search_read",
        [("outcome", "=", "review")],
        ["role_id"],
        limit=1,
    )[0]["role_id"][0]
    policy = stack.call("operations", "gatehouse.policy", "create", {
        "name": "Vendor onboarding", "control": "vendor_onboarding", "mode": "enforcing",
        "required_documents": "registration", "band_ids": [(0, 0, {"outcome": "review", "role_id": role})],
    })  # fmt: skip
    stack.call("operations", "gatehouse.policy", "action_submit", [policy])
    stack.call("finance", "gatehouse.policy", "action_activate", [policy])
    company = {"name": "Nordkai Fasteners GmbH", "is_company": True, "city": "Hamburg"}
    partner = stack.call("admin", "res.partner", "create", company)
    stack.call("admin", "res.partner", "action_gatehouse_approve_vendor", [partner])
    screen = Screen(browser, stack, "operations")
    screen.form_of(VENDORS, partner).tab("Vendor approval")
    screen.shot(IMAGES / "vendor.png")
    screen.close()


def document(browser: Browser, stack: Stack) -> None:
    """A vendor's invoice beside what was read, with its differences from the order, on a desk and on a phone."""
    number = deliveries.invoice_that_differs(stack)
    for name, size in (("document", DESK), ("document-phone", HELD)):
        screen = Screen(browser, stack, "buyer", size)
        screen.form_of("gatehouse_document.gatehouse_document_action", number)
        screen.page.frame_locator(".o_pdfview_iframe").locator(".textLayer").first.wait_for()
        screen.shot(IMAGES / f"{name}.png", whole=True)
        screen.close()


def canvas(browser: Browser, stack: Stack) -> None:
    """The sales check on n8n's canvas."""
    page = browser.new_page(viewport={"width": 1400, "height": 800})
    page.goto(f"{stack.url('n8n')}/signin", timeout=120_000)
    page.fill("input[type=email]", stack.data["n8n"]["email"])
    page.fill("input[type=password]", stack.data["n8n"]["password"])
    page.locator("button", has_text="Sign in").click()
    page.wait_for_url("**/home/**", timeout=120_000)
    page.goto(f"{stack.url('n8n')}/home/workflows", timeout=120_000)
    page.get_by_text("10-check-sales-order").or_(page.get_by_text("Check sales order")).first.click()
    page.wait_for_selector(".vue-flow__node", timeout=120_000)
    page.wait_for_timeout(3000)
    page.screenshot(path=str(IMAGES / "n8n-check-sales-order.png"))
    page.close()


def api_page(browser: Browser, stack: Stack) -> None:
    """The page of the sidecar's API."""
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    page.goto(f"{stack.url('sidecar')}/docs", timeout=60_000)
    page.screenshot(path=str(IMAGES / "api.png"))
    page.close()


def main() -> int:
    """Take every picture."""
    stack = Stack.load()
    IMAGES.mkdir(parents=True, exist_ok=True)
    order = sales.make_order(stack, UNUSUAL_ORDER)
    sales.confirm(stack, order)
    documents.wait_for(stack, sales.MODEL, order, sales.SELLER, "held")
    tour.run(stack)  # so that figures and lists show a company at work
    over = sales.make_order(stack, OVER_BAND_ORDER)
    sales.confirm(stack, over)
    for number in (order, over):
        wait_until(
            lambda number=number: waiting.summary(stack, number),
            lambda text: "By the summary service" in text,
            waiting.SECONDS,
            waiting.summarizing(stack),
        )
    with chromium() as browser:
        order_page(browser, stack, order)
        queue(browser, stack)
        policies(browser, stack, order)
        insight(browser, stack)
        pattern(browser, stack)
        vendor(browser, stack)
        document(browser, stack)
        canvas(browser, stack)
        api_page(browser, stack)
    for path in sorted(IMAGES.glob("*.png")):
        slim(path)
        print(path.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
