from odoo import api, models


class GatehouseRecheck(models.AbstractModel):
    """Lets a document go when what held it went away: a payment came in, a price list was mended."""

    _inherit = "gatehouse.gate.mixin"

    #: Controls whose cause can go away without an edit of the document.
    _gatehouse_transient_controls = ()

    def _gatehouse_gate_blocks(self):
        """What the gate's own holds block; None for any."""
        return "confirm"

    def _gatehouse_may_let_go(self, hold):
        """False where a cause that went away is not to be believed yet, such as prices that who asked for the document changed."""
        return True

    def _gatehouse_recheck(self, why):
        """Judge again what holds these documents; a review whose cause is gone is released, and the log says why.

        :return: the holds that were released
        """
        memory = self.env.cr.precommit.data.get("gatehouse.decide", {})
        for document in self:
            memory.pop((self._name, document.id), None)
        decided = self._gatehouse_decide()
        released = self.env["gatehouse.hold"]
        for hold in released._open_on(self._name, self.ids, self._gatehouse_gate_blocks()):
            if hold.kind != "review" or hold.control not in self._gatehouse_transient_controls:
                continue
            verdicts = decided[hold.res_id]["bands"] + self.browse(hold.res_id)._gatehouse_left_behind(hold, decided[hold.res_id])
            stopping = [v for v in verdicts if v["control"] == hold.control and v["outcome"] != "pass"]
            if not stopping and self.browse(hold.res_id)._gatehouse_may_let_go(hold):
                hold._close("released", why)
                released |= hold
        released._continue()
        return released

    def _gatehouse_left_behind(self, hold, decided):
        """Verdicts of the policy that placed a hold, where it is in force and the document went from it to another place."""
        policy = hold.policy_id
        if policy.state != "active" or policy.mode != "enforcing" or decided["policies"].get(hold.control, {}).get("id") == policy.id:
            return []
        return self.sudo()._gatehouse_judge_bands({hold.control: policy._applied()})

    @api.model
    def _cron_gatehouse_recheck(self):
        """Every transient hold of this Odoo model, for causes that no event tells of."""
        holds = self.env["gatehouse.hold"].sudo().search(
            [
                ("res_model", "=", self._name),
                ("state", "=", "open"),
                ("kind", "=", "review"),
                ("control", "in", self._gatehouse_transient_controls),
            ]
        )
        documents = self.sudo().browse(holds.mapped("res_id")).exists()
        self.env["gatehouse.scheduled"]._each(
            "release", self.env._("%s could not be looked at again"), documents,
            lambda part: part._gatehouse_recheck(self.env._("Its cause went away")), size=100, category="approval",
        )  # fmt: skip
