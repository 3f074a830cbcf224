import type { IDataObject } from 'n8n-workflow';

import { isObject, isText } from '../../../../shared/json';

export interface Amount {
	item: string;
	category: string;
	quantity: number;
	/** In company currency, after the line's own discount. */
	value: number;
	promised: string;
}

/** What the lines of an order come to. */
export function amounts(data: IDataObject): Amount[] {
	const lines = Array.isArray(data.lines) ? (data.lines as unknown[]).filter(isObject) : [];
	const rate = rateOf(data);
	return lines.map((line) => {
		const quantity = Number(line.quantity) || 0;
		const price = (Number(line.unit_price) || 0) * (1 - (Number(line.discount) || 0) / 100);
		return { item: text(line.item) || '?', category: text(line.category), quantity, value: Math.max(0, (quantity * price) / rate), promised: text(line.promised_date) };
	});
}

/** Units of the order's currency for one of the company's. */
export function rateOf(data: IDataObject): number {
	const rate = Number(data.currency_rate);
	return rate > 0 ? rate : 1;
}

export function reasonsOf(record: IDataObject): IDataObject[] | undefined {
	const { reasons } = record;
	if (!Array.isArray(reasons) || !reasons.every((reason) => isObject(reason) && isText(reason.code) && isText(reason.text))) return undefined;
	return reasons as IDataObject[];
}

/** The model by name and version; a one-line rule that answers the score because no model was better is named a baseline. */
export function named(answer: IDataObject, baseline = answer.baseline === true): IDataObject {
	return { model: `${String(answer.model)} ${String(answer.version)}${baseline ? ' (baseline)' : ''}`, degraded: answer.degraded === true };
}

function text(value: unknown): string {
	return isText(value) ? value : '';
}
