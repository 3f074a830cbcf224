from . import (
    test_approval,
    test_auto_approval,
    test_break_glass,
    test_checks,
    test_confirm,
    test_policy_tools,
    test_reconciliation,
    test_rules,
    test_shipping,
)
