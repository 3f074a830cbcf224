from odoo import Command


class GateCost:
    """What the gates cost in statements: neither policies nor lines may multiply it.

    Mixed into an area's case, which says how many statements confirming a document of so many lines takes.
    """

    def statements(self, lines):
        """Statements that confirming a fresh document takes, flush included."""
        raise NotImplementedError

    def counted(self, documents, confirm):
        """Statements of the second of two alike: the first warms what is cached.

        :param documents: makes one document
        :param confirm: the name of the button that confirms it
        """
        found = 0
        for _warm in range(2):
            document = documents()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            getattr(document, confirm)()
            self.env.flush_all()
            found = self.env.cr.sql_log_count - before
            self.assertTrue(document._gatehouse_is_confirmed())
        return found

    def counted_edits(self, document, *edits):
        """Statements of the last of these edits of all lines of a document at once: the first warms what is cached."""
        found = 0
        for values in edits:
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            document.write({"order_line": [Command.update(line, values) for line in document.order_line.ids]})
            self.env.flush_all()
            found = self.env.cr.sql_log_count - before
        return found

    def every_control(self, model):
        """A policy of each control that judges such documents, in force and passing."""
        there = set(self.active().mapped("control"))
        for control in set(self.env[model]._gatehouse_controls()) - there:
            self.env["gatehouse.policy"].create(
                {"name": control, "control": control, "mode": "enforcing", "band_ids": [Command.create({"outcome": "pass"})]}
            )._activate()

    def active(self):
        return self.env["gatehouse.policy"].search([("state", "=", "active")])

    def cost_of_gates(self, lines):
        """Statements with the gates on beyond those with them off."""
        modes = {policy: policy.mode for policy in self.active()}
        on = self.statements(lines)
        self.active()._transition({"mode": "off"})
        off = self.statements(lines)
        for policy, mode in modes.items():
            policy._transition({"mode": mode})
        return on - off

    def multiply(self, policy, count):
        """Active copies of a policy, each for a tag of its own; by SQL, because a thousand take the ORM a minute."""
        columns = [
            name for name, field in policy._fields.items()
            if field.store and field.column_type and name not in ("id", "partner_tag_id", "specificity")
        ]  # fmt: skip
        tags = self.env["res.partner.category"].create([{"name": f"T{n}"} for n in range(count)])
        self.env.flush_all()
        names = ", ".join(f'"{name}"' for name in columns)
        self.env.cr.execute(
            f"""INSERT INTO gatehouse_policy ({names}, partner_tag_id, specificity)
                SELECT {names}, tag, 1 FROM gatehouse_policy, unnest(%s::int[]) tag WHERE id = %s""",
            [tags.ids, policy.id],
        )
        self.env.invalidate_all()
