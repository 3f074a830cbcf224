import datetime
from unittest.mock import patch

from odoo import fields

from .common import GatehouseCase, person


class PatternCase(GatehouseCase):
    """One rule about discounts, somebody it finds, and what the sidecar answers about him."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["gatehouse.pattern.run"].search([]).unlink()
        cls.env["gatehouse.pattern"].search([]).unlink()
        cls.env["gatehouse.pattern.rule"].with_context(active_test=False).search([]).unlink()
        cls.company = cls.bot.company_id
        cls.sam = person(cls.env, "gatehouse_sam", groups="base.group_user")
        cls.auditor = person(cls.env, "gatehouse_aud", groups="base.group_user,gatehouse.group_auditor")
        cls.rule = cls.env["gatehouse.pattern.rule"].create(
            {"pattern": "discount", "role": "salesperson", "next_step": "Ask the sales manager."})

    def setUp(self):
        super().setUp()
        traded = patch.object(type(self.env["gatehouse.pattern.run"]), "_traded", lambda *_: True)
        self.addCleanup(traded.stop)
        traded.start()

    def due(self):
        return self.env["gatehouse.pattern.run"].with_user(self.bot).read_due()

    def weeks(self, asked):
        newest = fields.Date.to_date(asked["week"])
        return [newest - datetime.timedelta(weeks=back) for back in reversed(range(asked["weeks"]))]

    def entry(self, week, *rarities, who=None, role="salesperson", pattern="discount", **figures):
        who = who or self.sam
        word = "user" if who._name == "res.users" else "partner"
        entry = {"role": role, "party": f"{word}:{who.id}", "week": str(week)}
        if rarities:
            entry |= {"documents": 7, "lines": 12, "value": 1234.5, "discount": 25.0, "price_index": None, "before": 20,
                      "documents_before": 100, "others": {}, **figures}
            entry["habits"] = [{"pattern": pattern, "rarity": rarity, "text": "25.0 % off on average"} for rarity in rarities]
        return entry

    def record(self, asked, entries):
        result = {"id": asked["id"], "kind": "patterns", "available": True, "model": "patterns 1-abc", "entries": entries}
        return self.env["gatehouse.pattern.run"].with_user(self.bot).record([result])[0]

    def exceptions(self, **state):
        domain = [("category", "=", "pattern"), *[(name, "=", value) for name, value in state.items()]]
        return self.env["gatehouse.exception"].search(domain)

    def next_week(self):
        """As if a week went by: everything measured moves a week back."""
        self.env.flush_all()
        for table in ("gatehouse_pattern", "gatehouse_pattern_run"):
            self.env.cr.execute(f"SELECT id FROM {table} ORDER BY week")
            for (number,) in self.env.cr.fetchall():
                self.env.cr.execute(f"UPDATE {table} SET week = week - 7 WHERE id = %s", [number])
        self.env.invalidate_all()
