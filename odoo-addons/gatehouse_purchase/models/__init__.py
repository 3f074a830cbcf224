from . import (
    gatehouse_policy,
    gatehouse_summary,
    purchase_chase,
    purchase_lead_time,
    purchase_order,
    purchase_order_line,
    purchase_order_rules,
    res_partner,
    stock_move,
    stock_picking_receipt,
)
