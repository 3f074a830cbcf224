import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

/** The check that says: nobody measured this, and why. */
export function unavailableCheck(check: string, source: string, text: string, observedAt: string): IDataObject {
	return { check, source, available: false, reasons: [{ code: 'unavailable', text }], observed_at: observedAt };
}

export function withCheck(item: INodeExecutionData, index: number, check: IDataObject): INodeExecutionData {
	const checks = Array.isArray(item.json.checks) ? (item.json.checks as IDataObject[]) : [];
	return { json: { ...item.json, checks: [...checks, check] }, pairedItem: { item: index } };
}
