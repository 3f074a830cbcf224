from . import gatehouse_policy, purchase_order, purchase_order_line, stock_move
