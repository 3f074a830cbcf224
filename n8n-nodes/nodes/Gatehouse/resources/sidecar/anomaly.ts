import type { IDataObject } from 'n8n-workflow';

import { OUTSIDE_CONTRACT } from '../../../../shared/check';
import { isObject, isShare, isText } from '../../../../shared/json';
import type { Measurement } from '../../measure';

/** A score of the sidecar: `discounts` and `purchases` differ only in their names. */
export function anomaly(check: string, subject: string): Measurement {
	return {
		check,
		source: 'sidecar',
		who: 'scoring service',
		credential: 'gatehouseApi',
		path: `/v1/${subject}/score`,
		head: ['model', 'version'],
		document: (event) => ({ ...(event.data as IDataObject), id: event.event_id }),
		read: readScore,
	};
}

function readScore(document: IDataObject, answer: IDataObject): IDataObject | string {
	const { score, percentile, confidence, reasons } = document;
	if (document.abstained === true) return 'the model abstained, it knows too little of this document';
	if (!isShare(score)) return `${OUTSIDE_CONTRACT}: score is not a number from 0 to 1`;
	if (percentile !== null && !isShare(percentile)) return `${OUTSIDE_CONTRACT}: percentile is not a number from 0 to 1`;
	if (!Array.isArray(reasons) || !reasons.every((reason) => isObject(reason) && isText(reason.code) && isText(reason.text))) {
		return `${OUTSIDE_CONTRACT}: reasons is not a list of reasons`;
	}
	const measures: IDataObject = { anomaly: { value: score, unit: 'score' } };
	if (percentile !== null) measures.anomaly_percentile = { value: percentile, unit: 'quantile' };
	return {
		measures,
		score,
		...(isShare(confidence) && { confidence }),
		reasons,
		model: `${String(answer.model)} ${String(answer.version)}`,
		degraded: answer.degraded === true,
	};
}
