import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { measure } from './measure';
import { accountData } from './resources/partner/accountData';
import { bookShipment } from './resources/partner/bookShipment';
import { carrierLimits } from './resources/partner/carrierLimits';
import { financeExposure } from './resources/partner/financeExposure';
import { sendAlert } from './resources/partner/sendAlert';
import { balances, bookings, listRecords } from './resources/partner/listRecords';
import { supplierAvailability } from './resources/partner/supplierAvailability';
import { classifyEmails } from './resources/sidecar/classifyEmails';
import { extractDocuments } from './resources/sidecar/extractDocuments';
import { predictLeadTimes } from './resources/sidecar/predictLeadTimes';
import { rankPriorities } from './resources/sidecar/rankPriorities';
import { runJobs } from './resources/sidecar/runJobs';
import { scoreDiscounts } from './resources/sidecar/scoreDiscounts';
import { scoreOrders } from './resources/sidecar/scoreOrders';
import { scoreRecords } from './resources/sidecar/scoreRecords';
import { sendFeedback } from './resources/sidecar/sendFeedback';
import { draftReplies, writeSummaries } from './resources/sidecar/writeTexts';
import { scorePurchases } from './resources/sidecar/scorePurchases';

type Operation = (context: IExecuteFunctions) => Promise<INodeExecutionData[][]>;

export const operations: Record<string, Operation> = {
	accountData: async (context) => await measure(context, accountData),
	bookShipment,
	carrierLimits: async (context) => await measure(context, carrierLimits),
	classifyEmails,
	draftReplies,
	extractDocuments,
	financeExposure: async (context) => await measure(context, financeExposure),
	listBalances: async (context) => await listRecords(context, balances),
	listBookings: async (context) => await listRecords(context, bookings),
	predictLeadTimes: async (context) => await measure(context, predictLeadTimes),
	rankPriorities,
	runJobs,
	scoreDiscounts: async (context) => await measure(context, scoreDiscounts),
	scoreOrders: async (context) => await measure(context, scoreOrders),
	scorePayments: async (context) => await scoreRecords(context, 'payments'),
	scorePurchases: async (context) => await measure(context, scorePurchases),
	scoreStockMoves: async (context) => await scoreRecords(context, 'stock-moves'),
	sendAlert,
	sendFeedback,
	supplierAvailability: async (context) => await measure(context, supplierAvailability),
	writeSummaries,
};
