import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';

import { context, event, refusedConnection, timedOut } from './context.mjs';
import { load } from './dist.mjs';

const { operations } = load('nodes/Gatehouse/operations.js');
const { packDocuments } = load('nodes/Gatehouse/packDocuments.js');

const score = (id, changes = {}) => ({ id, score: 0.9, percentile: 0.99, confidence: 0.8, abstained: false, reasons: [{ code: 'depth', text: 'deep', weight: 1 }], lines: [], ...changes });
const scores = (change = (document) => document) => (request) => ({ body: { model: 'discounts', version: '1', degraded: false, documents: request.body.documents.map((document) => change(score(document.id))).filter(Boolean) } });
const run = async (items, answers, operation = 'scoreDiscounts') => {
	const self = context(items, answers);
	const [checked, unavailable] = await operations[operation](self);
	return { calls: self.calls, checked: checked.map((item) => item.json), unavailable: unavailable.map((item) => item.json) };
};
const reason = (item) => item.checks.at(-1).reasons[0].text;

test('one call for all items, each leaves with its check', async () => {
	const earlier = { check: 'account_data', source: 'partner', available: true };
	const { calls, checked, unavailable } = await run([event(1, { checks: [earlier] }), event(2)], [scores()]);
	assert.equal(calls.length, 1);
	assert.equal(calls[0].url, 'http://service.test/v1/discounts/score');
	assert.equal(calls[0].credential, 'gatehouseApi');
	assert.deepEqual(calls[0].headers, { 'x-request-id': 'n8n-77', traceparent: event(1).traceparent, 'x-linked-traces': 'a'.repeat(32) });
	assert.deepEqual(calls[0].body.documents[0], { ...event(1).data, id: event(1).event_id });
	assert.equal(unavailable.length, 0);
	assert.deepEqual(checked[0].checks[0], earlier);
	const { latency_ms, observed_at, ...check } = checked[0].checks[1];
	assert.ok(latency_ms >= 0 && /^\d{4}-.*Z$/.test(observed_at));
	assert.deepEqual(check, {
		check: 'discount_anomaly', source: 'sidecar', available: true, degraded: false, attributes: {}, score: 0.9, confidence: 0.8, model: 'discounts 1',
		measures: { anomaly: { value: 0.9, unit: 'score' }, anomaly_percentile: { value: 0.99, unit: 'quantile' } },
		reasons: [{ code: 'depth', text: 'deep', weight: 1 }],
	});
});

test('no connection is tried once more, a timeout is not', async () => {
	assert.equal((await run([event(1)], [refusedConnection(), scores()])).checked.length, 1);
	const down = await run([event(1), event(2)], [refusedConnection()]);
	assert.deepEqual([down.calls.length, down.checked.length, down.unavailable.length], [2, 0, 2]);
	assert.match(reason(down.unavailable[0]), /no connection \(ECONNREFUSED\)/);
	const slow = await run([event(1)], [timedOut()]);
	assert.deepEqual([slow.calls.length, slow.unavailable.length], [1, 1]);
	assert.match(reason(slow.unavailable[0]), /no answer within 3000 ms/);
});

test('an answer that is not of the contract makes all items unavailable', async () => {
	const bodies = ['<html>', null, [], {}, { documents: [] }, { model: 'm', version: '1', documents: {} }, { model: 'm', version: '1', documents: [] }, { model: 'm', version: '1', documents: [{ id: event(1).event_id, score: 'high' }] }];
	for (const body of bodies) {
		const { checked, unavailable, calls } = await run([event(1)], [{ body }]);
		assert.deepEqual([checked.length, unavailable.length, calls.length], [0, 1, 1], JSON.stringify(body));
		assert.equal(unavailable[0].checks[0].available, false);
	}
	const codes = async (answer) => (await run([event(1)], [answer])).unavailable[0].checks[0].reasons.map(({ code }) => code);
	assert.deepEqual(await codes({ body: '<html>' }), ['contract'], 'Odoo tells a person of it');
	assert.deepEqual(await codes({ body: bodies.at(-1) }), ['contract']);
	assert.deepEqual(await codes({ statusCode: 503, body: {} }), ['unavailable'], 'this ends by itself');
	for (const statusCode of [301, 401, 403, 404, 429, 500, 503]) {
		const { unavailable } = await run([event(1)], [{ statusCode, body: { detail: 'not now' } }]);
		assert.match(reason(unavailable[0]), new RegExp(`HTTP ${statusCode}: not now`));
	}
});

