import werkzeug.exceptions

from odoo.exceptions import AccessError, UserError
from odoo.http import Controller, request, route


class Decision(Controller):
    """The link in a mail. Reading it decides nothing: only a signed-in person's POST does, and only once."""

    @route("/gatehouse/decision/<int:step_id>", type="http", auth="user", methods=["GET"])
    def show(self, step_id):
        return self._page(self._step(step_id))

    @route("/gatehouse/decision/<int:step_id>", type="http", auth="user", methods=["POST"])
    def decide(self, step_id, verb="", reason="", **_other):
        step = self._step(step_id)
        decide = {"approve": step.approve, "reject": step.reject, "ask": step.ask}.get(verb)
        if decide is None:
            raise werkzeug.exceptions.BadRequest(request.env._("verb: approve, reject or ask"))
        try:
            with request.env.cr.savepoint():
                decide(reason)
        except (AccessError, UserError) as error:
            return self._page(step, problem=str(error), reason=reason)
        return request.redirect(f"/gatehouse/decision/{step_id}", code=303)

    def _step(self, step_id):
        """The step, if this person may read it; the same answer for what is not there and what is not his."""
        step = request.env["gatehouse.approval.step"].search([("id", "=", step_id)])
        if not step:
            raise werkzeug.exceptions.NotFound
        return step

    def _page(self, step, problem="", reason=""):
        step.invalidate_recordset()
        values = {"step": step, "details": step.sudo(), "problem": problem, "reason": reason}
        response = request.render("gatehouse.decision_page", values)
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "same-origin"
        return response
