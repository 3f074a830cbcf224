from . import purchase_order, purchase_requisition
