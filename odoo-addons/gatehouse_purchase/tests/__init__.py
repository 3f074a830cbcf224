from . import (
    test_chase,
    test_partial_receipt,
    test_price_date,
    test_purchase_checks,
    test_purchase_gate,
    test_purchase_receipt,
    test_purchase_rules,
    test_query_count,
    test_receipt_hold,
)
