import { partnerContract } from './contract';

export const financeExposure = partnerContract('finance_exposure', 'finance partner', '/v1/finance/exposure', {
	exposure: 'money',
	limit: 'money',
	headroom: 'money',
	overdue_days: 'number',
});
