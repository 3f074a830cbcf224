"""Claims, disputes and urgency on mails written by somebody who had not read the rules; see README.md beside the mails."""
