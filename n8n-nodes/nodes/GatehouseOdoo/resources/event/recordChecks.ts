import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { inChunks, isText } from '../../../../shared/json';
import { callOdooForList } from '../../odoo';
import { eventName, refusalReport, sendReports } from '../../reports';

const LARGEST_BATCH = 100;
/** What is in progress was asked before, without an answer in time: Odoo is at it, and delivers again what comes to nothing. */
const TAKEN = new Set(['recorded', 'duplicate', 'in_progress']);

const ADVICE: Record<string, string> = {
	unknown: 'No event of this database: it was posted for another company or database, or its row was deleted. Find out who posts with this signing secret.',
	refused: 'Mend the workflow that made this answer. The event is delivered again; without an answer in time the policy decides.',
};

/** Writes all checks back in one call; what Odoo does not take becomes an exception and holds up nothing else. */
export async function recordChecks(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const items = context.getInputData();
	const final = context.getNodeParameter('final', 0) as boolean;
	const results = mergeChecks(items.map((item) => item.json)).map((result) => ({ ...result, final }));
	const answers = new Map<string, IDataObject>();
	for (const chunk of inChunks(results, LARGEST_BATCH)) {
		for (const answer of await callOdooForList(context, items, 'gatehouse.event/record_checks_batch', { results: chunk })) answers.set(String(answer.event_id), answer);
	}

	const refused = results.map(({ event_id }) => answers.get(event_id) ?? { event_id, status: 'missing', detail: 'Odoo gave no answer for this event' }).filter((answer) => !TAKEN.has(String(answer.status)));
	if (refused.length > 0) {
		const events = new Map(items.map(({ json }) => [json.event_id, json]));
		await sendReports(context, items, refused.map((answer) => notTaken(context, answer, events.get(answer.event_id) ?? {})));
	}

	const done = items.map((item, index) => {
		const answer = answers.get(String(item.json.event_id));
		return { json: { ...item.json, recorded: { status: answer?.status ?? 'missing', detail: answer?.detail ?? null } }, pairedItem: { item: index } };
	});
	return [done];
}

interface Result {
	event_id: string;
	checks: IDataObject[];
	/** As the event names it; Odoo refuses one that is not its own. */
	company?: string;
}

/** One result an event: an event that came twice in a batch is written once. Items without an event are left out. */
export function mergeChecks(events: IDataObject[]): Result[] {
	const merged = new Map<string, Result>();
	for (const { event_id, checks, company } of events) {
		if (isText(event_id)) merged.set(event_id, { event_id, checks: Array.isArray(checks) ? (checks as IDataObject[]) : [], ...(isText(company) && { company }) });
	}
	return [...merged.values()];
}

function notTaken(context: IExecuteFunctions, answer: IDataObject, event: IDataObject): IDataObject {
	const company = event.company ? `${String(event.company)}\n` : '';
	const detail = `${String(answer.status)}: ${String(answer.detail ?? '')}\n${eventName(event)}${company}${ADVICE[String(answer.status)] ?? ADVICE.refused}`;
	return refusalReport(context, 'record_checks', 'Odoo did not take the checks', answer, detail);
}
