from . import test_credit_note, test_payment_hold
