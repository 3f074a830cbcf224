import type { INodeProperties } from 'n8n-workflow';

export const partnerOperations: INodeProperties = {
	displayName: 'Operation',
	name: 'operation',
	type: 'options',
	noDataExpression: true,
	displayOptions: { show: { resource: ['partner'] } },
	options: [
		{ name: 'Account Data', value: 'accountData', description: 'Ask whether the account is active, with its tier and segment', action: 'Check account data' },
		{ name: 'Book Shipment', value: 'bookShipment', description: 'Book a shipment with the carrier; every item gets its label and tracking number, or the reason', action: 'Book shipment' },
		{ name: 'Carrier Limits', value: 'carrierLimits', description: "Ask how much of the carrier's weight limit the order uses", action: 'Check carrier limits' },
		{ name: 'Finance Exposure', value: 'financeExposure', description: "Ask for the customer's exposure, limit, headroom and overdue days", action: 'Check finance exposure' },
		{ name: 'List Balances', value: 'listBalances', description: 'Fetch what customers owe by the finance system, to compare it with Odoo', action: 'List balances' },
		{ name: 'List Bookings', value: 'listBookings', description: 'Fetch what the carrier booked of late, to compare it with Odoo', action: 'List bookings' },
		{ name: 'Send Alert', value: 'sendAlert', description: 'Post an alert to an incoming webhook of Slack or Teams, whose address is the credential', action: 'Send alert' },
		{ name: 'Supplier Availability', value: 'supplierAvailability', description: 'Ask when the vendor can deliver what is short', action: 'Check supplier availability' },
	],
	default: 'accountData',
};

export const alertChannel: INodeProperties = {
	displayName: 'Channel',
	name: 'channel',
	type: 'options',
	displayOptions: { show: { resource: ['partner'], operation: ['sendAlert'] } },
	options: [
		{ name: 'Microsoft Teams', value: 'teams' },
		{ name: 'Slack', value: 'slack' },
	],
	default: 'slack',
	description: 'Which alerts are posted, and in which form; the others leave on the second output',
};
