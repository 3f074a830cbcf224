import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { eventReport, executionReport, sendReports, workflowReport } from '../../reports';

/** Opens an exception for every item and passes the items on as they came. */
export async function reportException(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const items = context.getInputData();
	const about = context.getNodeParameter('about', 0) as string;
	const origin = {
		executionId: context.getExecutionId(),
		workflow: context.getWorkflow().name ?? '',
		category: context.getNodeParameter('category', 0) as string,
		title: context.getNodeParameter('title', 0) as string,
	};
	const reports = new Map<string, IDataObject>();
	const keys = items.map(({ json }, index) => {
		const report = about === 'execution' ? executionReport(json, origin) : about === 'workflow' ? workflowReport(json, origin) : eventReport(json, index, origin);
		reports.set(String(report.key), report);
		return String(report.key);
	});
	const answers = await sendReports(context, items, [...reports.values()]);
	return [items.map((item, index) => ({ json: { ...item.json, exception: answers.get(keys[index] ?? '') ?? null }, pairedItem: { item: index } }))];
}
