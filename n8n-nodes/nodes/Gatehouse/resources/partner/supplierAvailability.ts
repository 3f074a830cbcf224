import type { IDataObject } from 'n8n-workflow';

import type { Measurement } from '../../measure';
import { partnerContract } from './contract';

/** When the vendor can deliver what is short. */
export const supplierAvailability: Measurement = {
	...partnerContract('supplier_availability', 'supplier', '/v1/supplier/availability', { days_late: 'number' }),
	document: (event) => {
		const data = event.data as IDataObject;
		return { id: event.event_id, vendor: data.vendor ?? null, items: data.items ?? [] };
	},
};
