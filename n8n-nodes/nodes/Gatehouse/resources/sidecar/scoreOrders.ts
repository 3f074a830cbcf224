import type { IDataObject } from 'n8n-workflow';

import { OUTSIDE_CONTRACT } from '../../../../shared/check';
import { isShare } from '../../../../shared/json';
import type { Measurement } from '../../measure';
import { amounts, named, rateOf, reasonsOf } from './records';

/** How likely a sales order is cancelled or goes wrong: a calibrated probability. */
export const scoreOrders: Measurement = {
	check: 'order_risk',
	source: 'sidecar',
	who: 'scoring service',
	credential: 'gatehouseApi',
	path: '/v1/orders/score',
	list: 'records',
	head: ['model', 'version'],
	document: orderOf,
	read: readRisk,
};

function orderOf(event: IDataObject): IDataObject {
	const data = event.data as IDataObject;
	const lines = amounts(data);
	return {
		id: event.event_id,
		customer: data.customer,
		value: (Number(data.amount_untaxed) / rateOf(data)).toFixed(2),
		date: event.occurred_at === undefined ? data.order_date : String(event.occurred_at).slice(0, 19),
		country: data.country ?? '',
		lines: lines.length,
		units: lines.reduce((sum, line) => sum + Math.max(0, line.quantity), 0),
		largest_line: Math.max(0, ...lines.map((line) => line.value)).toFixed(2),
	};
}

function readRisk(record: IDataObject, answer: IDataObject): IDataObject | string {
	if (record.abstained === true) return 'the model abstained, it knows too little of this order';
	const reasons = reasonsOf(record);
	if (!isShare(record.score)) return `${OUTSIDE_CONTRACT}: score is not a number from 0 to 1`;
	if (reasons === undefined) return `${OUTSIDE_CONTRACT}: reasons is not a list of reasons`;
	return { measures: { risk: { value: record.score, unit: 'probability' } }, score: record.score, confidence: Math.max(record.score, 1 - record.score), reasons, ...named(answer) };
}
