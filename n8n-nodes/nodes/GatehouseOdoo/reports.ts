import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { inChunks, isObject, isText } from '../../shared/json';
import { callOdooForList } from './odoo';

const LARGEST_BATCH = 100;

/** Sends reports to Odoo's exception queue; a key that is open already is left alone, by Odoo. */
export async function sendReports(context: IExecuteFunctions, items: INodeExecutionData[], reports: IDataObject[]): Promise<Map<string, IDataObject>> {
	const answers = new Map<string, IDataObject>();
	for (const chunk of inChunks(reports, LARGEST_BATCH)) {
		for (const answer of await callOdooForList(context, items, 'gatehouse.exception/report', { reports: chunk })) answers.set(String(answer.key), answer);
	}
	return answers;
}

export interface Origin {
	executionId: string;
	workflow: string;
	category: string;
	title: string;
}

/** The report on an item: an event, or what an error left of it. After somebody closed it, the event that comes again is told again. */
export function eventReport(json: IDataObject, index: number, { executionId, workflow, category, title }: Origin): IDataObject {
	const report: IDataObject = { category, execution_id: executionId, workflow, again: true };
	if (isText(json.event_id)) report.event_id = json.event_id;
	report.key = `event:${isText(json.event_id) ? json.event_id : `${executionId}:${index}`}`;
	if (isText(json.problem)) {
		return { ...report, title: 'Malformed event', detail: `${json.problem}\n${eventName(json)}Mend what posts it. An event of Odoo's own is settled without checks, and the policy's fallback decides.` };
	}
	const what = json.error === undefined ? eventName(json) : `${errorText(json.error)}\n`;
	return { ...report, title, detail: `${what}Add what handles it to ${workflow}, or end what raises it; then replay.` };
}

/** Type and document of an event as a line of a detail; empty where it names neither. */
export function eventName({ type, document }: IDataObject): string {
	const about = isObject(document) ? [document.model, document.id, document.name].filter(Boolean).join(' ') : '';
	const parts = [type, about].filter(isText);
	return parts.length > 0 ? `${parts.join(', ')}\n` : '';
}

/** The report on an answer by which Odoo refused something about an event; `what` begins its key. */
export function refusalReport(context: IExecuteFunctions, what: string, title: string, answer: IDataObject, detail = String(answer.detail ?? '')): IDataObject {
	const origin = { execution_id: context.getExecutionId(), workflow: context.getWorkflow().name ?? '' };
	return { key: `${what}:${String(answer.event_id)}`, category: 'workflow', title, detail, event_id: answer.event_id, ...origin, again: true };
}

/** The report on what an Error Trigger hands over; its key is the execution, or the workflow when it failed before it had one. */
export function executionReport(json: IDataObject, { category, title }: Pick<Origin, 'category' | 'title'>): IDataObject {
	const execution = isObject(json.execution) ? json.execution : {};
	const trigger = isObject(json.trigger) ? json.trigger : {};
	const workflow = isObject(json.workflow) ? json.workflow : {};
	const node = isText(execution.lastNodeExecuted) ? `${execution.lastNodeExecuted}: ` : '';
	const name = String(workflow.name ?? workflow.id ?? 'unknown workflow');
	const report: IDataObject = {
		key: execution.id === undefined ? `workflow:${String(workflow.id)}` : `execution:${String(execution.id)}`,
		category,
		title: `${title}: ${name}`,
		detail: `${node}${errorText(execution.error ?? trigger.error)}\nOpen the execution in n8n. Events of Odoo that it carried are delivered again by themselves; mend the workflow or what it calls, then resolve this.`,
		workflow: name,
	};
	if (execution.id === undefined) return { ...report, again: true };
	return { ...report, execution_id: String(execution.id) };
}

/** The report on what a workflow needs and does not get; its key is the workflow and the title, so a look every minute opens one. */
export function workflowReport(json: IDataObject, { executionId, workflow, category, title }: Origin): IDataObject {
	const detail = `${errorText(json.error)}\nOpen the execution in n8n and mend what the workflow asks for. What waits there is taken the next time it looks; resolve this then.`;
	return { key: `workflow:${workflow}:${title}`, category, title, detail, execution_id: executionId, workflow, again: true };
}

/** Only what a person needs; an error of n8n also carries a stack. */
function errorText(error: unknown): string {
	const { message, description } = isObject(error) ? error : { message: error, description: undefined };
	const texts = [message, description].filter(isText);
	const distinct = texts.length === 2 && texts[0]?.includes(texts[1] ?? '') ? texts.slice(0, 1) : texts;
	return (distinct.join('. ') || 'no error text').slice(0, 2000);
}
