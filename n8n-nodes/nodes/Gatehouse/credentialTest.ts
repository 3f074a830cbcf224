import type { ICredentialsDecrypted, ICredentialTestFunctions, INodeCredentialTestResult } from 'n8n-workflow';

import { accountData } from './resources/partner/accountData';
import { carrierLimits } from './resources/partner/carrierLimits';
import { financeExposure } from './resources/partner/financeExposure';

/** A partner serves at least one of the three contracts; the first that it knows shows whether address and key are right. */
export async function gatehousePartnerTest(this: ICredentialTestFunctions, credential: ICredentialsDecrypted): Promise<INodeCredentialTestResult> {
	const { baseUrl = '', apiKey = '' } = (credential.data ?? {}) as { baseUrl?: string; apiKey?: string };
	const document = { id: 'test', customer: 'partner:0', country: 'DE', carrier: null, weight_kg: 1, amount: { value: '1.00', currency: 'EUR' } };
	for (const { path } of [financeExposure, carrierLimits, accountData]) {
		const response = (await this.helpers.request({
			method: 'POST',
			uri: baseUrl.replace(/\/+$/, '') + path,
			headers: { Authorization: `Bearer ${apiKey}` },
			body: { documents: [document] },
			json: true,
			simple: false,
			resolveWithFullResponse: true,
			timeout: 10_000,
		})) as { statusCode: number };
		if (response.statusCode === 404) continue;
		if (response.statusCode < 300) return { status: 'OK', message: `Connected, ${path} answers` };
		return { status: 'Error', message: `${path} answered HTTP ${response.statusCode}` };
	}
	return { status: 'Error', message: 'The address serves none of the partner contracts' };
}
