import { anomaly } from './anomaly';

export const scoreDiscounts = anomaly('discount_anomaly', 'discounts');
