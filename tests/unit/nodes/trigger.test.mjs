import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';

import { load } from './dist.mjs';

const { GatehouseTrigger } = load('nodes/GatehouseTrigger/GatehouseTrigger.node.js');
const trigger = new GatehouseTrigger();
const key = Buffer.alloc(32, 1);

async function deliver(body, headers = {}) {
	const rawBody = Buffer.from(JSON.stringify(body));
	const timestamp = String(Math.floor(Date.now() / 1000));
	const signature = `v1,${createHmac('sha256', key).update(`m.${timestamp}.`).update(rawBody).digest('base64')}`;
	const request = { body, rawBody, headers: { 'content-type': 'application/json', 'webhook-id': 'm', 'webhook-timestamp': timestamp, 'webhook-signature': signature, ...headers } };
	const written = {};
	const response = { status: (status) => Object.assign(written, { status }) && response, json: (json) => Object.assign(written, { json }) };
	const result = await trigger.webhook.call({ getRequestObject: () => request, getResponseObject: () => response, getCredentials: async () => ({ secret: `whsec_${key.toString('base64')}` }) });
	return { result, written };
}

test('a good batch starts the workflow, on the output of its area alone', async () => {
	const { result, written } = await deliver({ events: [{ event_id: '0b9d1b3e-0000-4000-8000-000000000001', type: 'sale.order.confirmed', document: { model: 'sale.order', id: 1 } }] });
	assert.deepEqual(written, {});
	const [sales, ...others] = result.workflowData.map((items) => items.length);
	assert.deepEqual([sales, others.filter(Boolean)], [1, []]);
	assert.equal(trigger.description.outputs.length, result.workflowData.length);
});

test('a refusal is written to the response and starts nothing', async () => {
	for (const [body, headers, status, code] of [
		[{ events: [] }, {}, 400, 'batch_invalid'],
		[{ events: [{}] }, { 'webhook-signature': 'v1,AAAA' }, 401, 'signature_invalid'],
		[{ events: [{}] }, { 'content-type': 'text/plain' }, 415, 'content_type_unsupported'],
	]) {
		const { result, written } = await deliver(body, headers);
		assert.deepEqual(result, { noWebhookResponse: true });
		assert.equal(written.status, status);
		assert.deepEqual(Object.keys(written.json), ['code', 'message']);
		assert.equal(written.json.code, code);
	}
});

test('nothing in the webhook description is an expression, and 202 is a number', () => {
	const [webhook] = trigger.description.webhooks;
	assert.equal(webhook.responseCode, 202);
	assert.ok(!JSON.stringify(webhook).includes('={{'));
	assert.equal(trigger.description.defaultVersion, 2);
});
