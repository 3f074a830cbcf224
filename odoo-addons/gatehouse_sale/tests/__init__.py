from . import (
    test_approval,
    test_auto_approval,
    test_break_glass,
    test_checks,
    test_confirm,
    test_feedback,
    test_messages,
    test_policy_tools,
    test_prices,
    test_reconciliation,
    test_rules,
    test_shipping,
)
