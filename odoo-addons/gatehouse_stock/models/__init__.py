from . import stock_picking, stock_picking_booking, stock_picking_messages, stock_picking_type
