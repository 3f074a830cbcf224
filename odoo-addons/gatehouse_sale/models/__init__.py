from . import (
    account_partial_reconcile,
    gatehouse_comparison,
    gatehouse_hold,
    gatehouse_kpi,
    gatehouse_policy,
    gatehouse_summary,
    product_pricelist,
    sale_order,
    sale_order_line,
    sale_order_messages,
    sale_order_rules,
    stock_move,
)