test('one missing or malformed document does not hold up the others', async () => {
	const second = event(2).event_id;
	const variants = [
		[(document) => (document.id === second ? null : document), /no answer for this document/],
		[(document) => (document.id === second ? { ...document, score: 1.5 } : document), /score is not/],
		[(document) => (document.id === second ? { ...document, percentile: 'x' } : document), /percentile is not/],
		[(document) => (document.id === second ? { ...document, reasons: [{}] } : document), /reasons is not/],
		[(document) => (document.id === second ? { ...document, abstained: true } : document), /abstained/],
	];
	for (const [change, text] of variants) {
		const { checked, unavailable } = await run([event(1), event(2)], [scores(change)]);
		assert.deepEqual([checked.length, unavailable.length], [2, 0]);
		assert.equal(checked[0].checks[0].available, true);
		assert.equal(checked[1].checks[0].available, false);
		assert.match(reason(checked[1]), text);
	}
});

test('documents that the service refuses by name are left out and the rest is sent again', async () => {
	const refusal = { statusCode: 422, body: { code: 'invalid', errors: [{ field: 'documents[1].lines[0].quantity', message: 'must be a number' }] } };
	const { calls, checked } = await run([event(1), event(2), event(3)], [refusal, scores()]);
	assert.deepEqual(calls[1].body.documents.map((document) => document.id), [event(1).event_id, event(3).event_id]);
	assert.deepEqual(checked.map((item) => item.checks[0].available), [true, false, true]);
	assert.match(reason(checked[1]), /lines\[0\]\.quantity must be a number/);
});

test('an event that came twice is asked for once; one without data is not asked for', async () => {
	const { calls, checked } = await run([event(1), event(1), event(2, { data: undefined })], [scores()]);
	assert.equal(calls[0].body.documents.length, 1);
	assert.deepEqual(checked.map((item) => item.checks[0].available), [true, true, false]);
});

test('calls stay within 100 documents and 2,000 lines', () => {
	const document = (lines) => ({ id: 'x', lines: Array(lines).fill({}) });
	assert.deepEqual(packDocuments(Array(101).fill(document(1))).packs.map((pack) => pack.length), [100, 1]);
	assert.deepEqual(packDocuments([document(1500), document(500), document(1)]).packs.map((pack) => pack.length), [2, 1]);
	assert.equal(packDocuments([document(2001)]).tooLarge.length, 1);
});

test('partners get the document of their contract', async () => {
	const money = { value: '-10.00', currency: 'EUR' };
	const measures = { exposure: money, limit: money, headroom: money, overdue_days: { value: 0, unit: 'days' } };
	const answer = (given) => (request) => ({ body: { documents: request.body.documents.map(({ id }) => ({ id, measures: given, reasons: [], attributes: { tier: 'Gold' } })) } });
	const { calls, checked } = await run([event(1)], [answer(measures)], 'financeExposure');
	assert.equal(calls[0].credential, 'gatehousePartnerApi');
	assert.equal(calls[0].url, 'http://service.test/v1/finance/exposure');
	assert.deepEqual(calls[0].body.documents, [{ id: event(1).event_id, customer: 'partner:7', country: 'DE', carrier: null, weight_kg: 2, amount: { value: '119.00', currency: 'EUR' } }]);
	assert.deepEqual(checked[0].checks[0].measures, measures);
	assert.deepEqual(checked[0].checks[0].attributes, { tier: 'Gold' });
	for (const [changes, text] of [[{ limit: undefined }, /limit is missing/], [{ limit: { value: 10, currency: 'EUR' } }, /limit is not a decimal/], [{ limit: { value: '10' } }, /limit has no currency/], [{ overdue_days: { value: '3' } }, /overdue_days is not a number/]]) {
		const { unavailable } = await run([event(1)], [answer({ ...measures, ...changes })], 'financeExposure');
		assert.match(reason(unavailable[0]), text);
	}
});

test('messages get a classification, and say so without one', async () => {
	const mail = { message_id: '<1@x>', subject: 'Late', text: 'Where is S00042?' };
	const good = (request) => ({ body: { model: 'emails', version: '1', degraded: false, messages: request.body.messages.map(({ id }) => ({ id, class: 'delivery', confidence: 0.9, abstained: false, scores: {}, references: [{ kind: 'order', value: 'S00042' }] })) } });
	const { calls, checked } = await run([{ headers: {}, body: mail }, mail, { subject: 'No name' }], [good], 'classifyEmails');
	// The sidecar knows a mail by the hash of its Message-ID, as Odoo's feedback does, never by the Message-ID itself.
	const id = createHash('sha256').update('<1@x>').digest('hex');
	assert.deepEqual(calls[0].body.messages.map((entry) => entry.id), [id, id, '2']);
	assert.deepEqual(calls[0].body.messages[0], { id, subject: 'Late', text: 'Where is S00042?' });
	assert.deepEqual(checked.map((item) => [item.message_id, item.classification.class]), [['<1@x>', 'delivery'], ['<1@x>', 'delivery'], [undefined, 'delivery']]);
	const { unavailable } = await run([mail], [timedOut()], 'classifyEmails');
	assert.equal(unavailable[0].classification.available, false);
	assert.equal(unavailable[0].classification.class, null);
});
