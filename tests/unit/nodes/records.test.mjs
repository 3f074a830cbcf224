import assert from 'node:assert/strict';
import { test } from 'node:test';

import { context, event, timedOut } from './context.mjs';
import { load } from './dist.mjs';

const { balances, bookings, listRecords } = load('nodes/Gatehouse/resources/partner/listRecords.js');
const { compareRecords } = load('nodes/GatehouseOdoo/resources/reconciliation/compareRecords.js');

const question = (records, changes = {}) => event(1, { type: 'reconciliation.requested', data: { records, days: 2 }, ...changes });
const booking = (number) => ({ key: `k${number}`, reference: `WH/OUT/${number}`, tracking_number: `T${number}`, booked_at: null });

test('all pages of a list are fetched, and asked for since the days before', async () => {
	const self = context([question(['bookings'])], [{ body: { bookings: [{ ...booking(1), booking_id: 'b' }], next: 'c' } }, { body: { bookings: [booking(2)], next: null } }]);
	const [[item], unavailable] = await listRecords(self, bookings);
	const [record] = item.json.records;
	assert.deepEqual([record.kind, record.available, record.rows], ['bookings', true, [booking(1), booking(2)]]);
	assert.deepEqual(self.calls.map(({ method, qs }) => [method, qs.cursor]), [['GET', undefined], ['GET', 'c']]);
	const days = (Date.now() - Date.parse(self.calls[0].qs.since)) / 86400000;
	assert.ok(days > 1.99 && days < 2.01);
	assert.deepEqual(unavailable, []);
});

test('an item that does not ask for a list goes on without a call', async () => {
	const self = context([question(['bookings'], { records: [{ kind: 'bookings' }] })], [{}]);
	const [[item]] = await listRecords(self, balances);
	assert.deepEqual([item.json.records, self.calls.length], [[{ kind: 'bookings' }], 0]);
});

test('a partner without a usable answer is unavailable, with the reason, and never half a list', async () => {
	for (const [answers, words, calls] of [
		[[timedOut()], /no answer within/, 2],
		[[{ statusCode: 503, body: { detail: 'down' } }], /HTTP 503: down/, 2],
		[[{ body: { result: 'OK' } }], /balances is no list/, 1],
		[[{ body: { balances: [{ customer: 'partner:7', balance: { value: 12, currency: 'EUR' } }] } }], /balances\[0\] balance is no decimal text/, 1],
		[[{ body: { balances: [], next: 'x' } }], /more than 100 pages/, 100],
	]) {
		const self = context([question(['balances'])], answers);
		const [fetched, [item]] = await listRecords(self, balances);
		assert.deepEqual([fetched, item.json.records[0].rows, self.calls.length], [[], [], calls]);
		assert.match(item.json.records[0].reason, words);
	}
});

test('records are handed in an event a call, and what Odoo refuses is an exception', async () => {
	const asked = question(['bookings'], { records: [{ kind: 'bookings', available: true, since: 's', rows: [] }] });
	const refusal = [{ body: [{ event_id: asked.event_id, status: 'refused', detail: 'rows: must be a list' }] }, (request) => ({ body: request.body.reports.map(({ key }) => ({ key, id: 1, created: true })) })];
	const self = context([asked], refusal);
	const [[item]] = await compareRecords(self);
	assert.deepEqual(self.calls[0].body.results, [{ event_id: asked.event_id, records: asked.records }]);
	assert.equal(self.calls[1].body.reports[0].detail, 'rows: must be a list');
	assert.equal(item.json.recorded.status, 'refused');
});
