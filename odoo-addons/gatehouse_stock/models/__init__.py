from . import (
    gatehouse_comparison,
    gatehouse_policy,
    stock_move_score,
    stock_picking,
    stock_picking_booking,
    stock_picking_messages,
    stock_picking_priority,
    stock_picking_shipment,
    stock_picking_shortage,
    stock_picking_type,
    stock_quant,
)
