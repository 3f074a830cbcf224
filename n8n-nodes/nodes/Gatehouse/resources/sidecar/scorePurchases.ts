import { anomaly } from './anomaly';

export const scorePurchases = anomaly('purchase_anomaly', 'purchases');
