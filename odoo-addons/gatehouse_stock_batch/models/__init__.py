from . import gatehouse_hold, stock_picking, stock_picking_batch
