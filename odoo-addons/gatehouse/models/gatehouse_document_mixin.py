from contextlib import ExitStack, contextmanager

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.watch import Creating, Watch


class GatehouseDocumentMixin(models.AbstractModel):
    """An order behind a gate: its holds and checks, its events, and its edits."""

    _name = "gatehouse.document.mixin"
    _inherit = ["gatehouse.gate.mixin"]
    _description = "Document behind a Gatehouse gate"

    gatehouse_hold_ids = fields.One2many(
        "gatehouse.hold",
        "res_id",
        string="Holds",
        readonly=True,
        copy=False,
        bypass_search_access=True,
        domain=lambda self: [("res_model", "=", self._name)],
        groups="base.group_user",
    )
    gatehouse_check_ids = fields.One2many(
        "gatehouse.check",
        "res_id",
        string="Checks",
        readonly=True,
        copy=False,
        bypass_search_access=True,
        domain=lambda self: [("res_model", "=", self._name)],
        groups="base.group_user",
    )
    gatehouse_status = fields.Selection(
        [("clear", "Clear"), ("waiting", "Waiting for checks"), ("held", "Held"), ("degraded", "Degraded")],
        compute="_compute_gatehouse",
        string="Gatehouse",
        compute_sudo=True,
    )
    gatehouse_can_break_glass = fields.Boolean(compute="_compute_gatehouse_can_break_glass")
    gatehouse_banner = fields.Html(compute="_compute_gatehouse", compute_sudo=True, sanitize=False)

    @api.depends_context("uid")
    def _compute_gatehouse_can_break_glass(self):
        """Only for the role, because it asks the policies."""
        allowed = self.env.user.has_group("gatehouse.group_break_glass")
        decided = self._gatehouse_decide() if allowed else {}
        for document in self:
            capped = document.id in decided and document._gatehouse_break_glass_cap(decided[document.id])
            document.gatehouse_can_break_glass = bool(capped and capped[0] and document._gatehouse_stopped())

    def _gatehouse_stopped(self):
        """True while something is held here, or would be on confirming."""
        return bool(self.env["gatehouse.hold"]._open_on(self._name, self.ids)) or not self._gatehouse_is_confirmed()

    # -- events ----------------------------------------------------------------------------------
    def _gatehouse_passed(self, event_name):
        """After the transition: log what was decided, raise the event, wait for its checks."""
        self._gatehouse_note_confirmation()
        decided = self._gatehouse_decide()
        Decision = self.env["gatehouse.decision"]
        Decision._append_many(
            [
                (
                    event_name,
                    document,
                    {
                        "material_hash": decided[document.id]["hash"],
                        "controls": self._gatehouse_logged(decided[document.id]["bands"]),
                    },
                )
                for document in self
            ]
        )
        for document in self:
            self.env["gatehouse.auto.approval"]._record(document, decided[document.id])
            document._gatehouse_request_checks(event_name, decided[document.id], fresh=True)

    def _gatehouse_request_checks(self, event_name, decided, fresh=False):
        """Raise `<model>.<event_name>`; with an enforcing check policy a hold waits for the answers.

        :param fresh: the transition just happened, so the goods of it cannot have left
        """
        self.ensure_one()
        policy = decided["policies"].get(self._gatehouse_check_control())
        expected = self.env["gatehouse.policy"]._expected_checks(policy) if policy else []
        data = self.sudo()._gatehouse_together(decided["memory"])._gatehouse_event_data()
        asked = (self, f"{self._name}.{event_name}", data, decided["hash"], policy)
        waits = bool(expected) and policy["mode"] == "enforcing" and (fresh or not self._gatehouse_goods_gone())
        pending = self.env["gatehouse.hold"]._open_on(self._name, self.ids).filtered(lambda hold: hold.kind == "checks_pending")
        pending = pending._of_control(self._gatehouse_check_control(), policy and policy["id"])
        waiting = not fresh and self.env["gatehouse.event"]._asking(*asked)
        if waiting and (pending.event_id == waiting or not waits):
            return waiting._count_repeat()
        event = self.env["gatehouse.event"]._raise_event(*asked, expected=expected)
        if not event or not expected:
            return event
        pending._close("voided", self.env._("Asked again"))
        if waits:
            self.env["gatehouse.hold"]._place(
                self,
                self._gatehouse_check_control(),
                "checks_pending",
                self._gatehouse_goods_block(),
                fresh=fresh,
                policy_id=policy["id"],
                policy_version=policy["version"],
                event_id=event.id,
                deadline=event.deadline,
                expected=expected,
                material_hash=decided["hash"],
                role_id=self.env["ir.model.data"]._xmlid_to_res_id("gatehouse.group_operations_manager"),
                reasons=[
                    {
                        "code": "pending",
                        "text": self.env._(
                            "Waiting for checks: %s",
                            ", ".join(sorted({entry["check"].replace("_", " ") for entry in expected})),
                        ),
                    }
                ],
            )
        return event

    # -- changes -------------------------------------------------------------------------------
    @contextmanager
    def _gatehouse_around(self, vals, material, place):
        """Around a write of `vals`: an edit of `material` fields is judged, and so is an order that goes elsewhere by its `place` fields."""
        with ExitStack() as around:
            if place & vals.keys():
                self._gatehouse_forget()
                around.enter_context(self._gatehouse_moving())
            if material & vals.keys():
                around.enter_context(self._gatehouse_watch())
            yield

    def _gatehouse_watch(self):
        """Context manager around an edit of the document or of its lines."""
        return Watch(self)

    def _gatehouse_creating(self):
        """Context manager around the creation of documents in their final state: their own lines are no edit."""
        return Creating(self)

    def _gatehouse_judged(self):
        """{document id: {(control, policy): value}}, to see whether an edit makes one of them worse."""
        return {
            number: {(verdict["control"], verdict["policy"]): verdict["value"] for verdict in decided["bands"]}
            for number, decided in self._gatehouse_decide().items()
        }

    def _gatehouse_changed(self, before, confirmed, worse, judged):
        """Judge an edit.

        :param before: {document id: material hash before}
        :param confirmed: documents already past their transition
        :param worse: ids of documents whose change asks for more than was decided
        :param judged: what `_gatehouse_judged` said of the confirmed ones before
        """
        changed = self.filtered(
            lambda document: before.get(document.id) != document.sudo()._gatehouse_material_hash()
        )
        if not changed:
            return
        changed._gatehouse_note_writer()
        for hold in self.env["gatehouse.hold"]._open_on(self._name, changed.ids, "confirm"):
            hold._close("voided", self.env._("The document was changed"))
        decided = (changed & confirmed)._gatehouse_decide()
        for document in changed & confirmed:
            mine = decided[document.id]
            if document.id not in worse:
                mine = {**mine, "bands": self._gatehouse_worsened(mine["bands"], judged[document.id])}
            if document.id in worse or mine["bands"]:
                document._gatehouse_judge_edit(mine)

    @api.model
    def _gatehouse_worsened(self, verdicts, values):
        """Those that stop a document and are worse than the values before, or of a policy that did not apply before."""
        return [
            verdict for verdict in verdicts
            if verdict["outcome"] != "pass" and verdict["value"] > values.get((verdict["control"], verdict["policy"]), float("-inf")) + 1e-9
        ]  # fmt: skip

    def _gatehouse_judge_edit(self, decided):
        """Refuse what is forbidden, hold the goods for what needs a review, and ask outside again."""
        self._gatehouse_refuse_forbidden(decided)
        self._gatehouse_place_reviews(self._gatehouse_uncovered(decided), self._gatehouse_goods_block(), decided["hash"])
        self._gatehouse_request_checks("recheck_requested", decided)

    # -- for people ----------------------------------------------------------------------------
    @api.depends("gatehouse_hold_ids.state", "gatehouse_check_ids.verdict")
    def _compute_gatehouse(self):
        holds = self.env["gatehouse.hold"]._open_on(self._name, self.ids)
        degraded = self.env["gatehouse.event"]._degraded_documents(self._name, self.ids)
        for document in self:
            mine = holds.filtered(lambda hold: hold.res_id == document._origin.id)
            if mine.filtered(lambda hold: hold.kind == "review"):
                document.gatehouse_status = "held"
            elif mine:
                document.gatehouse_status = "waiting"
            else:
                document.gatehouse_status = "degraded" if document._origin.id in degraded else "clear"
            document.gatehouse_banner = document._gatehouse_banner_html(
                mine, degraded.get(document._origin.id)
            )

    def _gatehouse_banner_html(self, holds, unavailable):
        parts = [hold._banner_item() for hold in holds]
        if not holds and unavailable:
            parts.append(
                Markup("<div>%s</div>")
                % self.env._(
                    "Went on without: %s. It is checked again when the service is back.",
                    ", ".join(unavailable).replace("_", " "),
                )
            )
        return Markup("").join(parts) or False

    def _gatehouse_notification(self):
        """For the button: what waits and who can release it, instead of an error; the banner goes on saying it."""
        holds = self.env["gatehouse.hold"]._open_on(self._name, self.ids, "confirm")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "title": self.env._("Waiting for a review"),
                "message": "\n".join(hold._sentence() for hold in holds),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _gatehouse_cancelled(self):
        """A cancelled document's transfers are cancelled with it, so there is nothing left to hold."""
        self.env["gatehouse.hold"]._open_on(self._name, self.ids)._close(
            "voided", self.env._("The order was cancelled")
        )

    def action_gatehouse_release(self):
        self.ensure_one()
        holds = self.env["gatehouse.hold"]._open_on(self._name, self.ids).sudo(False)
        mine = holds.filtered("can_release")
        if not mine:
            raise UserError(
                "\n".join(hold._sentence() for hold in holds) or self.env._("Nothing is held here.")
            )
        return mine.action_release()

    def action_gatehouse_break_glass(self):
        self.ensure_one()
        return self.env["gatehouse.reason"]._open_for_document(self)

    def action_gatehouse_reject(self):
        """Refuse what waits here for one's own signature."""
        self.ensure_one()
        holds = self.env["gatehouse.hold"]._open_on(self._name, self.ids).sudo(False)
        steps = self.env["gatehouse.approval.step"].union(*(hold._step() for hold in holds)).filtered("can_decide")
        if not steps:
            raise UserError("\n".join(hold._sentence() for hold in holds) or self.env._("Nothing is held here."))
        return steps.action_reject()

    def action_recheck(self):
        """Ask the services outside again; an open answer is replaced by the new question."""
        self.check_access("write")
        for document in self:
            decided = document._gatehouse_decide()[document.id]
            if not document._gatehouse_request_checks("recheck_requested", decided):
                raise UserError(self.env._("Nothing outside is connected, so there is nobody to ask."))
        return True
