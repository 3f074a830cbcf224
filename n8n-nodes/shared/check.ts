import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

/** How a reason begins whose answer came and could not be read. */
export const OUTSIDE_CONTRACT = 'answer outside the contract';

/** The check that says: nobody measured this, and why. Odoo tells people of an answer outside the contract: nobody mends it by waiting. */
export function unavailableCheck(check: string, source: string, text: string, observedAt: string): IDataObject {
	return { check, source, available: false, reasons: [{ code: text.includes(OUTSIDE_CONTRACT) ? 'contract' : 'unavailable', text }], observed_at: observedAt };
}

export function withCheck(item: INodeExecutionData, index: number, check: IDataObject): INodeExecutionData {
	const checks = Array.isArray(item.json.checks) ? (item.json.checks as IDataObject[]) : [];
	return { json: { ...item.json, checks: [...checks, check] }, pairedItem: { item: index } };
}
