import datetime

from lxml import etree

from odoo import fields, sql_db
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from ..models.gatehouse_exception import MOST_ALIKE
from .common import GatehouseCase, person


@tagged("post_install", "-at_install")
class TestException(GatehouseCase):
    def exception(self, key="t:1", **values):
        return self.env["gatehouse.exception"]._open(key, "workflow", "A workflow stopped", **values)[0]

    def as_operations(self, record):
        return record.with_user(self.operations)

    def test_a_new_one_has_a_deadline_by_its_priority(self):
        calm, urgent = self.exception("t:calm"), self.exception("t:urgent", priority="2")
        self.assertTrue(urgent.deadline > fields.Datetime.now())
        self.assertLess(urgent.deadline, calm.deadline)

    def test_put_off_it_leaves_the_open_list_and_comes_back(self):
        record = self.exception()
        until = fields.Datetime.now() + datetime.timedelta(hours=3)
        self.as_operations(record).snooze(until, "the carrier answers in the afternoon")
        mine = [("id", "=", record.id), ("state", "=", "open")]
        self.assertFalse(record.search([*mine, ("snoozed", "=", False)]))
        record.sudo().snoozed_until = fields.Datetime.now() - datetime.timedelta(minutes=1)
        self.assertTrue(record.search([*mine, ("snoozed", "=", False)]))
        logged = self.env["gatehouse.decision"].search([], limit=1).content
        self.assertEqual((logged["action"], logged["by"]), ("exception_snoozed", self.operations.id))

    def test_putting_off_needs_a_reason_and_a_moment_to_come(self):
        record = self.as_operations(self.exception())
        with self.assertRaisesRegex(ValidationError, "reason"):
            record.snooze(fields.Datetime.now() + datetime.timedelta(hours=1), " ")
        with self.assertRaisesRegex(ValidationError, "future"):
            record.snooze("2020-01-01 00:00:00", "later")

    def test_handed_to_a_person_it_is_his_to_resolve(self):
        clerk = person(self.env, "gatehouse_clerk", groups="base.group_user,gatehouse.group_approver")
        record = self.exception()
        with self.assertRaises(AccessError):
            record.with_user(clerk).resolve("done")
        self.as_operations(record).hand_over("knows the carrier", user_id=clerk.id)
        record.with_user(clerk).resolve("booked by hand")
        self.assertEqual((record.state, record.resolved_by), ("resolved", clerk))

    def test_it_is_not_handed_to_nobody_nor_to_whom_it_is_about(self):
        role = self.env["res.groups"].create({"name": "Empty"})
        record = self.exception(about_user_id=self.author.id)
        with self.assertRaisesRegex(ValidationError, "Nobody has the role"):
            self.as_operations(record).hand_over("x", role_id=role.id)
        with self.assertRaisesRegex(ValidationError, "is about"):
            self.as_operations(record).hand_over("x", user_id=self.author.id)

    def test_overdue_it_becomes_urgent_once_and_people_are_told(self):
        record = self.exception()
        record.deadline = fields.Datetime.now() - datetime.timedelta(hours=1)
        before = self.env["mail.message"].search_count([("subject", "=like", "Overdue:%")])
        for _ in range(2):
            self.env["gatehouse.exception"]._cron_remind()
        self.assertEqual(record.priority, "2")
        self.assertEqual(self.env["mail.message"].search_count([("subject", "=like", "Overdue:%")]), before + 1)

    def side_by_side(self, key):
        """Two transactions, a way to commit (no test's own sees them), and a reader of what they left under a key."""

        def cursor():
            return sql_db.db_connect(self.env.cr.dbname).cursor()

        def forget():
            with cursor() as cr:
                cr.execute("DELETE FROM gatehouse_exception WHERE key = %s", [key])

        def read(*names):
            with cursor() as cr:
                record = self.env(cr=cr, user=1)["gatehouse.exception"].search([("key", "=", key)])
                return tuple(record[name] for name in names)

        first, second = cursor(), cursor()
        self.addCleanup(forget)
        self.addCleanup(first.close)
        self.addCleanup(second.close)
        return (*(self.env(cr=cr, user=1)["gatehouse.exception"] for cr in (first, second)), read)

    def test_two_transactions_that_open_the_same_one_count_on_one_and_both_go_on(self):
        here, there, read = self.side_by_side("t:race")
        self.assertFalse(there.search([("key", "=", "t:race")]), "its snapshot is from before")
        here._open("t:race", "workflow", "A workflow stopped", detail="once")
        here.env.cr.commit()
        self.assertEqual(there._open("t:race", "workflow", "A workflow stopped", detail="twice"), (there, False))
        there._open("t:race:other", "workflow", "Goes on")
        self.assertTrue(there.search([("key", "=", "t:race:other")]))
        there.search([("key", "=", "t:race:other")]).unlink()
        there.env.cr.commit()
        self.assertEqual(read("occurrences", "detail"), (2, "twice"))

    def test_what_is_counted_while_others_count_is_counted_after_them(self):
        here, there, read = self.side_by_side("t:count")
        record, _ = here._open("t:count", "workflow", "A workflow stopped")
        here.env.cr.commit()
        there.search([("key", "=", "t:count")])._count_beside_others(1)  # its row stays locked until the commit
        record._count_beside_others(2, execution_id="locked")
        there.env.cr.commit()
        here.env.cr.commit()
        self.assertEqual(read("occurrences", "execution_id"), (4, "locked"))
        there.search([("key", "=", "t:count")])._count_beside_others(1)
        self.assertEqual(record.occurrences, 4, "its snapshot is from before the next")
        there.env.cr.commit()
        record._count_beside_others(1, execution_id="outrun")
        here.env.cr.commit()
        self.assertEqual(read("occurrences", "execution_id"), (6, "outrun"))

    def test_the_form_says_that_its_document_was_deleted_and_opens_none(self):
        document = self.partner.copy()
        record = self.env["gatehouse.exception"]._open("t:gone", "workflow", "Stopped", res_model=document._name, res_id=document.id)[0]
        plain = self.env["gatehouse.exception"]._open("t:plain", "workflow", "About nothing")[0]

        def shown():
            arch = etree.fromstring(record.get_view(view_type="form")["arch"])
            [button], [note] = (
                arch.xpath("//button[@name='action_open_document']"), arch.xpath("//div[contains(., 'was deleted')]")
            )  # fmt: skip
            return [
                [not safe_eval(node.get("invisible"), {"res_id": row.res_id, "document_gone": row.document_gone}) for node in (button, note)]
                for row in (record, plain)
            ]

        self.assertEqual(shown(), [[True, False], [False, False]])
        document.unlink()
        record.invalidate_recordset()
        self.assertEqual(shown(), [[False, True], [False, False]])

    # -- what n8n reports ----------------------------------------------------------------------
    def report(self, key, **values):
        row = {"key": key, "category": "workflow", "title": "Workflow failed: w", "workflow": "w", "detail": "Act: no door", **values}
        [answer] = self.env["gatehouse.exception"].with_user(self.bot).report([row])
        self.assertEqual(answer["key"], key)
        return self.env["gatehouse.exception"].browse(answer["id"]), answer["created"]

    def test_the_same_failure_of_a_workflow_again_counts_on_the_open_one(self):
        first, created = self.report("execution:1", execution_id="1")
        self.assertTrue(created)
        for nth in range(2, 1001):
            self.assertEqual(self.report(f"execution:{nth}", execution_id=str(nth)), (first, False))
        self.assertEqual((first.occurrences, first.execution_id), (1000, "1000"), "the last one is still in n8n's list")
        first.with_user(self.operations).resolve("mended")
        self.assertTrue(self.report("execution:1001")[1], "after it was mended it is a new one")

    def test_what_is_told_again_after_it_was_resolved_is_open_again_with_its_last_execution(self):
        record = self.report("event:1", execution_id="1")[0]
        self.assertEqual(self.report("event:1", execution_id="2", again=True), (record, False))
        self.assertEqual((record.occurrences, record.execution_id), (1, "1"), "open, it is left alone")
        record.with_user(self.operations).resolve("replayed")
        self.report("event:1", execution_id="2")
        self.assertEqual(record.state, "resolved", "told twice by one who tries again")
        self.report("event:1", execution_id="3", again=True, detail="Act: still no door")
        self.assertEqual((record.state, record.occurrences, record.execution_id, record.detail), ("open", 2, "3", "Act: still no door"))

    def test_a_workflow_that_differs_again_is_open_again_and_closes_when_it_agrees(self):
        Reconciliation = self.env["gatehouse.reconciliation"].with_user(self.bot)
        rows = [{"key": f"drift:{name}:1", "category": "configuration", "title": f"Workflow {name} differs", "workflow": name} for name in "ab"]
        first, other = self.env["gatehouse.exception"].browse([answer["id"] for answer in Reconciliation.compare_workflows(rows)])
        unusable = self.report("workflow-files:1")[0]
        Reconciliation.compare_workflows(rows)
        self.assertEqual((first.state, first.occurrences, unusable.state), ("open", 1, "resolved"), "the files are usable again")
        Reconciliation.compare_workflows(rows[1:])
        self.assertEqual((first.state, other.state), ("resolved", "open"))
        Reconciliation.compare_workflows(rows[:1])
        self.assertEqual((first.state, first.occurrences, other.state), ("open", 2, "resolved"), "switched off a second time")
        first.with_user(self.operations).resolve("seen")
        Reconciliation.compare_workflows(rows[:1])
        self.assertEqual(first.state, "open", "it still differs")
        with self.assertRaises(AccessError):
            Reconciliation.with_user(self.operations).compare_workflows([])
        with self.assertRaisesRegex(ValidationError, "list of objects"):
            Reconciliation.compare_workflows(["drift"])

    def test_what_is_in_one_call_many_times_is_written_once(self):
        row = {"category": "workflow", "title": "Malformed event", "workflow": "w", "detail": "event_id: must be a text", "execution_id": "7"}
        queue = self.env["gatehouse.exception"].with_user(self.bot)
        queue.report([{**row, "key": "event:6:0"}])
        self.env.flush_all()
        with self.assertQueryCount(215):  # two searches a report and few writes
            answers = queue.report([{**row, "key": f"event:7:{nth}"} for nth in range(100)])
            self.env.flush_all()
        self.assertEqual({answer["created"] for answer in answers}, {False})
        self.assertEqual(queue.browse(answers[0]["id"]).sudo().occurrences, 101)

    def test_what_it_says_otherwise_or_of_another_document_is_another_one(self):
        first = self.report("a")[0]
        event = self.raise_event()
        others = [
            self.report("b", detail="Act: no key"), self.report("c", title="Malformed event"), self.report("d", workflow="v"),
            self.report("e", event_id=event.event_id),
        ]
        self.assertEqual([created for _row, created in others], [True] * 4)
        self.assertEqual(first.occurrences, 1)
        self.assertEqual(self.report("f", event_id=event.event_id), (others[3][0], False))

    def test_a_failure_that_never_says_the_same_twice_opens_a_hundred(self):
        rows = {self.report(f"execution:{nth}", detail=f"Act: no door {nth}")[0] for nth in range(MOST_ALIKE + 20)}
        self.assertEqual(len(rows), MOST_ALIKE)
        newest = max(rows, key=lambda row: row.id)
        self.assertEqual((newest.occurrences, newest.detail), (21, f"Act: no door {MOST_ALIKE - 1}"))
