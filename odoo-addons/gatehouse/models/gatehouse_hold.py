import logging

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..tools import documents

_logger = logging.getLogger(__name__)


class GatehouseHold(models.Model):
    """One ledger for everything that keeps a document from going on. Rows are never deleted, only closed."""

    _name = "gatehouse.hold"
    _description = "Gatehouse hold"
    _rec_name = "res_name"
    _order = "id desc"

    res_model = fields.Char(required=True, readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", required=True, readonly=True, index=True)
    res_name = fields.Char(string="Document", readonly=True)
    control = fields.Char(required=True, readonly=True)
    kind = fields.Selection(
        [("checks_pending", "Checks pending"), ("review", "Review"), ("break_glass", "Break-glass")],
        required=True,
        readonly=True,
    )
    blocks = fields.Selection(
        [("confirm", "Confirmation"), ("ship", "Shipping"), ("receive", "Receipt")],
        required=True,
        readonly=True,
    )
    state = fields.Selection(
        [("open", "Open"), ("released", "Released"), ("voided", "Voided")],
        default="open",
        required=True,
        readonly=True,
    )
    reasons = fields.Json(readonly=True)
    reason_text = fields.Text(compute="_compute_reason_text", string="Why")
    policy_id = fields.Many2one("gatehouse.policy", readonly=True, index=True)
    policy_version = fields.Integer(readonly=True)
    role_id = fields.Many2one("res.groups", string="Released by role", readonly=True)
    manual_procedure = fields.Text(related="policy_id.manual_procedure")
    deadline = fields.Datetime(readonly=True)
    expected = fields.Json(readonly=True)
    event_id = fields.Many2one("gatehouse.event", readonly=True, index=True)
    placed_by = fields.Many2one("res.users", readonly=True, default=lambda self: self.env.uid)
    placed_at = fields.Datetime(readonly=True, default=fields.Datetime.now)
    requester_ids = fields.Many2many(
        "res.users", "gatehouse_hold_requester_rel", string="Asked for by", readonly=True, copy=False
    )
    released_by = fields.Many2one("res.users", readonly=True)
    released_at = fields.Datetime(readonly=True)
    release_reason = fields.Text(readonly=True)
    material_hash = fields.Char(readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    warehouse_id = fields.Many2one("stock.warehouse", string="Site", readonly=True)
    amount = fields.Float(readonly=True)
    approval_ids = fields.One2many("gatehouse.approval", "hold_id", readonly=True)
    can_release = fields.Boolean(compute="_compute_can_release")

    _open_on_document = models.Index("(res_model, res_id) WHERE state = 'open'")

    @api.depends("reasons")
    def _compute_reason_text(self):
        for hold in self:
            hold.reason_text = "\n".join(reason.get("text", "") for reason in hold.reasons or [])

    @api.depends("state", "role_id")
    @api.depends_context("uid")
    def _compute_can_release(self):
        for hold in self:
            hold.can_release = hold.state == "open" and hold._actor_may_release()

    # -- placing and finding -------------------------------------------------------------------
    @api.model
    def _place(self, record, control, kind, blocks, role_ids=(), fresh=False, **values):
        """Place a hold on a document. The caller has the policy's word for it, no user has.

        A review remembers who asked, so that a later change of the salesperson opens no way round four eyes,
        and asks the roles one after the other; without `role_ids` the one role that releases it.

        :param fresh: its goods cannot be leaving in another transaction, for the document's transition is of this one; a hold that
            stops them is no such reason, because it may be released at the same moment
        """
        if kind == "review":
            manager = self.env.ref("gatehouse.group_operations_manager").id
            role_ids = list(role_ids) or [values.get("role_id") or manager]
            values["role_id"] = role_ids[-1]
            if hasattr(record, "_gatehouse_requesters"):
                values["requester_ids"] = [(6, 0, record.sudo()._gatehouse_requesters().ids)]
        if not fresh:
            self._meet_goods(blocks, {record._name: record.ids})
        hold = self.sudo().create(
            {
                "res_model": record._name,
                "res_id": record.id,
                "res_name": record.sudo()._gatehouse_title()
                if hasattr(record, "_gatehouse_title")
                else record.sudo().display_name,
                "control": control,
                "kind": kind,
                "blocks": blocks,
                "warehouse_id": self.env["gatehouse.exception"]._site_of(record.sudo()),
                "company_id": record.sudo().company_id.id
                if "company_id" in record._fields
                else self.env.company.id,
                **values,
            }
        )
        if kind == "review":
            self.env["gatehouse.approval"]._request(hold, record, role_ids)
        hold._tell_documents({hold: record})
        hold._goods_held()
        return hold

    def _tell_documents(self, documents):
        """Let documents, {hold: its document}, react to a change of their holds, such as by a message to the customer."""
        for hold, document in documents.items():
            if document and hasattr(document, "_gatehouse_hold_changed"):
                document.sudo()._gatehouse_hold_changed(hold)

    def _approval(self):
        """The newest approval of a review; one asked for again follows the rejected one."""
        return self.sudo().approval_ids.sorted("id")[-1:]

    def _step(self):
        """The step of a review that waits for a signature, as the current user."""
        step = self._approval().step_ids.filtered(lambda step: step.state == "open")[:1]
        return self.env["gatehouse.approval.step"].browse(step.id)

    @api.model
    def _open_on(self, model, ids, blocks=None):
        """Open holds on documents, regardless of who asks: a guard sees every hold."""
        if not ids:
            return self.sudo().browse()
        self.flush_model(["res_model", "res_id", "state", "blocks"])
        # three times a confirmation: building a domain costs more than reading the answer
        self.env.cr.execute(
            """SELECT id FROM gatehouse_hold
                WHERE res_model = %s AND res_id = ANY(%s) AND state = 'open' AND (%s::text IS NULL OR blocks = %s)
                ORDER BY id DESC""",
            [model, list(ids), blocks, blocks],
        )
        return self.sudo().browse([number for (number,) in self.env.cr.fetchall()])

    def _of_control(self, control, policy_id):
        """Those that a new hold of this control and policy takes the place of. What another policy holds that is still in force stays:
        a document that went elsewhere is not freed by it.
        """
        return self.filtered(
            lambda hold: hold.control == control and (hold.policy_id.id == policy_id or hold.policy_id.state != "active")
        )

    def _by_document(self):
        """{(model, id): holds on that document}; their released parts are read with them."""
        self.mapped("part_ids")
        return self.grouped(lambda hold: (hold.res_model, hold.res_id))

    def _document(self):
        self.ensure_one()
        return self._documents()[self]

    def _documents(self):
        """{hold: its document, or an empty value}, read together."""
        return documents.of(self)

    # -- closing -------------------------------------------------------------------------------
    def _actor_may_release(self):
        """Being superuser is not enough: a release belongs to a person who has the role."""
        user = self.env.user
        if self.sudo().kind == "review":
            return bool(self._step() and self._step()._authority(user))
        if user.id == 1 or not user.active:
            return False
        hold = self.sudo()
        if hold.company_id and hold.company_id not in user.sudo().company_ids:
            return False
        return bool(hold.role_id) and hold.role_id in user.sudo().all_group_ids

    def release(self, reason):
        """Release holds by a person with the role; then go on with what waited for it.

        Releasing a review is signing its open step: with more roles to come it stays held for the next one.
        """
        if not isinstance(reason, str) or not reason.strip():
            raise ValidationError(self.env._("reason: a release needs a reason"))
        self.check_access("read")
        reviews = self.filtered(lambda hold: hold.kind == "review")
        for hold in reviews:
            hold._lock_open()
            if not hold._step():
                raise UserError(hold._sentence())
            hold._step().approve(reason)
        for hold in self - reviews:
            hold._lock_open()
            if not hold._actor_may_release():
                raise AccessError(self.env._("Only %s may release this hold.", hold.sudo().role_id.full_name))
            hold._close("released", reason.strip())
        (self - reviews)._continue()
        return True

    def _lock_open(self):
        self.env.cr.execute("SELECT state FROM gatehouse_hold WHERE id = %s FOR UPDATE", [self.id])
        row = self.env.cr.fetchone()
        if not row or row[0] != "open":
            raise UserError(self.env._("This hold is not open any more."))

    def _require_same_material(self):
        document = self._document()
        if document and self.material_hash and self.kind == "review" and self.blocks == "confirm":
            if document.sudo()._gatehouse_material_hash() != self.sudo().material_hash:
                raise UserError(self.env._("%s has changed since. Have it asked for again, or reject it.", self.res_name))

    def _close(self, state, reason):
        """Close holds and log it; callers have checked the right to do so."""
        closed = self.sudo()
        if not closed:
            return
        closed.approval_ids._void(reason)
        closed.write(
            {
                "state": state,
                "released_by": self.env.uid,
                "released_at": fields.Datetime.now(),
                "release_reason": reason,
            }
        )
        self.env["gatehouse.decision"]._append_many(
            [
                (
                    "hold_" + state,
                    hold,
                    {
                        "control": hold.control,
                        "kind": hold.kind,
                        "reason": reason,
                        "policy": hold.policy_id.id,
                        "policy_version": hold.policy_version,
                        "material_hash": hold.material_hash or None,
                        "target_model": hold.res_model,
                        "target_id": hold.res_id,
                    },
                )
                for hold in closed
            ]
        )
        closed._tell_documents(closed._documents())
        closed._goods_freed()

    def _continue(self):
        """After the last release go on with the confirmation, as who asked for it; its failure keeps the release."""
        for hold in self.filtered(lambda hold: hold.blocks == "confirm"):
            document = hold._document()
            if not document or self._open_on(hold.res_model, [hold.res_id], "confirm"):
                continue
            asked = hold._approval().requested_by
            if asked.active:
                document = document.with_user(asked)
            try:
                with self.env.cr.savepoint():
                    document._gatehouse_resume()
            except psycopg2.OperationalError:
                raise  # a serialization failure: Odoo runs the whole request again
            except Exception as error:
                _logger.info("Going on with %s failed", hold.res_name, exc_info=True)
                self.env["gatehouse.exception"]._open(
                    f"continue:{hold.id}",
                    "continuation",
                    self.env._("%s was released but could not go on", hold.res_name),
                    detail=str(error),
                    res_model=hold.res_model,
                    res_id=hold.res_id,
                    company_id=hold.sudo().company_id.id,
                )

    def action_release(self):
        return self.env["gatehouse.reason"]._open_for("hold_ids", self)

    def action_open_document(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "view_mode": "form",
        }
