from collections import defaultdict

from odoo import api, fields, models

#: Minutes until a degraded document is asked about again, by number of attempts so far.
RECHECK_MINUTES = (5, 15, 60, 240)


class GatehouseJudge(models.AbstractModel):
    """Turns measures from outside into verdicts by the policy version that the event carries."""

    _name = "gatehouse.judge"
    _description = "Judges checks from outside"

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
        ratio = measure.get("unit") == "ratio"
        shown, limit = (f"{100 * number:,.1f} %" if ratio else f"{number:,.10g}" for number in (value, entry["threshold"]))
        return self.env._(
            "%(measure)s %(value)s, %(bound)s %(limit)s", measure=entry["measure"].replace("_", " "), value=shown,
            bound=self.env._("at most") if entry["operator"] == "<=" else self.env._("at least"), limit=limit,
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
    def _settle(self, events):
        """Let go, or hold for the roles the policy names, where every expected check has a verdict.

        Reviews come first, then the pending holds: at no moment is a document free in between.
        """
        events = events.filtered(lambda event: not {entry["check"] for entry in event.expected} - set(event.check_ids.mapped("code")))
        documents = events._gatehouse_documents()
        holds = self.env["gatehouse.hold"].sudo().search([("event_id", "in", events.ids), ("state", "=", "open")])
        reviews, pending = (
            holds.filtered(lambda hold, kind=kind: hold.kind == kind).grouped("event_id") for kind in ("review", "checks_pending"))
        released = defaultdict(holds.browse)
        for event in events:
            held, triage, degraded = self._judged(event)
            event.write({"settled": True, "deadline": False, "recheck_at": self._next_recheck(event, degraded)})
            document = documents[event]
            if event.enforcing and document._gatehouse_is_confirmed():
                self._apply(event, document, reviews.get(event, holds.browse()), held, triage)
                released[self._release_reason(held, degraded)] |= pending.get(event, holds.browse())
        for reason, done in released.items():
            done._close("released", reason)
        for event in events:
            if hasattr(documents[event], "_gatehouse_settled"):
                documents[event].sudo()._gatehouse_settled(event)

    def _judged(self, event):
        """({role: checks to review}, checks nobody answered that a person triages, checks it goes on without)"""
        held, triage, degraded = defaultdict(list), [], []
        for check in event.check_ids:
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
        return held, triage, degraded

    def _release_reason(self, held, degraded):
        reason = self.env._("A review took its place") if held else self.env._("All checks are in")
        return reason + self.env._("; degraded, without %s", ", ".join(check.code for check in degraded)) if degraded else reason

    def _strictest(self, entries):
        order = ("release", "hold", "triage")
        return max((entry["fallback"] for entry in entries), key=order.index)

    def _next_recheck(self, event, degraded):
        if not degraded or event.recheck_count >= len(RECHECK_MINUTES):
            return False
        return fields.Datetime.add(fields.Datetime.now(), minutes=RECHECK_MINUTES[event.recheck_count])

    def _apply(self, event, document, reviews, held, triage):
        """What the checks ask for: a review a role, an exception for each check that nobody answered."""
        gone = document._gatehouse_goods_gone() if held else False
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
                f"late:{event.res_model}:{event.res_id}:{role_id}", "check", self.env._("%s left before a check failed", event.res_name),
                detail="\n".join([*(reason["text"] for reason in reasons), self.env._(
                    "The goods are on their way: call them back, or settle it with the customer or vendor; then say here what was done."
                )]), event_id=event.id, role_id=role_id,
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
        self.env["gatehouse.scheduled"]._each(
            "deadline", self.env._("The missing checks of %s could not be judged"), events, self._fall_back, category="check"
        )

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
            self.env["gatehouse.check"].sudo().create(self._check_values(event, {
                "code": code, "source": "odoo", "available": False, "observed_at": now, "verdict": "unavailable",
                "verdict_text": self.env._("No answer within %s min", minutes),
            }))
        event.invalidate_recordset(["check_ids"])
        event.deadline = min(later) if later else False
        self._settle(event)

    @api.model
    def _cron_recheck(self):
        """Ask again about documents that went on degraded and have not left yet."""
        events = self.env["gatehouse.event"].sudo().search([("recheck_at", "<=", fields.Datetime.now())], limit=200)
        self.env["gatehouse.scheduled"]._each(
            "recheck", self.env._("The checks of %s could not be asked for again"), events, self._ask_again, category="check"
        )

    def _ask_again(self, event):
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
