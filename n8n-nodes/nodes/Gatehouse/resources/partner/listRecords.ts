import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { isObject, isText } from '../../../../shared/json';
import { send, traceHeaders } from '../../../../shared/transport';

const DAY_MS = 86_400_000;
const MOST_PAGES = 100;
const MOST_ROWS = 10_000;

export interface RecordList {
	/** What the event calls it, and Odoo. */
	kind: string;
	path: string;
	/** The field of the answer that holds the rows. */
	list: string;
	/** The row as Odoo takes it, or what is wrong with it. */
	read: (row: IDataObject) => IDataObject | string;
}

export const bookings: RecordList = {
	kind: 'bookings',
	path: '/v1/carrier/bookings',
	list: 'bookings',
	read: ({ key, reference, tracking_number, booked_at }) => {
		for (const [name, value] of Object.entries({ key, reference, tracking_number })) if (!isText(value)) return `${name} is missing`;
		return { key, reference, tracking_number, booked_at: booked_at ?? null };
	},
};

export const balances: RecordList = {
	kind: 'balances',
	path: '/v1/finance/balances',
	list: 'balances',
	read: ({ customer, balance }) => {
		if (!isText(customer)) return 'customer is missing';
		if (!isObject(balance) || !/^-?\d{1,15}(\.\d{1,6})?$/.test(String(balance.value)) || typeof balance.value !== 'string') return 'balance is no decimal text';
		if (!/^[A-Z]{3}$/.test(String(balance.currency))) return 'balance has no currency';
		return { customer, balance: { value: balance.value, currency: balance.currency } };
	},
};

/** Adds to each item that asks for it what a partner keeps; a partner without a usable answer is said to be unavailable, and the items go on. */
export async function listRecords(context: IExecuteFunctions, what: RecordList): Promise<INodeExecutionData[][]> {
	const fetched: INodeExecutionData[] = [];
	const unavailable: INodeExecutionData[] = [];
	for (const [index, item] of context.getInputData().entries()) {
		const data = isObject(item.json.data) ? item.json.data : {};
		const known = (Array.isArray(item.json.records) ? item.json.records : []) as IDataObject[];
		const asked = Array.isArray(data.records) && (data.records as unknown[]).includes(what.kind);
		const days = typeof data.days === 'number' && data.days > 0 && data.days <= 31 ? data.days : 1;
		const record = asked ? await fetchAll(context, item, what, new Date(Date.now() - days * DAY_MS).toISOString()) : undefined;
		const json = { ...item.json, records: record ? [...known, record] : known };
		(record?.available === false ? unavailable : fetched).push({ json, pairedItem: { item: index } });
	}
	return [fetched, unavailable];
}

async function fetchAll(context: IExecuteFunctions, item: INodeExecutionData, { kind, path, list, read }: RecordList, since: string): Promise<IDataObject> {
	const rows: IDataObject[] = [];
	const missing = (reason: string): IDataObject => ({ kind, available: false, since, rows: [], reason });
	let cursor: unknown;
	for (let page = 0; page < MOST_PAGES; page++) {
		const answer = await send(context, {
			credential: 'gatehousePartnerApi',
			path,
			query: isText(cursor) ? { since, cursor } : { since },
			headers: traceHeaders(context.getExecutionId(), [item]),
			timeout: context.getNodeParameter('timeout', 0, 3000) as number,
			retries: 1,
			retryOn: 'connection, timeout and 5xx',
		});
		if (!answer.ok) return missing(answer.reason);
		const found = isObject(answer.body) ? answer.body[list] : undefined;
		if (!Array.isArray(found)) return missing(`answer outside the contract: ${list} is no list`);
		for (const row of found) {
			const clean = isObject(row) ? read(row) : 'it is not an object';
			if (typeof clean === 'string') return missing(`answer outside the contract: ${list}[${rows.length}] ${clean}`);
			rows.push(clean);
		}
		if (rows.length > MOST_ROWS) return missing(`more than ${MOST_ROWS} ${list} since ${since}`);
		cursor = (answer.body as IDataObject).next;
		if (!isText(cursor)) return { kind, available: true, since, rows };
	}
	return missing(`more than ${MOST_PAGES} pages`);
}
