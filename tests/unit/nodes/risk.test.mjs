import assert from 'node:assert/strict';
import { test } from 'node:test';

import { context, event } from './context.mjs';
import { load } from './dist.mjs';

const { operations } = load('nodes/Gatehouse/operations.js');
const REASON = { code: 'value', text: 'order value 900', weight: 1 };
const SALE = {
	currency: 'USD', currency_rate: 2, customer: 'partner:7', country: 'BE', order_date: '2026-11-23', amount_untaxed: '1800.00',
	lines: [{ id: 'line:1', item: 'A', quantity: 10, unit_price: '100.00', discount: 10 }, { id: 'line:2', item: 'B', quantity: 9, unit_price: '100.00', discount: 0 }],
};
const PURCHASE = {
	currency: 'EUR', vendor: 'partner:9', order_date: '2026-11-23', amount_untaxed: '60.00',
	lines: [{ id: 'line:1', item: 'A', quantity: 2, unit_price: '10.00', discount: 0, promised_date: '2026-12-20' }, { id: 'line:2', item: 'B', quantity: 4, unit_price: '10.00', discount: 0, promised_date: '2026-12-03' }],
};
const run = async (operation, items, answers) => {
	const self = context(items, answers);
	const [checked, unavailable] = await operations[operation](self);
	return { calls: self.calls, checked: checked.map((item) => item.json), unavailable: unavailable.map((item) => item.json) };
};
const answer = (record, changes = {}) => (request) => ({ body: { model: 'orders', version: '3', degraded: false, baseline: false, records: request.body.records.map(({ id }) => ({ id, abstained: false, reasons: [REASON], ...record })), ...changes } });

test('an order is asked about in company currency and leaves with its risk', async () => {
	const { calls, checked } = await run('scoreOrders', [event(1, { data: SALE, expects: ['order_risk'] })], [answer({ score: 0.25 })]);
	const { id, date, ...record } = calls[0].body.records[0];
	assert.equal(calls[0].url, 'http://service.test/v1/orders/score');
	assert.equal(id, event(1).event_id);
	assert.match(date, /^\d{4}-\d\d-\d\d/);
	assert.deepEqual(record, { customer: 'partner:7', value: '900.00', country: 'BE', lines: 2, units: 19, largest_line: '450.00' });
	const check = checked[0].checks[0];
	assert.deepEqual([check.check, check.measures.risk.value, check.score, check.confidence, check.model, check.reasons], ['order_risk', 0.25, 0.25, 0.75, 'orders 3', [REASON]]);
});

test('a baseline that answers is named so', async () => {
	const { checked } = await run('scoreOrders', [event(1, { data: SALE })], [answer({ score: 0.25 }, { baseline: true })]);
	assert.equal(checked[0].checks[0].model, 'orders 3 (baseline)');
});

test('an event whose policy does not wait for the check goes through untouched and unasked', async () => {
	const plain = event(1, { data: SALE, expects: ['discount_anomaly'] });
	const { calls, checked, unavailable } = await run('scoreOrders', [plain], []);
	assert.deepEqual([calls.length, unavailable.length], [0, 0]);
	assert.deepEqual(checked[0], plain);
});

test('the line promised first is asked about, and its probability of being late comes back with the days', async () => {
	const { calls, checked } = await run('predictLeadTimes', [event(1, { data: PURCHASE })], [answer({ p50: 12, p90: 30, late_probability: 0.6 })]);
	const { id, ...record } = calls[0].body.records[0];
	assert.deepEqual(record, { vendor: 'partner:9', item: 'B', date: '2026-11-23', category: '', quantity: 4, value: '40.00', promised: '2026-12-03' });
	const check = checked[0].checks[0];
	assert.deepEqual(check.measures, { late_probability: { value: 0.6, unit: 'probability' }, lead_days: { value: 12, unit: 'days' }, lead_days_p90: { value: 30, unit: 'days' } });
	assert.deepEqual([check.model, check.attributes], ['orders 3', { baselines: [] }]);
	assert.equal(check.reasons[0].text, 'usually 12 days, nine times out of ten at most 30');
});

test('being late by the record of the vendor is named a baseline, and the model keeps its days', async () => {
	const { checked } = await run('predictLeadTimes', [event(1, { data: PURCHASE })], [answer({ p50: 12, p90: 30, late_probability: 0.6 }, { late_baseline: true })]);
	const { model, attributes } = checked[0].checks[0];
	assert.deepEqual([model, attributes], ['orders 3 (baseline)', { baselines: ['late_probability'] }]);
	const whole = await run('predictLeadTimes', [event(1, { data: PURCHASE })], [answer({ p50: 12, p90: 30, late_probability: 0.6 }, { baseline: true })]);
	assert.deepEqual(whole.checked[0].checks[0].attributes.baselines, ['late_probability', 'lead_days', 'lead_days_p90']);
});

test('an abstention and a service that is away leave the check unavailable, so that the policy falls back', async () => {
	const abstained = await run('scoreOrders', [event(1, { data: SALE })], [answer({ score: 0, abstained: true })]);
	assert.equal(abstained.checked[0].checks[0].available, false);
	const away = await run('predictLeadTimes', [event(1, { data: PURCHASE })], [{ statusCode: 503, body: { detail: 'not now' } }]);
	assert.match(away.unavailable[0].checks[0].reasons[0].text, /HTTP 503: not now/);
});
