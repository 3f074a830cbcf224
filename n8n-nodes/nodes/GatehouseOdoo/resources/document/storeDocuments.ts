import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { callOdooForList } from '../../odoo';
import { sendReports } from '../../reports';

/**
 * Hands the files of each item to Odoo, a call an item: only when it comes out, Odoo has them all. What Odoo refuses
 * becomes an exception and comes out too, with `refused`, so that the caller can put it aside.
 */
export async function storeDocuments(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const done: INodeExecutionData[] = [];
	for (const [index, item] of context.getInputData().entries()) {
		const documents = await filesOf(context, item, index);
		const answers = documents.length > 0 ? await callOdooForList(context, [item], 'gatehouse.document/intake', { documents }) : [];
		const refused = answers.filter(({ status }) => status === 'refused');
		if (documents.length === 0) refused.push({ status: 'refused', detail: 'no file came with it' });
		if (refused.length > 0) await sendReports(context, [item], [report(context, documents, refused)]);
		done.push({ json: { ...item.json, stored: answers, refused: refused.length > 0, first: answers[0]?.id ?? null }, pairedItem: { item: index } });
	}
	return [done];
}

async function filesOf(context: IExecuteFunctions, item: INodeExecutionData, index: number): Promise<IDataObject[]> {
	const named = context.getNodeParameter('fileName', index, '') as string;
	const head = {
		source: context.getNodeParameter('source', index, 'webhook') as string,
		message_id: context.getNodeParameter('messageId', index, '') as string,
		sender: context.getNodeParameter('sender', index, '') as string,
	};
	const files: IDataObject[] = [];
	for (const [name, binary] of Object.entries(item.binary ?? {})) {
		const content = await context.helpers.getBinaryDataBuffer(index, name);
		files.push({ ...head, file_name: named || binary.fileName || name, content: content.toString('base64') });
	}
	return files;
}

/** Known by what was refused, so that a file that stays where it is does not open an exception at every look. */
function report(context: IExecuteFunctions, documents: IDataObject[], refused: IDataObject[]): IDataObject {
	const [first = {}] = documents;
	return {
		key: `document-intake:${String(first.source ?? 'webhook')}:${String(first.message_id || first.file_name || context.getExecutionId())}`.slice(0, 500),
		category: 'document',
		title: `Odoo did not take a supplier document: ${String(first.file_name ?? 'no file')}`,
		detail: refused.map(({ detail }) => String(detail)).join('\n').slice(0, 2000),
		execution_id: context.getExecutionId(),
		workflow: context.getWorkflow().name ?? '',
	};
}
