from . import gatehouse_policy, sale_order, sale_order_line, stock_move
