from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .approval_case import ApprovalCase


@tagged("post_install", "-at_install")
class TestSummary(ApprovalCase):
    """What waits says of what, and shows what was written only while that is so."""

    def due(self, document):
        """What the integration gets of one document, or None; by then it was looked at."""
        name = f"{document._name}:{document.id}"
        return next((row for row in self.env["gatehouse.summary"].with_user(self.bot).read_due() if row["id"] == name), None)

    def written(self, row, **values):
        given = {"id": row["id"], "facts_sha256": row["facts_sha256"], "text": f"{row['name']} is blocked\n- Held: <b>15</b>",
                 "next_action": "Release it", "route": "Sales", "source": "template", "gist": "", "model": "", "prompt": "",
                 "template": "summaries/order 1a", "fallback": None, **values}  # fmt: skip
        [answer] = self.env["gatehouse.summary"].with_user(self.bot).record([given])
        self.env.invalidate_all()
        return answer["status"]

    def test_the_facts_of_a_held_order_name_amount_hold_limit_history_and_next_step(self):
        order = self.held(15)
        facts = self.due(order)["facts"]
        kinds = {fact["kind"]: fact for fact in facts}
        self.assertEqual(kinds["amount"]["value"], "170.00")
        self.assertIn("15", kinds["hold"]["text"])
        self.assertEqual((kinds["limit"]["value"], kinds["limit"]["limit"]), ("15.00", "10.00"))
        self.assertEqual(kinds["history"]["text"], "Review asked for (sale discount)")
        self.assertEqual(kinds["next"]["text"], "Release or reject the review")
        self.assertEqual(kinds["next"]["who"], self.env.ref("sales_team.group_sale_manager").full_name)
        self.assertEqual(len({fact["id"] for fact in facts}), len(facts))

    def test_without_an_answer_odoo_lists_the_facts_and_says_so(self):
        order = self.held(15)
        html = order.with_user(self.seller).gatehouse_summary
        self.assertIn("the summary service has not answered about them", html)
        self.assertIn("against 10.00", html)

    def test_what_was_written_is_shown_escaped_and_with_its_source(self):
        order = self.held(15)
        self.assertEqual(self.written(self.due(order)), "kept")
        html = order.with_user(self.seller).gatehouse_summary
        self.assertIn("&lt;b&gt;15&lt;/b&gt;", html)
        self.assertIn("template summaries/order 1a", html)
        self.assertNotIn("Odoo's own facts", html)
        self.assertIsNone(self.due(order))

    def test_what_a_model_wrote_is_marked_and_a_fallback_says_why(self):
        order = self.held(15)
        self.written(self.due(order), source="model", gist="It waits.", model="small", prompt="summaries 1")
        self.assertIn("Written by a language model (small, prompt summaries 1)", order.gatehouse_summary)
        self.env["gatehouse.summary"].search([("res_model", "=", "sale.order"), ("res_id", "=", order.id)]).facts_hash = "old"
        self.written(self.due(order), fallback={"code": "time_limit", "reason": "too slow"})
        self.assertIn("time_limit: too slow", order.gatehouse_summary)

    def test_changed_facts_hide_the_summary_and_ask_for_a_new_one(self):
        order = self.held(15)
        self.written(self.due(order))
        self.step(order).with_user(self.manager).reject("no campaign")
        self.env.invalidate_all()
        self.assertIn("The facts changed", order.gatehouse_summary)
        self.assertIn("Rejected: no campaign", order.gatehouse_summary)
        self.assertIn("Rejected: no campaign", [fact.get("text") for fact in self.due(order)["facts"]])

    def test_a_released_order_has_nothing_to_summarize(self):
        order = self.held(15)
        self.step(order).with_user(self.manager).approve("known")
        self.env.invalidate_all()
        self.assertIn("Wait for the checks", order.gatehouse_summary)
        self.record(order, self.good_checks())
        self.assertFalse(order.gatehouse_summary)
        self.assertIsNone(self.due(order))

    def test_an_approval_has_its_own_summary_on_the_queue(self):
        step = self.step(self.held(30))
        row = self.due(step)
        self.assertEqual((row["subject"], row["state"]), ("approval", "signature 1 of 2"))
        self.written(row, text="waits for a decision\n- Limit: 30")
        self.assertIn("Limit: 30", step.with_user(self.manager).gatehouse_summary)

    def test_another_language_of_the_reader_does_not_change_the_facts(self):
        order = self.held(15)
        self.written(self.due(order))
        self.env["res.lang"]._activate_lang("de_DE")
        self.assertIn("template summaries/order 1a", order.with_context(lang="de_DE").gatehouse_summary)

    def test_only_the_integration_reads_and_writes_and_a_bad_entry_is_named(self):
        Summary = self.env["gatehouse.summary"]
        with self.assertRaises(AccessError):
            Summary.with_user(self.seller).read_due()
        with self.assertRaises(AccessError):
            Summary.with_user(self.seller).record([])
        with self.assertRaisesRegex(ValidationError, r"summaries\[0\]"):
            Summary.with_user(self.bot).record([{"text": "no id"}])
        self.assertEqual(self.written({"id": "sale.order:0", "facts_sha256": "x", "name": "S0"}), "unknown")

    def test_a_summary_that_cannot_be_read_is_told_and_the_one_beside_it_is_kept(self):
        order = self.held(15)
        due = self.due(order)
        bad = {"id": due["id"], "facts_sha256": due["facts_sha256"], "text": "Held.", "gist": None}
        [answer] = self.env["gatehouse.summary"].with_user(self.bot).record([bad])
        self.assertEqual(answer, {"id": due["id"], "status": "refused"})
        told = self.env["gatehouse.exception"].search([("key", "=", "contract:summary"), ("state", "=", "open")])
        self.assertIn(f"{due['id']}: needs the texts next_action, route, source, gist", told.detail)
        self.assertIn("Odoo's own facts", order.with_user(self.seller).gatehouse_summary)
        self.assertEqual(self.written(due), "kept")

    def statements(self):
        """What reading what is due takes, nothing cached, after a first reading has written down who was looked at."""
        Summary = self.env["gatehouse.summary"].with_user(self.bot)
        Summary.read_due()
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        Summary.read_due()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_more_documents_that_wait_are_read_by_the_same_statements(self):
        self.held(15)
        few = self.statements()
        for _more in range(6):
            self.held(15)
        self.assertLess(self.statements() - few, 6)  # six orders and six reviews more
