import assert from 'node:assert/strict';
import { test } from 'node:test';

import { load } from './dist.mjs';

const { AREAS, areaOf, batchRefusal, routeEvents } = load('nodes/GatehouseTrigger/batch.js');

const event = (changes = {}) => ({
	event_id: '0b9d1b3e-0000-4000-8000-000000000001',
	type: 'sale.order.confirmed',
	document: { model: 'sale.order', id: 42, name: 'S00042' },
	data: {},
	...changes,
});

/** The outputs that have items, and how many. */
const counted = (outputs) => Object.fromEntries(AREAS.map((area, index) => [area, outputs[index].length]).filter(([, count]) => count));

test('a batch is an object with 1 to 100 events', () => {
	for (const body of [null, [], 'x', {}, { events: {} }, { events: [] }, { events: Array(101).fill(event()) }]) {
		assert.equal(batchRefusal(body)?.status, 400, JSON.stringify(body)?.slice(0, 40));
		assert.match(batchRefusal(body).message, /^events: /);
	}
	assert.equal(batchRefusal({ events: [event()] }), undefined);
	assert.equal(batchRefusal({ events: Array(100).fill(event()) }), undefined);
});

test('types go to the output of their area', () => {
	const areas = {
		sales: ['sale.order.confirmed', 'sale.order.approval_requested'],
		procurement: ['purchase.order.confirmed', 'supplier.confirmation.received', 'vendor.onboarding.requested'],
		documents: ['supplier.document.received'],
		inventory: ['stock.shortage.detected', 'inventory.adjustment.requested'],
		finance: ['account.move.posted', 'receivable.overdue', 'payment.received'],
		feedback: ['ai.output.reviewed'],
		messages: ['message.order_held.requested'],
		shipping: ['stock.picking.validated'],
		reconciliation: ['reconciliation.requested'],
		alerts: ['alert.requested'],
		service: ['return.requested', 'email.received', 'shipment.status_changed'],
		other: ['master.data.changed', 'sales.x', 'constructor.x', '__proto__.x', 'tostring.x'],
	};
	for (const [area, types] of Object.entries(areas)) for (const type of types) assert.equal(areaOf(type), area, type);
});

test('every event is one item with an empty list of checks', () => {
	const outputs = routeEvents([event({ checks: ['forged'], problem: undefined }), event({ type: 'purchase.order.confirmed' })]);
	assert.equal(outputs.length, AREAS.length);
	assert.deepEqual(counted(outputs), { sales: 1, procurement: 1 });
	assert.deepEqual(outputs[0][0].json.checks, []);
	assert.equal(outputs[0][0].json.event_id, event().event_id);
});

test('the same event a hundred times in a batch is one item, malformed ones too', () => {
	const other = event({ event_id: '0b9d1b3e-0000-4000-8000-000000000002' });
	assert.deepEqual(counted(routeEvents([...Array(98).fill(event()), other, event()])), { sales: 2 });
	assert.deepEqual(counted(routeEvents([...Array(50).fill('x'), ...Array(50).fill(null)])), { other: 2 });
	assert.deepEqual(counted(routeEvents([event(), event({ attempt: 2 })])), { sales: 2 }, 'what differs is told apart by Odoo');
});

test('a malformed event goes to other and names the field, the rest goes its way', () => {
	const bad = [
		[null, 'event'], ['text', 'event'], [[], 'event'],
		[event({ event_id: undefined }), 'event_id'], [event({ event_id: 'x' }), 'event_id'], [event({ event_id: 7 }), 'event_id'],
		[event({ type: undefined }), 'type'], [event({ type: 'sale' }), 'type'], [event({ type: 'Sale.Order' }), 'type'],
		[event({ document: undefined }), 'document'], [event({ document: { id: 1 } }), 'document.model'],
		[event({ document: { model: 'sale.order' } }), 'document.id'], [event({ document: { model: 'sale.order', id: 0 } }), 'document.id'], [event({ document: { model: 'sale.order', id: 1.5 } }), 'document.id'],
		[event({ data: [] }), 'data'],
		[event({ occurred_at: 7 }), 'occurred_at'], [event({ occurred_at: 'yesterday' }), 'occurred_at'],
	];
	for (const [given, field] of bad) {
		const outputs = routeEvents([event(), given]);
		assert.deepEqual(counted(outputs), { sales: 1, other: 1 }, JSON.stringify(given));
		assert.ok(outputs[5][0].json.problem.startsWith(`${field}: `), outputs[5][0].json.problem);
		assert.deepEqual(outputs[5][0].json.checks, []);
	}
});

test('an event from the future is malformed, one within the tolerance of the clocks is not', () => {
	const now = Date.parse('2026-11-28T12:00:00Z');
	const at = (moment) => routeEvents([event({ occurred_at: moment })], now);
	for (const moment of ['2026-11-28T12:05:00Z', '2026-11-28T11:00:00Z', '2020-01-01T00:00:00Z']) assert.deepEqual(counted(at(moment)), { sales: 1 });
	const [problem] = at('2026-11-28T12:05:01Z')[5].map(({ json }) => json.problem);
	assert.match(problem, /^occurred_at: 2026-11-28T12:05:01Z lies in the future; set the clock/);
});
