import type { IDataObject } from 'n8n-workflow';

import { OUTSIDE_CONTRACT } from '../../../../shared/check';
import { isObject } from '../../../../shared/json';
import type { Measurement } from '../../measure';

type Kind = 'money' | 'number';

/** A partner's measure set: the names and kinds it must answer with. More is passed on, less is refused. */
export function partnerContract(check: string, who: string, path: string, measures: Record<string, Kind>): Measurement {
	return {
		check,
		source: 'partner',
		who,
		credential: 'gatehousePartnerApi',
		path,
		head: [],
		document: documentOf,
		read: (document) => readMeasures(document, measures),
	};
}

function documentOf(event: IDataObject): IDataObject {
	const data = event.data as IDataObject;
	return {
		id: event.event_id,
		customer: data.customer ?? null,
		country: data.country ?? null,
		carrier: data.carrier ?? null,
		weight_kg: data.weight_kg ?? null,
		amount: { value: data.amount_total ?? null, currency: data.currency ?? null },
	};
}

function readMeasures(document: IDataObject, expected: Record<string, Kind>): IDataObject | string {
	const { measures } = document;
	if (!isObject(measures)) return `${OUTSIDE_CONTRACT}: measures is missing`;
	for (const name of Object.keys({ ...expected, ...measures })) {
		const problem = measureProblem(measures[name], expected[name]);
		if (problem) return `${OUTSIDE_CONTRACT}: ${name} ${problem}`;
	}
	return {
		measures,
		reasons: Array.isArray(document.reasons) ? document.reasons.filter((reason) => isObject(reason)) : [],
		attributes: isObject(document.attributes) ? document.attributes : {},
	};
}

function measureProblem(measure: unknown, kind: Kind | undefined): string | undefined {
	if (!isObject(measure)) return 'is missing';
	const { value, currency } = measure;
	if (kind === 'money' || (kind === undefined && currency !== undefined)) {
		if (typeof value !== 'string' || !/^-?\d{1,15}(\.\d{1,6})?$/.test(value)) return 'is not a decimal text';
		return /^[A-Z]{3}$/.test(String(currency)) ? undefined : 'has no currency';
	}
	return typeof value === 'number' && Number.isFinite(value) ? undefined : 'is not a number';
}
