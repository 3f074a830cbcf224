from . import gatehouse_partial, gatehouse_reason
