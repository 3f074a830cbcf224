import type { IDataObject } from 'n8n-workflow';

import { isShare } from '../../../../shared/json';
import type { Measurement } from '../../measure';
import { amounts, named, reasonsOf } from './records';

/** How likely the line that is promised first comes after its day, and the days that its vendor takes. */
export const predictLeadTimes: Measurement = {
	check: 'late_probability',
	source: 'sidecar',
	who: 'scoring service',
	credential: 'gatehouseApi',
	path: '/v1/lead-times/score',
	list: 'records',
	head: ['model', 'version'],
	document: lineOf,
	read: readDays,
};

function lineOf(event: IDataObject): IDataObject {
	const data = event.data as IDataObject;
	const lines = amounts(data).filter((line) => line.promised !== '');
	const first = lines.sort((a, b) => a.promised.localeCompare(b.promised))[0];
	return {
		id: event.event_id,
		vendor: data.vendor,
		item: first?.item ?? '?',
		date: data.order_date,
		category: first?.category ?? '',
		quantity: first?.quantity,
		value: (first?.value ?? 0).toFixed(2),
		promised: first?.promised,
	};
}

function readDays(record: IDataObject, answer: IDataObject): IDataObject | string {
	if (record.abstained === true) return 'the model abstained, it knows too little of this vendor';
	const { late_probability: late, p50, p90 } = record;
	const reasons = reasonsOf(record);
	if (typeof p50 !== 'number' || typeof p90 !== 'number') return 'answer outside the contract: p50 or p90 is no number';
	if (reasons === undefined) return 'answer outside the contract: reasons is not a list of reasons';
	if (late === undefined || late === null) return 'no line of the order has a promised day';
	if (!isShare(late)) return 'answer outside the contract: late_probability is not a number from 0 to 1';
	const text = `usually ${p50.toFixed(0)} days, nine times out of ten at most ${p90.toFixed(0)}`;
	const lateBaseline = answer.late_baseline === true || answer.baseline === true;
	/** The measures that a one-line rule answers; the version's name tells of the probability alone. */
	const baselines = [...(lateBaseline ? ['late_probability'] : []), ...(answer.baseline === true ? ['lead_days', 'lead_days_p90'] : [])];
	return {
		measures: { late_probability: { value: late, unit: 'probability' }, lead_days: { value: p50, unit: 'days' }, lead_days_p90: { value: p90, unit: 'days' } },
		attributes: { baselines },
		score: late,
		confidence: Math.max(late, 1 - late),
		reasons: [{ code: 'lead_time', text, weight: 1 }, ...reasons],
		...named(answer, lateBaseline),
	};
}
