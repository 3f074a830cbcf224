export interface Refusal {
	status: 400 | 401 | 413 | 415 | 500;
	code: string;
	message: string;
}
