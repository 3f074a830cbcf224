import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { isObject } from './json';

export interface Call {
	credential: string;
	path: string;
	/** Without a body the call asks, as GET. */
	body?: IDataObject;
	query?: IDataObject;
	headers: IDataObject;
	timeout: number;
	/** How often to try again, and after which answers; a timeout is never tried again unless asked for. */
	retries: number;
	retryOn: 'connection' | 'connection, timeout and 5xx';
	pause?: (attempt: number) => Promise<void>;
}

export interface Answered {
	ok: true;
	body: unknown;
}

export interface NotAnswered {
	ok: false;
	/** Why there is no usable answer, in words for the person who reads the check. */
	reason: string;
	kind: 'connection' | 'timeout' | 'status';
	status: number;
	body: unknown;
}

/** What fits a header that servers take; a batch has at most a hundred events. */
const MOST_LINKED = 99;

const TIMEOUT = new Set(['ECONNABORTED', 'ETIMEDOUT', 'ESOCKETTIMEDOUT']);

export async function send(context: IExecuteFunctions, call: Call): Promise<Answered | NotAnswered> {
	const { baseUrl } = await context.getCredentials<{ baseUrl: string }>(call.credential);
	const url = baseUrl.replace(/\/+$/, '') + call.path;
	for (let attempt = 0; ; attempt++) {
		const result = await once(context, call, url);
		if (result.ok || attempt >= call.retries || !worthAnotherTry(result, call)) return result;
		await call.pause?.(attempt);
	}
}

async function once(context: IExecuteFunctions, call: Call, url: string): Promise<Answered | NotAnswered> {
	try {
		const { statusCode, body }: { statusCode: number; body: unknown } = await context.helpers.httpRequestWithAuthentication.call(context, call.credential, {
			method: call.body === undefined ? 'GET' : 'POST',
			url,
			body: call.body,
			qs: call.query,
			headers: call.headers,
			json: true,
			timeout: call.timeout,
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			disableFollowRedirect: true,
		});
		if (statusCode >= 200 && statusCode <= 299) return { ok: true, body };
		return { ok: false, reason: `answered HTTP ${statusCode}${problemText(body)}`, kind: 'status', status: statusCode, body };
	} catch (error) {
		const code = errorCode(error);
		const late = TIMEOUT.has(code);
		const reason = late ? `no answer within ${call.timeout} ms` : `no connection (${code || (error as Error).message})`;
		return { ok: false, reason, kind: late ? 'timeout' : 'connection', status: 0, body: undefined };
	}
}

function worthAnotherTry({ kind, status }: NotAnswered, call: Call): boolean {
	if (kind === 'connection') return true;
	return call.retryOn !== 'connection' && (kind === 'timeout' || status >= 500);
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

/** Request id and trace context that every call carries on. A batch follows the trace of its first event and names those of the others. */
export function traceHeaders(executionId: string, items: INodeExecutionData[]): IDataObject {
	const headers: IDataObject = { 'x-request-id': `n8n-${executionId}` };
	const [first, ...others] = items.map((item) => String(item.json.traceparent)).filter((trace) => /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/.test(trace));
	if (first) headers.traceparent = first;
	if (others.length) headers['x-linked-traces'] = others.slice(0, MOST_LINKED).map((trace) => trace.split('-')[1]).join(',');
	return headers;
}
