import assert from 'node:assert/strict';
import { test } from 'node:test';

import { context, event, timedOut } from './context.mjs';
import { load } from './dist.mjs';

const { eventReport, executionReport } = load('nodes/GatehouseOdoo/reports.js');
const { emailMessage } = load('nodes/GatehouseOdoo/resources/ticket/ingestEmail.js');
const { recordChecks } = load('nodes/GatehouseOdoo/resources/event/recordChecks.js');

const origin = { executionId: '77', workflow: 'w', category: 'workflow', title: 'No workflow handles this event' };
const answer = (status) => (request) => ({ body: request.body.results?.map(({ event_id }) => ({ event_id, status, detail: 'because' })) ?? request.body.reports.map(({ key }) => ({ key, id: 1, created: true })) });

test('all checks are recorded by one call, an event once, with the company that it names', async () => {
	const self = context([event(1, { checks: [{ check: 'a' }] }), event(1, { checks: [{ check: 'a' }] }), event(2, { company: 'company:1' }), { problem: 'event: must be an object' }], [answer('recorded')], { final: true });
	const [items] = await recordChecks(self);
	assert.equal(self.calls.length, 1);
	assert.equal(self.calls[0].url, 'http://service.test/json/2/gatehouse.event/record_checks_batch');
	assert.deepEqual(self.calls[0].body, { results: [{ event_id: event(1).event_id, checks: [{ check: 'a' }], final: true }, { event_id: event(2).event_id, checks: [], company: 'company:1', final: true }] });
	assert.deepEqual(items.map((item) => item.json.recorded.status), ['recorded', 'recorded', 'recorded', 'missing']);
});

test('server errors are tried again, then the execution fails', async () => {
	const again = context([event(1)], [{ statusCode: 503, body: {} }, answer('duplicate')], { final: true });
	await recordChecks(again);
	assert.equal(again.calls.length, 2);
	const down = context([event(1)], [{ statusCode: 503, body: {} }], { final: true });
	await assert.rejects(recordChecks(down), /HTTP 503/);
	assert.equal(down.calls.length, 3);
	const refused = context([event(1)], [{ statusCode: 401, body: {} }], { final: true });
	await assert.rejects(recordChecks(refused), /HTTP 401/);
	assert.equal(refused.calls.length, 1);
});

test('what Odoo is still recording when it is asked again counts as taken', async () => {
	const self = context([event(1)], [timedOut(), answer('in_progress')], { final: true });
	const [items] = await recordChecks(self);
	assert.equal(self.calls.length, 2, 'no report');
	assert.equal(items[0].json.recorded.status, 'in_progress');
});

test('what Odoo does not take becomes an exception', async () => {
	for (const status of ['refused', 'unknown']) {
		const self = context([event(1)], [answer(status)], { final: true });
		await recordChecks(self);
		assert.equal(self.calls[1].url, 'http://service.test/json/2/gatehouse.exception/report');
		const [report] = self.calls[1].body.reports;
		assert.equal(report.key, `record_checks:${event(1).event_id}`);
		assert.equal(report.event_id, event(1).event_id);
		assert.equal(report.again, true, 'replayed after somebody closed it, it is told again');
		assert.ok(report.detail.startsWith(`${status}: because\nsale.order.confirmed, sale.order 1\n`), report.detail);
		assert.match(report.detail, { refused: /Mend the workflow/, unknown: /Find out who posts/ }[status]);
	}
});

test('reports name the event, the malformed field or the failed execution', () => {
	assert.deepEqual(eventReport(event(1), 0, origin), { key: `event:${event(1).event_id}`, category: 'workflow', event_id: event(1).event_id, execution_id: '77', workflow: 'w', again: true, title: origin.title, detail: 'sale.order.confirmed, sale.order 1\nAdd what handles it to w, or end what raises it; then replay.' });
	const malformed = eventReport({ problem: 'event_id: must be a text' }, 3, origin);
	assert.deepEqual([malformed.key, malformed.title], ['event:77:3', 'Malformed event']);
	assert.match(malformed.detail, /^event_id: must be a text\nMend what posts it/);
	const failed = executionReport({ execution: { id: '9', error: { message: 'broken', stack: 'secret' }, lastNodeExecuted: 'A node' }, workflow: { id: 'w', name: '10-check' } }, { category: 'workflow', title: 'Workflow failed' });
	assert.deepEqual(failed, { key: 'execution:9', category: 'workflow', title: 'Workflow failed: 10-check', detail: 'A node: broken\nOpen the execution in n8n. Events of Odoo that it carried are delivered again by themselves; mend the workflow or what it calls, then resolve this.', workflow: '10-check', execution_id: '9' });
	const early = executionReport({ trigger: { error: { message: 'not started' } }, workflow: { id: 'w' } }, { category: 'workflow', title: 'Workflow failed' });
	assert.deepEqual([early.key, early.again], ['workflow:w', true]);
	assert.match(early.detail, /^not started\n/);
});

test('a message has texts only and needs an id and a sender', () => {
	const mail = { message_id: '<1@x>', sender: 'a@b.example', subject: 'Late', extra: 1 };
	assert.deepEqual(emailMessage(mail), { message_id: '<1@x>', sender: 'a@b.example', recipient: '', subject: 'Late', text: '', received_at: '', classification: null });
	assert.equal(emailMessage({ ...mail, message_id: ' ' }), 'message_id is missing');
	assert.equal(emailMessage({ ...mail, sender: undefined }), 'sender is missing');
	assert.equal(emailMessage({ ...mail, text: {} }), 'text must be a text');
});

test('a node with an error output leaves by it when Odoo does not answer, and throws without one', async () => {
	const { GatehouseOdoo } = load('nodes/GatehouseOdoo/GatehouseOdoo.node.js');
	const run = async (goesOn) => {
		const self = Object.assign(context([{}], [{ statusCode: 422, body: { message: 'no list' } }], { operation: 'readDueWeeks' }), { continueOnFail: () => goesOn });
		return await new GatehouseOdoo().execute.call(self);
	};
	const [[item]] = await run(true);
	assert.deepEqual(Object.keys(item.json), ['error']); // with any other key n8n takes the item for a good one
	assert.match(item.json.error, /422: no list/);
	await assert.rejects(run(false), /422: no list/);
});
