import { createHmac, timingSafeEqual } from 'node:crypto';

import type { Refusal } from './refusal';

const TOLERANCE_SECONDS = 300;
const SHORTEST_KEY = 24;

export interface Signed {
	id: string | undefined;
	timestamp: string | undefined;
	signature: string | undefined;
	body: Buffer;
}

/** The keys of well formed secrets (`whsec_` and base64 of at least 24 bytes); others are left out. */
export function signingKeys(secrets: Array<string | undefined>): Buffer[] {
	return secrets
		.map((secret) => (secret ?? '').trim())
		.filter((secret) => /^(whsec_)?[A-Za-z0-9+/]+={0,2}$/.test(secret))
		.map((secret) => Buffer.from(secret.replace(/^whsec_/, ''), 'base64'))
		.filter((key) => key.length >= SHORTEST_KEY);
}

/** Why a Standard Webhooks delivery is not accepted; undefined when it is. */
export function signatureRefusal(keys: Buffer[], signed: Signed, nowSeconds: number): Refusal | undefined {
	const { id, timestamp, signature, body } = signed;
	if (!id || !timestamp || !signature) {
		return { status: 401, code: 'signature_missing', message: 'The headers webhook-id, webhook-timestamp and webhook-signature are needed' };
	}
	if (!/^\d{1,12}$/.test(timestamp) || Math.abs(nowSeconds - Number(timestamp)) > TOLERANCE_SECONDS) {
		return { status: 401, code: 'timestamp_out_of_range', message: 'webhook-timestamp is more than 5 minutes off' };
	}
	if (!keys.some((key) => isSignedBy(key, id, timestamp, body, signature))) {
		return { status: 401, code: 'signature_invalid', message: 'No signature fits the body' };
	}
	return undefined;
}

function isSignedBy(key: Buffer, id: string, timestamp: string, body: Buffer, header: string): boolean {
	const expected = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest();
	let found = false;
	for (const part of header.split(' ').slice(0, 10)) {
		if (!part.startsWith('v1,')) continue;
		const given = Buffer.from(part.slice(3), 'base64');
		if (given.length === expected.length && timingSafeEqual(given, expected)) found = true;
	}
	return found;
}
