import assert from 'node:assert/strict';
import { test } from 'node:test';

import { context, refusedConnection } from './context.mjs';
import { load } from './dist.mjs';

const { operations } = load('nodes/Gatehouse/operations.js');
const { readRecords } = load('nodes/GatehouseOdoo/resources/score/readRecords.js');
const { recordScores } = load('nodes/GatehouseOdoo/resources/score/recordScores.js');

const batch = { id: 'payments:1', subject: 'payments', records: [{ id: '7', customer: 'partner:3' }, { id: '8', customer: 'partner:4' }] };
const said = (id, score, changes = {}) => ({ id, score, abstained: false, reasons: [{ code: 'customer_rate', text: 'pays late', weight: 1 }], ...changes });
const body = { model: 'payments', version: '3', degraded: false, baseline: false, records: [said('8', 0.2), said('7', 0.9)] };

test('a batch is one call and leaves with the score, confidence and reasons of each of its records', async () => {
	const self = context([batch], [{ body }]);
	const [[item], open] = await operations.scorePayments(self);
	assert.deepEqual([self.calls.length, self.calls[0].url, self.calls[0].body], [1, 'http://service.test/v1/payments/score', { records: batch.records }]);
	assert.deepEqual(open, []);
	assert.deepEqual(item.json, {
		id: 'payments:1', available: true, model: 'payments 3', degraded: false, baseline: false,
		records: [{ id: '7', score: 0.9, confidence: 0.9, abstained: false, text: 'pays late' }, { id: '8', score: 0.2, confidence: 0.8, abstained: false, text: 'pays late' }],
	});
});

test('movements are asked about at their own address, and an abstention leaves with its reason', async () => {
	const records = [said('7', 0, { abstained: true, reasons: [{ code: 'not_judged', text: 'no model is loaded', weight: 0 }] }), said('8', 0)];
	const self = context([batch], [{ body: { ...body, records } }]);
	const [[item]] = await operations.scoreStockMoves(self);
	assert.match(self.calls[0].url, /\/v1\/stock-moves\/score$/);
	assert.deepEqual([item.json.records[0].abstained, item.json.records[0].text], [true, 'no model is loaded']);
});

test('a batch without a whole answer leaves on the second output with the reason', async () => {
	for (const [answer, reason] of [
		[refusedConnection(), /ECONNREFUSED/],
		[{ statusCode: 503, body: {} }, /503/],
		[{ body: { ...body, records: [said('7', 0.9)] } }, /outside the contract: a record lacks/],
		[{ body: { ...body, records: [said('7', 7), said('8', 0.1)] } }, /outside the contract: a record lacks/],
		[{ body: { verdict: 'fine' } }, /outside the contract: records is not a list/],
	]) {
		const [scored, [open]] = await operations.scorePayments(context([batch], [answer]));
		assert.deepEqual([scored, open.json.id, open.json.available], [[], 'payments:1', false]);
		assert.match(open.json.reason, reason);
	}
});

test('what is due is read for its subject, and all batches are kept by one call', async () => {
	const read = context([{}], [{ body: [batch] }], { subject: 'payments' });
	const [items] = await readRecords(read);
	assert.deepEqual([read.calls[0].body, items[0].json], [{ subject: 'payments' }, batch]);
	const keep = context([{ id: 'a' }, { id: 'b' }], [{ body: [] }]);
	await recordScores(keep);
	assert.match(keep.calls[0].url, /\/json\/2\/gatehouse\.score\/record$/);
	assert.deepEqual(keep.calls[0].body, { batches: [{ id: 'a' }, { id: 'b' }] });
});
