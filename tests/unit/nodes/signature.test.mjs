import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';

import { load } from './dist.mjs';

const { signatureRefusal, signingKeys } = load('nodes/GatehouseTrigger/signature.js');
const { requestRefusal, LARGEST_BODY } = load('nodes/GatehouseTrigger/request.js');

const secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
const previous = `whsec_${Buffer.alloc(24, 2).toString('base64')}`;
const NOW = 1_800_000_000;
const body = Buffer.from('{"events":[]}');

function sign(withSecret, { id = 'msg_1', timestamp = String(NOW), content = body } = {}) {
	const key = Buffer.from(withSecret.slice('whsec_'.length), 'base64');
	return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.`).update(content).digest('base64')}`;
}

function request({ headers = {}, rawBody = body } = {}) {
	return { rawBody, headers: { 'content-type': 'application/json', 'webhook-id': 'msg_1', 'webhook-timestamp': String(NOW), 'webhook-signature': sign(secret), ...headers } };
}

const keys = signingKeys([secret, previous]);
const code = (given) => requestRefusal(request(given), keys, NOW)?.code;

test('the published Standard Webhooks example is accepted', () => {
	const example = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', timestamp: '1614265330', signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=', body: Buffer.from('{"test": 2432232314}') };
	assert.equal(signatureRefusal(signingKeys(['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw']), example, 1614265330), undefined);
});

test('the secret and the previous secret are accepted, alone and side by side', () => {
	assert.equal(code(), undefined);
	assert.equal(code({ headers: { 'webhook-signature': sign(previous) } }), undefined);
	assert.equal(code({ headers: { 'webhook-signature': `v1a,xyz ${sign(`whsec_${Buffer.alloc(32, 9).toString('base64')}`)} ${sign(previous)}` } }), undefined);
});

test('a changed body, id or timestamp and a foreign key are refused', () => {
	assert.equal(code({ rawBody: Buffer.from('{"events":[ ]}') }), 'signature_invalid');
	assert.equal(code({ headers: { 'webhook-id': 'msg_2' } }), 'signature_invalid');
	assert.equal(code({ headers: { 'webhook-timestamp': String(NOW + 1) } }), 'signature_invalid');
	assert.equal(code({ headers: { 'webhook-signature': sign(`whsec_${Buffer.alloc(32, 9).toString('base64')}`) } }), 'signature_invalid');
	for (const signature of ['v1,', 'v1,AAAA', 'v2,' + sign(secret).slice(3), sign(secret).slice(3), 'é']) {
		assert.equal(code({ headers: { 'webhook-signature': signature } }), 'signature_invalid', signature);
	}
});

test('missing headers are refused', () => {
	for (const name of ['webhook-id', 'webhook-timestamp', 'webhook-signature']) {
		assert.equal(code({ headers: { [name]: undefined } }), 'signature_missing', name);
		assert.equal(code({ headers: { [name]: '' } }), 'signature_missing', name);
	}
});

test('the window is five minutes either way', () => {
	for (const [offset, expected] of [[-300, undefined], [300, undefined], [-301, 'timestamp_out_of_range'], [301, 'timestamp_out_of_range']]) {
		const timestamp = String(NOW + offset);
		assert.equal(code({ headers: { 'webhook-timestamp': timestamp, 'webhook-signature': sign(secret, { timestamp }) } }), expected, timestamp);
	}
	for (const timestamp of ['soon', '1e9', '-1', `${NOW}.0`]) {
		assert.equal(code({ headers: { 'webhook-timestamp': timestamp, 'webhook-signature': sign(secret, { timestamp }) } }), 'timestamp_out_of_range', timestamp);
	}
});

test('content type is checked first, then size, then the signature', () => {
	const big = Buffer.alloc(LARGEST_BODY + 1);
	assert.equal(code({ rawBody: undefined, headers: { 'content-type': 'multipart/form-data; boundary=x' } }), 'content_type_unsupported');
	assert.equal(code({ rawBody: big, headers: { 'content-type': 'text/plain' } }), 'content_type_unsupported');
	assert.equal(code({ headers: { 'content-type': undefined } }), 'content_type_unsupported');
	assert.equal(code({ headers: { 'content-type': 'application/jsonp' } }), 'content_type_unsupported');
	assert.equal(code({ headers: { 'content-type': 'application/json; charset=utf-8' } }), undefined);
	assert.equal(code({ rawBody: big, headers: { 'webhook-signature': '' } }), 'body_too_large');
	assert.equal(code({ headers: { 'content-length': String(LARGEST_BODY + 1) } }), 'body_too_large');
	assert.equal(code({ rawBody: Buffer.alloc(0) }), 'body_missing');
});

test('secrets that are too short or not base64 are not used', () => {
	assert.deepEqual(signingKeys(['', undefined, 'whsec_', 'whsec_AAAA', 'whsec_not base64 at all, but long enough', `whsec_${Buffer.alloc(23).toString('base64')}`]), []);
	assert.equal(requestRefusal(request(), [], NOW).code, 'secret_unusable');
});
