import type { IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription } from 'n8n-workflow';
import { NodeConnectionTypes, NodeOperationError } from 'n8n-workflow';

import { operations } from './operations';
import { alertChannel, partnerOperations } from './resources/partner/description';
import { sidecarOperations } from './resources/sidecar/description';
import { jobPatience } from './resources/sidecar/runJobs';

export class Gatehouse implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Gatehouse',
		name: 'gatehouse',
		icon: { light: 'file:gatehouse.svg', dark: 'file:gatehouse.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: '={{$parameter["operation"]}}',
		description: 'Asks the sidecar or a partner for measures, one call for all items',
		defaults: { name: 'Gatehouse' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main, NodeConnectionTypes.Main],
		outputNames: ['checked', 'unavailable'],
		usableAsTool: true,
		credentials: [
			{ name: 'gatehouseApi', required: true, displayOptions: { show: { resource: ['sidecar'] } } },
			{ name: 'gatehousePartnerApi', required: true, displayOptions: { show: { resource: ['partner'] } } },
		],
		properties: [
			{
				displayName: 'Resource',
				name: 'resource',
				type: 'options',
				noDataExpression: true,
				options: [
					{ name: 'Partner', value: 'partner' },
					{ name: 'Sidecar', value: 'sidecar' },
				],
				default: 'sidecar',
			},
			sidecarOperations,
			partnerOperations,
			alertChannel,
			jobPatience,
			{
				displayName: 'Timeout (Ms)',
				name: 'timeout',
				type: 'number',
				typeOptions: { minValue: 100, maxValue: 60000 },
				default: 3000,
				description: 'After how many milliseconds without an answer the items go to the output "unavailable"',
			},
		],
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const name = this.getNodeParameter('operation', 0) as string;
		const operation = operations[name];
		if (!operation) throw new NodeOperationError(this.getNode(), `Unknown operation ${name}`);
		return await operation(this);
	}
}
