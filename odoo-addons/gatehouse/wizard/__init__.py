from . import gatehouse_reason
