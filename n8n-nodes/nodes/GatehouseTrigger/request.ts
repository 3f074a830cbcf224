import type { Refusal } from './refusal';
import { signatureRefusal } from './signature';

export const LARGEST_BODY = 2_000_000;

export interface Request {
	headers: Record<string, string | string[] | undefined>;
	rawBody?: Buffer;
}

/**
 * Checks a delivery before anything reads its content: content type, size, signature, in that order.
 * The content type comes first because n8n keeps no raw body of a multipart post.
 */
export function requestRefusal(request: Request, keys: Buffer[], nowSeconds: number): Refusal | undefined {
	const { headers, rawBody } = request;
	if (!/^application\/json\s*(;|$)/i.test(one(headers['content-type']) ?? '')) {
		return { status: 415, code: 'content_type_unsupported', message: 'Content-Type must be application/json' };
	}
	if (Number(headers['content-length'] ?? 0) > LARGEST_BODY || (rawBody?.length ?? 0) > LARGEST_BODY) {
		return { status: 413, code: 'body_too_large', message: `The body may have at most ${LARGEST_BODY} bytes` };
	}
	if (keys.length === 0) {
		return { status: 500, code: 'secret_unusable', message: 'The signing credential holds no usable secret' };
	}
	if (!rawBody?.length) {
		return { status: 400, code: 'body_missing', message: 'The body is empty' };
	}
	const signed = {
		id: one(headers['webhook-id']),
		timestamp: one(headers['webhook-timestamp']),
		signature: one(headers['webhook-signature']),
		body: rawBody,
	};
	return signatureRefusal(keys, signed, nowSeconds);
}

function one(header: string | string[] | undefined): string | undefined {
	return Array.isArray(header) ? header.join(' ') : header;
}
