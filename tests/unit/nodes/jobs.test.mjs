import assert from 'node:assert/strict';
import { test } from 'node:test';

import { context, refusedConnection } from './context.mjs';
import { load } from './dist.mjs';

const { runJobs } = load('nodes/Gatehouse/resources/sidecar/runJobs.js');
const { readDueWeeks } = load('nodes/GatehouseOdoo/resources/pattern/readDueWeeks.js');
const { recordWeeks } = load('nodes/GatehouseOdoo/resources/pattern/recordWeeks.js');
const { readDueSteps } = load('nodes/GatehouseOdoo/resources/retraining/readDueSteps.js');
const { recordSteps } = load('nodes/GatehouseOdoo/resources/retraining/recordSteps.js');
const { reportAlerts } = load('nodes/GatehouseOdoo/resources/exception/reportAlerts.js');

const due = { id: 'patterns:1:2026-11-16:4:7', kind: 'patterns', company: 1, week: '2026-11-16', weeks: 4, limit: 0 };
const job = (state, more = {}) => ({ body: { id: due.id, kind: 'patterns', state, attempts: 1, problem: '', result: null, ...more } });
const run = async (answers, patience = 60) => {
	const self = context([due], answers, { patience });
	const [done, open] = await runJobs(self);
	return { calls: self.calls, done: done.map(({ json }) => json), open: open.map(({ json }) => json) };
};

test('a job is asked for once, looked for until it is done, and leaves with its result', async () => {
	const { calls, done, open } = await run([job('queued'), job('done', { result: { model: 'patterns 1', entries: [] } })]);
	assert.deepEqual(calls.map(({ method, url }) => [method, url]), [['POST', 'http://service.test/v1/jobs'], ['GET', 'http://service.test/v1/jobs/patterns%3A1%3A2026-11-16%3A4%3A7']]);
	const { id, ...rest } = due;
	assert.deepEqual(calls[0].body, { id, job: rest });
	assert.deepEqual(done, [{ model: 'patterns 1', entries: [], id, kind: 'patterns', available: true }]);
	assert.deepEqual(open, []);
});

test('a job that is not done in time goes on and is no failure', async () => {
	const { done, open } = await run([job('running')], 0);
	assert.deepEqual(done, []);
	assert.deepEqual(open, [{ id: due.id, kind: 'patterns', available: false, waiting: true, reason: 'running, looked for again' }]);
});

test('a failed job, a sidecar that is away and a strange answer leave on the second output with the reason', async () => {
	for (const [answer, reason] of [
		[job('failed', { problem: 'Odoo does not answer' }), /^Odoo does not answer$/],
		[refusedConnection(), /ECONNREFUSED/],
		[{ statusCode: 403, body: { detail: 'lacks the scope train' } }, /403: lacks the scope train/],
		[job('done'), /without a result/],
		[{ body: 'OK' }, /state is missing/],
	]) {
		const { done, open: [left] } = await run([answer]);
		assert.deepEqual([done, left.available, left.waiting, left.id], [[], false, false, due.id]);
		assert.match(left.reason, reason);
	}
});

test('what is due is read by one call and kept by one call', async () => {
	for (const [read, keep, model] of [[readDueWeeks, recordWeeks, 'gatehouse.pattern.run'], [readDueSteps, recordSteps, 'gatehouse.retraining']]) {
		const reader = context([{}], [{ body: [due] }]);
		assert.deepEqual((await read(reader))[0].map(({ json }) => json), [due]);
		assert.equal(reader.calls[0].url, `http://service.test/json/2/${model}/read_due`);
		const keeper = context([{ id: 'a' }, { id: 'b' }], [{ body: [{ id: 'a', status: 'measured' }, { id: 'b', status: 'failed' }] }]);
		await keep(keeper);
		assert.deepEqual([keeper.calls.length, keeper.calls[0].url, keeper.calls[0].body], [1, `http://service.test/json/2/${model}/record`, { results: [{ id: 'a' }, { id: 'b' }] }]);
	}
});

test("a post of Alertmanager goes to Odoo as a webhook's body, and what was refused is counted", async () => {
	const post = { version: '4', alerts: [{ fingerprint: 'a' }, {}] };
	const self = context([{ headers: {}, body: post }], [{ body: [{ key: 'alertmanager:a', status: 'opened' }, { key: '', status: 'refused', detail: 'posts[0].alerts[1].fingerprint' }] }]);
	const [[item]] = await reportAlerts(self);
	assert.deepEqual(self.calls[0].body, { posts: [post] });
	assert.equal(item.json.refused, 1);
});
