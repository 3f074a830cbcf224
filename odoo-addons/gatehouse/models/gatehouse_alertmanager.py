import datetime
import re

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

#: Priority of an exception by the label `severity`; what is not named here is high.
PRIORITY = {"critical": "2", "warning": "1", "info": "0", "none": "0"}
#: Alerts of one post that are looked at; Alertmanager groups, it does not flood.
LARGEST = 500
_FINGERPRINT = re.compile(r"[A-Za-z0-9_-]{1,64}")
_NEVER = "0001-01-01"


class GatehouseException(models.Model):
    _inherit = "gatehouse.exception"

    began_at = fields.Datetime("Began", readonly=True, help="When what it tells of began, as the monitoring says.")

    @api.model
    def report_alerts(self, posts):
        """Open and close exceptions by posts of Prometheus' Alertmanager (webhook version 4); the same post twice changes nothing.

        One exception a fingerprint. An alert that fires again, having begun later, opens its exception again; one that a person
        resolved stays so while the same episode goes on. What resolves an earlier episode closes nothing.

        :param posts: [{version, alerts: [{fingerprint, status, labels, annotations, startsAt, endsAt, generatorURL}]}]
        :return: [{"key", "status", "detail"}] an alert; status `opened`, `known`, `closed`, `ignored` or `refused`
        """
        if not (self.env.su or self.env.user.has_group("gatehouse.group_bot")):
            raise AccessError(self.env._("Only the integration may report alerts."))
        if not isinstance(posts, list):
            raise ValidationError(self.env._("posts: must be a list"))
        answers = []
        for index, post in enumerate(posts):
            alerts = post.get("alerts") if isinstance(post, dict) else None
            if not isinstance(alerts, list):
                answers.append(self._refused("", self.env._("posts[%s]: is no post of Alertmanager, it has no list of alerts", index)))
                continue
            if len(alerts) > LARGEST:
                answers.append(self._refused("", self.env._("posts[%(index)s]: more than %(most)s alerts", index=index, most=LARGEST)))
            answers += [self._one_alert(f"posts[{index}].alerts[{place}]", alert) for place, alert in enumerate(alerts[:LARGEST])]
        self._unreadable([answer["detail"] for answer in answers if answer["status"] == "refused"])
        return answers

    def _one_alert(self, place, alert):
        problem = _problem(alert)
        if problem:
            return self._refused("", f"{place}{problem}")
        began = _moment(alert["startsAt"])
        key = f"alertmanager:{alert['fingerprint']}"
        found = self.sudo().search([("key", "=", key)], limit=1)
        if alert["status"] == "resolved":
            return self._alert_over(found, key, began, alert)
        if found and found.began_at and began <= found.began_at:
            return {"key": key, "status": "known", "detail": ""}
        labels, notes = alert["labels"], alert.get("annotations") or {}
        name = str(labels["alertname"])
        title = str(notes.get("summary") or name)[:500]
        values = {
            "detail": _detail(alert), "workflow": name[:200], "began_at": began,
            "priority": PRIORITY.get(str(labels.get("severity", "")).lower(), "1"),
        }  # fmt: skip
        record, _created = self._open(key, "monitoring", title, **values)
        record.write({"began_at": began, "title": title, "reminded": False})
        return {"key": key, "status": "opened", "detail": ""}

    def _alert_over(self, found, key, began, alert):
        if not found or found.state != "open" or (found.began_at and began < found.began_at):
            return {"key": key, "status": "ignored", "detail": ""}
        ended = str(alert.get("endsAt") or "")
        ended = ended[:19] if ended and not ended.startswith(_NEVER) else fields.Datetime.now()
        found._close(self.env._("The monitoring says that it is over since %s", ended))
        return {"key": key, "status": "closed", "detail": ""}

    def _refused(self, key, detail):
        return {"key": key, "status": "refused", "detail": detail[:500]}

    def _unreadable(self, problems):
        """What cannot be read is told once: somebody's alert may be in it."""
        key = "alertmanager:unreadable"
        if problems and not self.sudo().search_count([("key", "=", key), ("state", "=", "open")], limit=1):
            self._open(
                key, "monitoring", self.env._("Alerts came that cannot be read"), priority="1",
                detail=self.env._("%s\nLook at Alertmanager's receiver for Gatehouse: it posts webhooks of version 4, without a template of its own.",
                                  "\n".join(problems[:10])),
            )  # fmt: skip


def _moment(text):
    """The moment of an RFC 3339 text, naive UTC; None when it is none."""
    match = re.fullmatch(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?(Z|[+-]\d\d:\d\d)", text) if isinstance(text, str) else None
    if not match or text.startswith(_NEVER):
        return None
    zone = "+00:00" if match[3] == "Z" else match[3]
    try:
        moment = datetime.datetime.fromisoformat(f"{match[1]}T{match[2]}{zone}")
        return (moment - moment.utcoffset()).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return None


def _problem(alert):
    """What is wrong with an alert; an empty text for nothing."""
    if not isinstance(alert, dict):
        return " must be an object"
    if not isinstance(alert.get("fingerprint"), str) or not _FINGERPRINT.fullmatch(alert["fingerprint"]):
        return ".fingerprint: must be a short text"
    if alert.get("status") not in ("firing", "resolved"):
        return ".status: must be firing or resolved"
    if not isinstance(alert.get("labels"), dict) or not str(alert["labels"].get("alertname") or "").strip():
        return ".labels: must be an object with alertname"
    if not isinstance(alert.get("annotations") or {}, dict):
        return ".annotations: must be an object"
    return "" if _moment(alert.get("startsAt")) else ".startsAt: must be a moment"


def _detail(alert):
    """Labels, annotations and where the alert comes from, as a person reads them."""
    labels, notes = alert["labels"], alert.get("annotations") or {}
    lines = [str(notes[name]) for name in ("description", "action") if notes.get(name)]
    lines += [f"{name}: {notes[name]}" for name in sorted(notes) if name not in ("summary", "description", "action")]
    lines += ["", *(f"{name} = {labels[name]}" for name in sorted(labels)), f"began {alert['startsAt']}"]
    source = alert.get("generatorURL")
    if isinstance(source, str) and source.startswith(("http://", "https://")):
        lines.append(source)
    return "\n".join(lines).strip()[:20000]
