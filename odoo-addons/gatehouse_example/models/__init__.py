from . import gatehouse_policy, sale_order
