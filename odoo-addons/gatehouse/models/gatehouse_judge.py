from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..tools import validation

#: Minutes until a degraded document is asked about again, by number of attempts so far.
RECHECK_MINUTES = (5, 15, 60, 240)


class GatehouseJudge(models.AbstractModel):
    """Turns measures from outside into verdicts by the policy version that the event carries."""

    _name = "gatehouse.judge"
    _description = "Judges checks from outside"

    # -- recording -----------------------------------------------------------------------------
    def _require_bot(self):
        if not (self.env.su or self.env.user.has_group("gatehouse.group_bot")):
            raise AccessError(self.env._("Only the integration may record checks."))

    @api.model
    def _record_batch(self, results):
        self._require_bot()
        if not isinstance(results, list):
            raise ValidationError(self.env._("results: must be a list"))
        answers = []
        for index, entry in enumerate(results):
            event_id = entry.get("event_id") if isinstance(entry, dict) else None
            try:
                if not isinstance(entry, dict):
                    raise ValidationError(self.env._("results[%s]: must be an object", index))
                with self.env.cr.savepoint():
                    answer = self._record(event_id, entry.get("checks"), entry.get("final", True))
                answers.append({"detail": "", **answer})
            except (UserError, AccessError) as error:  # ValidationError is a UserError
                answers.append({"event_id": event_id, "status": "refused", "detail": str(error)})
        return answers

    @api.model
    def _record(self, event_id, checks, final):
        self._require_bot()
        if not isinstance(event_id, str) or not event_id:
            raise ValidationError(self.env._("event_id: must be a text"))
        if not isinstance(final, bool):
            raise ValidationError(self.env._("final: must be true or false"))
        self.env.cr.execute("SELECT id FROM gatehouse_event WHERE event_id = %s FOR UPDATE", [event_id])
        row = self.env.cr.fetchone()
        if not row:
            return {"event_id": event_id, "status": "unknown", "detail": "no such event"}
        event = self.env["gatehouse.event"].sudo().browse(row[0])
        event.invalidate_recordset()
        clean = self._validated(event, checks)
        if not event._gatehouse_document():
            return self._document_gone(event)
        new = self._store(event, clean)
        acknowledged = final and self._acknowledge(event)
        if new:
            self._settle(event)
        return {"event_id": event_id, "status": "recorded" if new or acknowledged else "duplicate"}

    def _validated(self, event, checks):
        if not event.attempt:
            raise ValidationError(self.env._("event_id: this event was never delivered"))
        if not isinstance(checks, list):
            raise ValidationError(self.env._("checks: must be a list"))
        names = {entry["check"] for entry in event.expected or []}
        currencies = set(self.env["res.currency"].sudo().with_context(active_test=False).search([]).mapped("name"))
        clean = {}
        for index, value in enumerate(checks):
            field = f"checks[{index}]"
            try:
                check = validation.check(value, field, currencies)
            except validation.BadField as error:
                raise ValidationError(str(error)) from error
            if check["code"] not in names:
                raise ValidationError(self.env._("%(field)s.check: the policy does not expect %(name)s", field=field, name=check["code"]))
            if check["code"] in clean:
                raise ValidationError(self.env._("%(field)s.check: %(name)s is there twice", field=field, name=check["code"]))
            clean[check["code"]] = check
        return clean

    def _document_gone(self, event):
        if event.state == "acknowledged":
            return {"event_id": event.event_id, "status": "duplicate", "detail": "the document is gone"}
        event.write({"state": "acknowledged", "acknowledged_at": fields.Datetime.now(), "settled": True})
        self.env["gatehouse.hold"]._open_on(event.res_model, [event.res_id])._close("voided", "The document is gone")
        self.env["gatehouse.exception"]._open(
            f"gone:{event.event_id}", "document", self.env._("%s was deleted while it was checked", event.res_name),
            event_id=event.id, res_model=event.res_model, res_id=event.res_id, company_id=event.company_id.id,
        )
        return {"event_id": event.event_id, "status": "recorded", "detail": "the document is gone"}

    def _acknowledge(self, event):
        if event.state == "acknowledged":
            return False
        event.write({"state": "acknowledged", "acknowledged_at": fields.Datetime.now()})
        return True

    def _store(self, event, clean):
        """New rows, or an answer in place of an earlier "unavailable". True when anything is new."""
        known = {check.code: check for check in event.check_ids}
        changed = False
        for code, check in clean.items():
            row = known.get(code)
            if row and (row.available or not check["available"]):
                continue
            values = {**check, "late": bool(row), "fallback": False, **self._verdict(event, check)}
            values.setdefault("observed_at", fields.Datetime.now())
            if row:
                row.write(values)
            else:
                self._create_check(event, values)
            changed = True
        return changed

    def _create_check(self, event, values):
        return self.env["gatehouse.check"].sudo().create({
            "event_id": event.id, "res_model": event.res_model, "res_id": event.res_id, "company_id": event.company_id.id,
            "policy_id": event.policy_id.id, "policy_version": event.policy_version, **values,
        })

    # -- judging -------------------------------------------------------------------------------
    def _expectations(self, event, code):
        return [entry for entry in event.expected or [] if entry["check"] == code]

    def _verdict(self, event, check):
        """Fail beats unavailable beats pass, over all measures the policy compares."""
        if not check["available"]:
            return {"verdict": "unavailable", "verdict_text": self.env._("No answer")}
        texts, missing, failed = [], False, False
        for entry in self._expectations(event, check["code"]):
            measure = check["measures"].get(entry["measure"])
            value = None if measure is None else self._in_company_currency(event, measure)
            if value is None:
                missing = True
                texts.append(self.env._("%s is missing, or in a currency without a rate", entry["measure"]))
                continue
            good = value <= entry["threshold"] + 1e-9 if entry["operator"] == "<=" else value >= entry["threshold"] - 1e-9
            failed = failed or not good
            texts.append(self._bound_text(entry, measure, value))
        verdict = "fail" if failed else "unavailable" if missing else "pass"
        return {"verdict": verdict, "verdict_text": "; ".join(texts)}

    def _bound_text(self, entry, measure, value):
        """A measure beside its limit, as a person reads it."""
        if measure.get("unit") == "quantile":
            return self.env._(
                "higher than %(value).1f %% of recent history, the limit is %(limit).1f %%",
                value=100 * value, limit=100 * entry["threshold"],
            )
        return self.env._(
            "%(measure)s %(value)s, %(bound)s %(limit)s", measure=entry["measure"].replace("_", " "), value=f"{value:,.10g}",
            bound=self.env._("at most") if entry["operator"] == "<=" else self.env._("at least"),
            limit=f"{entry['threshold']:,.10g}",
        )

    def _in_company_currency(self, event, measure):
        currency = measure.get("currency")
        company = event.company_id
        if not currency or currency == company.currency_id.name:
            return measure["value"]
        source = self.env["res.currency"].sudo().with_context(active_test=False).search([("name", "=", currency)], limit=1)
        known = source._gatehouse_has_rate(company)
        return source._convert(measure["value"], company.currency_id, company, fields.Date.today(), round=False) if known else None

    # -- settling ------------------------------------------------------------------------------
    def _settle(self, event):
        """When every expected check has a verdict: let go, or hold for the roles the policy names."""
        checks = {check.code: check for check in event.check_ids}
        if {entry["check"] for entry in event.expected} - checks.keys():
            return
        held, triage, degraded = defaultdict(list), [], []
        for check in checks.values():
            entries = self._expectations(event, check.code)
            if check.verdict == "fail":
                held[entries[0]["role_id"]].append(check)
            elif check.verdict == "unavailable":
                fallback = self._strictest(entries)
                check.fallback = fallback
                if fallback == "release":
                    degraded.append(check)
                elif fallback == "hold":
                    held[entries[0]["role_id"]].append(check)
                else:
                    triage.append(check)
                    held[self.env.ref("gatehouse.group_operations_manager").id].append(check)
        event.write({"settled": True, "deadline": False, "recheck_at": self._next_recheck(event, degraded)})
        document = event._gatehouse_document()
        if event.enforcing and document._gatehouse_is_confirmed():
            self._apply(event, held, triage, degraded)
        if hasattr(document, "_gatehouse_settled"):
            document.sudo()._gatehouse_settled(event)

    def _strictest(self, entries):
        order = ("release", "hold", "triage")
        return max((entry["fallback"] for entry in entries), key=order.index)

    def _next_recheck(self, event, degraded):
        if not degraded or event.recheck_count >= len(RECHECK_MINUTES):
            return False
        return fields.Datetime.add(fields.Datetime.now(), minutes=RECHECK_MINUTES[event.recheck_count])

    def _apply(self, event, held, triage, degraded):
        """Reviews first, then the pending hold: at no moment is the document free in between."""
        document = event._gatehouse_document()
        Hold = self.env["gatehouse.hold"].sudo()
        pending = Hold.search([("event_id", "=", event.id), ("kind", "=", "checks_pending"), ("state", "=", "open")])
        reviews = Hold._open_on(event.res_model, [event.res_id]).filtered(
            lambda hold: hold.kind == "review" and hold.event_id == event)
        gone = document._gatehouse_goods_gone()
        for role_id, checks in held.items():
            self._hold_for_role(event, document, role_id, checks, reviews, gone)
        for hold in reviews.filtered(lambda hold: hold.role_id.id not in held):
            hold._close("voided", self.env._("The missing check arrived and passed"))
        for check in triage:
            self.env["gatehouse.exception"]._open(
                f"check:{event.event_id}:{check.code}", "check",
                self.env._(
                    "%(check)s of %(name)s is unavailable", check=check.code.replace("_", " ").capitalize(), name=event.res_name
                ),
                detail=check.reason_text, event_id=event.id, res_model=event.res_model, res_id=event.res_id,
                company_id=event.company_id.id,
            )
        if pending:
            reason = self.env._("A review took its place") if held else self.env._("All checks are in")
            if degraded:
                reason += self.env._("; degraded, without %s", ", ".join(check.code for check in degraded))
            pending._close("released", reason)

    def _hold_for_role(self, event, document, role_id, checks, reviews, gone):
        reasons = [
            {"code": check.code, "text": f"{check.code.replace('_', ' ').capitalize()}: {line}"}
            for check in checks for line in (check.reason_text or "").split("\n") if line
        ]
        same = reviews.filtered(lambda hold: hold.role_id.id == role_id)
        decided_before = self.env["gatehouse.hold"].sudo().search_count([
            ("event_id", "=", event.id), ("kind", "=", "review"), ("role_id", "=", role_id), ("state", "=", "released")], limit=1)
        if same:
            same.write({"reasons": reasons})
        elif gone:
            self.env["gatehouse.exception"]._open(
                f"late:{event.event_id}:{role_id}", "check", self.env._("%s left before a check failed", event.res_name),
                detail="\n".join(reason["text"] for reason in reasons), event_id=event.id, role_id=role_id,
                res_model=event.res_model, res_id=event.res_id, company_id=event.company_id.id, priority="1",
            )
        elif not decided_before:
            self.env["gatehouse.hold"]._place(
                document, document._gatehouse_check_control(), "review", document._gatehouse_goods_block(),
                policy_id=event.policy_id.id, policy_version=event.policy_version, event_id=event.id, role_id=role_id,
                material_hash=event.material_hash, reasons=reasons,
            )

    # -- scheduled -----------------------------------------------------------------------------
    @api.model
    def _cron_deadlines(self):
        """What is missing at its deadline counts as unavailable."""
        events = self.env["gatehouse.event"].sudo().search(
            [("settled", "=", False), ("deadline", "<=", fields.Datetime.now())], order="deadline", limit=500)
        for event in events:
            self._fall_back(event)
            self.env["ir.cron"]._commit_progress(1)

    def _fall_back(self, event):
        document = event._gatehouse_document()
        if not document:
            self._document_gone(event)
            return
        now, known, later = fields.Datetime.now(), set(event.check_ids.mapped("code")), []
        for code in {entry["check"] for entry in event.expected} - known:
            minutes = min(entry["deadline_minutes"] for entry in self._expectations(event, code))
            deadline = fields.Datetime.add(event.occurred_at, minutes=minutes)
            if deadline > now:
                later.append(deadline)
                continue
            self._create_check(event, {
                "code": code, "source": "odoo", "available": False, "observed_at": now, "verdict": "unavailable",
                "verdict_text": self.env._("No answer in %s minutes", minutes),
            })
        event.invalidate_recordset(["check_ids"])
        event.deadline = min(later) if later else False
        self._settle(event)

    @api.model
    def _cron_recheck(self):
        """Ask again about documents that went on degraded and have not left yet."""
        events = self.env["gatehouse.event"].sudo().search([("recheck_at", "<=", fields.Datetime.now())], limit=200)
        for event in events:
            event.recheck_at = False
            document = event._gatehouse_document()
            newest = self.env["gatehouse.event"].sudo().search(
                [("res_model", "=", event.res_model), ("res_id", "=", event.res_id), ("expected", "!=", False)], limit=1)
            if document and newest == event and document._gatehouse_is_confirmed() and not document._gatehouse_goods_gone():
                self.env["gatehouse.event"]._raise_event(
                    document, f"{event.res_model}.recheck_requested", document._gatehouse_event_data(),
                    material_hash=document._gatehouse_material_hash(), expected=event.expected,
                    policy={"id": event.policy_id.id, "version": event.policy_version,
                            "mode": "enforcing" if event.enforcing else "observing"},
                    recheck_count=event.recheck_count + 1,
                )
