from . import (
    gatehouse_hold,
    gatehouse_policy,
    account_move,
    account_move_write_off,
    account_move_usual_costs,
    account_move_rules,
    account_move_rates,
    account_move_payment_risk,
    account_move_line,
    account_partial_reconcile,
    account_payment,
    account_payment_register,
)
