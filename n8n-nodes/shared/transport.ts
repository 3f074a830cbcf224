import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { isObject } from './json';

export interface Call {
	credential: string;
	path: string;
	body: IDataObject;
	headers: IDataObject;
	timeout: number;
	/** How often to try again, and after which answers; a timeout is never tried again unless asked for. */
	retries: number;
	retryOn: 'connection' | 'connection, timeout and 5xx';
	pause?: (attempt: number) => Promise<void>;
}

/** Why there is no usable answer, in words for the person who reads the check. */
export class NoAnswer extends Error {
	constructor(
		message: string,
		readonly kind: 'connection' | 'timeout' | 'status',
		readonly status = 0,
		readonly body: unknown = undefined,
	) {
		super(message);
	}
}

const TIMEOUT = new Set(['ECONNABORTED', 'ETIMEDOUT', 'ESOCKETTIMEDOUT']);

export async function post(context: IExecuteFunctions, call: Call): Promise<unknown> {
	const { baseUrl } = await context.getCredentials<{ baseUrl: string }>(call.credential);
	for (let attempt = 0; ; attempt++) {
		try {
			return await once(context, call, baseUrl.replace(/\/+$/, '') + call.path);
		} catch (error) {
			if (!(error instanceof NoAnswer) || attempt >= call.retries || !worthAnotherTry(error, call)) throw error;
			await call.pause?.(attempt);
		}
	}
}

async function once(context: IExecuteFunctions, call: Call, url: string): Promise<unknown> {
	let response: { statusCode: number; body: unknown };
	try {
		response = await context.helpers.httpRequestWithAuthentication.call(context, call.credential, {
			method: 'POST',
			url,
			body: call.body,
			headers: call.headers,
			json: true,
			timeout: call.timeout,
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			disableFollowRedirect: true,
		});
	} catch (error) {
		const code = errorCode(error);
		if (TIMEOUT.has(code)) throw new NoAnswer(`no answer within ${call.timeout} ms`, 'timeout');
		throw new NoAnswer(`no connection (${code || (error as Error).message})`, 'connection');
	}
	if (response.statusCode < 200 || response.statusCode > 299) {
		throw new NoAnswer(`answered HTTP ${response.statusCode}${problemText(response.body)}`, 'status', response.statusCode, response.body);
	}
	return response.body;
}

function worthAnotherTry(error: NoAnswer, call: Call): boolean {
	if (error.kind === 'connection') return true;
	return call.retryOn !== 'connection' && (error.kind === 'timeout' || error.status >= 500);
}

/** The code lies at different depths, by how often the error was wrapped. */
function errorCode(error: unknown): string {
	for (let current = error, depth = 0; isObject(current) && depth < 5; current = current.cause, depth++) {
		for (const code of [current.code, current.httpCode, current.errorCode]) {
			if (typeof code === 'string' && /^E[A-Z_]+$/.test(code)) return code;
		}
	}
	return /timeout|timed out/i.test(String((error as Error)?.message)) ? 'ETIMEDOUT' : '';
}

function problemText(body: unknown): string {
	if (!isObject(body)) return '';
	const text = body.detail ?? body.message ?? body.title;
	return typeof text === 'string' && text ? `: ${text.slice(0, 200)}` : '';
}

/** Trace context and request id that every call carries on; a batch follows the trace of its first event. */
export function traceHeaders(executionId: string, items: INodeExecutionData[]): IDataObject {
	const headers: IDataObject = { 'x-request-id': `n8n-${executionId}` };
	const traceparent = items.find((item) => /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/.test(String(item.json.traceparent)))?.json.traceparent;
	if (traceparent) headers.traceparent = traceparent;
	return headers;
}
