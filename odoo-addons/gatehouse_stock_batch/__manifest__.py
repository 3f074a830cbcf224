{
    "name": "Gatehouse: Batch transfers",
    "summary": "Transfers on hold stay out of batches and waves",
    "version": "19.0.1.0.0",
    "license": "AGPL-3",
    "author": "Gatehouse",
    "category": "Supply Chain/Inventory",
    "depends": ["gatehouse", "stock_picking_batch"],
    "auto_install": True,
    "installable": True,
}
