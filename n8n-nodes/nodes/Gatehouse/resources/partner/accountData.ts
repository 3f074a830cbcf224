import { partnerContract } from './contract';

export const accountData = partnerContract('account_data', 'account partner', '/v1/accounts/lookup', { active: 'number' });
