import { partnerContract } from './contract';

export const carrierLimits = partnerContract('carrier_limits', 'carrier partner', '/v1/carrier/limits', { weight_ratio: 'number' });
