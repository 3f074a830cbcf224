from . import test_bypass, test_credit_note, test_payment_hold, test_write_off
