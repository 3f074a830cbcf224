import assert from 'node:assert/strict';
import { test } from 'node:test';

import { context, event, timedOut, refusedConnection } from './context.mjs';
import { load } from './dist.mjs';

const { beginEffect } = load('nodes/GatehouseOdoo/resources/effect/beginEffect.js');
const { finishEffect, mailOutcome } = load('nodes/GatehouseOdoo/resources/effect/finishEffect.js');
const { sendFeedback } = load('nodes/Gatehouse/resources/sidecar/sendFeedback.js');
const { bookShipment } = load('nodes/Gatehouse/resources/partner/bookShipment.js');

const begun = (go) => (request) => ({ body: request.body.effects.map(({ event_id }, index) => ({ event_id, go: go[index], key: `${event_id}-message`, status: go[index] ? 'begun' : 'done' })) });

test('only what Odoo lets go comes out, once an event and with its key', async () => {
	const self = context([event(1), event(2), event(1)], [begun([true, false])], { kind: 'message' });
	const [items] = await beginEffect(self);
	assert.deepEqual(self.calls[0].body.effects.map(({ event_id, kind }) => [event_id, kind]), [[event(1).event_id, 'message'], [event(2).event_id, 'message']]);
	assert.deepEqual(items.map(({ json }) => json.effect.key), [`${event(1).event_id}-message`]);
});

test('what Odoo refuses to begin becomes an exception', async () => {
	const answers = [(request) => ({ body: request.body.effects.map(({ event_id }) => ({ event_id, go: false, status: 'refused', detail: 'there is no such event' })) }), (request) => ({ body: request.body.reports.map(({ key }) => ({ key, id: 1, created: true })) })];
	const self = context([event(1)], answers, { kind: 'message' });
	assert.deepEqual(await beginEffect(self), [[]]);
	assert.equal(self.calls[1].body.reports[0].detail, 'there is no such event');
});

test('an outcome names the event, the reference and, after an error, whether it can have happened', async () => {
	const answer = (request) => ({ body: request.body.results.map(({ event_id }) => ({ event_id, status: 'recorded' })) });
	const done = context([{ messageId: '<1@x>' }], [answer], { kind: 'message', outcome: 'done', eventId: event(1).event_id, reference: '<1@x>' });
	await finishEffect(done);
	assert.deepEqual(done.calls[0].body.results, [{ event_id: event(1).event_id, kind: 'message', outcome: 'done', reference: '<1@x>' }]);
	const failed = context([event(1, { error: 'connect ECONNREFUSED 127.0.0.1:25' })], [answer], { kind: 'message', outcome: 'error' });
	await finishEffect(failed);
	assert.equal(failed.calls[0].body.results[0].outcome, 'failed');
});

test('a mail error is refused, failed or unknown by what the server said', () => {
	for (const [text, outcome] of [
		["Can't send mail - all recipients were rejected: 550 No such user", 'refused'],
		["Can't send mail - all recipients were rejected: 421 4.3.2 busy", 'failed'],
		['No recipients defined', 'refused'],
		['Message failed: 452 Out of storage', 'failed'],
		['connect ECONNREFUSED 127.0.0.1:2525', 'failed'],
		['getaddrinfo ENOTFOUND mail.example', 'failed'],
		['Connection closed unexpectedly', 'unknown'],
		['Timeout', 'unknown'],
		[undefined, 'unknown'],
	]) assert.equal(mailOutcome(text).outcome, outcome, String(text));
});

test('a booking sends its key and comes back with tracking and label', async () => {
	const good = { booking_id: 'b1', tracking_number: 'T1', tracking_url: 'https://carrier.example/T1', label: { content_type: 'application/pdf', base64: 'JVBERg==' } };
	const self = context([event(1, { effect: { key: 'k1', kind: 'booking' } })], [{ body: good }]);
	const [[item], open] = await bookShipment(self);
	assert.equal(self.calls[0].headers['Idempotency-Key'], 'k1');
	assert.deepEqual([item.json.result.outcome, item.json.result.reference, open], ['done', 'T1', []]);
});

test('a booking without an answer within the contract is refused, failed or unknown, and names why', async () => {
	for (const [answer, outcome, calls] of [
		[{ statusCode: 422, body: { detail: 'address: has no street' } }, 'refused', 1],
		[{ statusCode: 401, body: {} }, 'failed', 1],
		[{ statusCode: 503, body: {} }, 'failed', 2],
		[refusedConnection(), 'failed', 2],
		[timedOut(), 'unknown', 2],
		[{ body: { result: 'OK' } }, 'unknown', 1],
		[{ body: { booking_id: 'b', tracking_number: 't', tracking_url: 'javascript:alert(1)' } }, 'unknown', 1],
		[{ body: { booking_id: 'b', tracking_number: 't', label: { content_type: 'text/html', base64: 'PGI+' } } }, 'unknown', 1],
	]) {
		const self = context([event(1)], [answer]);
		const [booked, [item]] = await bookShipment(self);
		assert.deepEqual(booked, []);
		assert.deepEqual([item.json.result.outcome, self.calls.length], [outcome, calls], JSON.stringify(answer));
		assert.ok(item.json.result.detail);
	}
});

test('what a message wants attached comes out as binary data', async () => {
	const message = { attachments: [{ name: 'picture', content_type: 'image/png', base64: Buffer.from('x').toString('base64') }, { name: 'bad' }] };
	const self = context([event(1, { data: { message } })], [begun([true])], { kind: 'message' });
	self.helpers.prepareBinaryData = async (content, name, type) => ({ content: String(content), name, type });
	const [[item]] = await beginEffect(self);
	assert.equal(item.json.effect.attachments, 'picture');
	assert.deepEqual(item.binary, { picture: { content: 'x', name: 'picture.png', type: 'image/png' } });
});

test('feedback carries the reviewed event and the id that keeps repeats apart', async () => {
	const data = { event_id: event(7).event_id, check: 'email_class', outcome: 'rejected', comment: 'return' };
	const self = context([event(1, { data })], [{ statusCode: 201, body: { id: 7, created: true } }]);
	const [[item], open] = await sendFeedback(self);
	assert.deepEqual([self.calls[0].body, self.calls[0].headers['Idempotency-Key'], open], [data, event(1).event_id, []]);
	assert.equal(item.json.event_id, event(1).event_id);
	const down = context([event(1, { data })], [{ statusCode: 503, body: {} }]);
	const [taken, [left]] = await sendFeedback(down);
	assert.deepEqual([taken, down.calls.length], [[], 2]);
	assert.match(left.json.problem, /503/);
	for (const body of ['<html>Please sign in</html>', {}, { id: '7' }, null]) {
		const [kept, [again]] = await sendFeedback(context([event(1, { data })], [{ statusCode: 200, body }]));
		assert.deepEqual(kept, [], 'a page of a proxy keeps no feedback');
		assert.match(again.json.problem, /outside the contract/);
	}
});
