import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { unavailableCheck, withCheck } from '../../shared/check';
import { isObject, isText } from '../../shared/json';
import { byId } from './answer';
import { ask } from './call';
import { packDocuments } from './packDocuments';

/** How often the rest is sent again after documents were refused: a service may name only the first mistake it finds. */
const MOST_REFUSALS = 5;

/** What one operation measures: which document it sends and how it reads the document that comes back. */
export interface Measurement {
	check: string;
	source: 'sidecar' | 'partner';
	/** Who answers, in words for the reasons. */
	who: string;
	credential: string;
	path: string;
	/** Name of the list in question and answer; by default documents. */
	list?: string;
	/** Texts that a good answer carries beside its documents. */
	head: string[];
	document(event: IDataObject): IDataObject;
	/** The parts of the check that come from the answer, or the problem with it. */
	read(document: IDataObject, answer: IDataObject): IDataObject | string;
}

/** Whether the event's policy waits for a check; an event that does not say is asked about everything. */
export function wanted(event: IDataObject, check: string): boolean {
	return !Array.isArray(event.expects) || (event.expects as unknown[]).includes(check);
}

/** Every item whose policy waits for it leaves with one more check: on the first output, or on the second when the service as a whole failed. */
export async function measure(context: IExecuteFunctions, measurement: Measurement): Promise<INodeExecutionData[][]> {
	const items = context.getInputData();
	const { check, source, who, credential, path, head, read, list = 'documents' } = measurement;
	const documents = new Map<string, IDataObject>();
	for (const { json } of items) {
		if (wanted(json, check) && isText(json.event_id) && isObject(json.data)) documents.set(json.event_id, measurement.document(json));
	}

	const checks = new Map<string, IDataObject>();
	const refuse = (id: string, text: string) => checks.set(id, unavailableCheck(check, source, `${who}: ${text}`, new Date().toISOString()));
	const { packs, tooLarge } = packDocuments([...documents.values()]);
	for (const document of tooLarge) refuse(String(document.id), 'the document has too many lines');

	let failed = false;
	const put = async (entries: IDataObject[], rounds: number): Promise<void> => {
		const answer = await ask(context, items, { credential, path, list, head, entries });
		if ('reason' in answer) {
			const good = entries.filter((_, position) => !answer.refused.has(position));
			if (rounds > 0 && good.length < entries.length) {
				for (const [position, text] of answer.refused) refuse(String(entries[position]?.id), `refused the document, ${text}`);
				if (good.length > 0) await put(good, rounds - 1);
				return;
			}
			failed = true;
			for (const { id } of entries) refuse(String(id), answer.reason);
			return;
		}
		const observed = new Date().toISOString();
		const found = byId(answer.body[list]);
		let answered = 0;
		for (const { id } of entries) {
			const document = found.get(String(id));
			const result = document ? read(document, answer.body) : 'no answer for this document';
			if (typeof result === 'string') refuse(String(id), result);
			else checks.set(String(id), { check, source, available: true, degraded: false, attributes: {}, reasons: [], ...result, latency_ms: answer.latency, observed_at: observed });
			if (typeof result !== 'string' || document?.abstained === true) answered++;
		}
		if (answered === 0) failed = true;
	};
	for (const entries of packs) await put(entries, MOST_REFUSALS);

	const done = items.map((item, index) => {
		if (!wanted(item.json, check)) return { json: item.json, pairedItem: { item: index } };
		const found = checks.get(String(item.json.event_id));
		return withCheck(item, index, found ?? unavailableCheck(check, source, `${who}: the event carries no data`, new Date().toISOString()));
	});
	return failed ? [[], done] : [done, []];
}
