from . import (
    test_bypass,
    test_credit_note,
    test_payment_hold,
    test_payment_risk,
    test_usual_costs,
    test_write_off,
    test_write_off_currency,
    test_write_off_statement,
    test_write_off_together,
)
