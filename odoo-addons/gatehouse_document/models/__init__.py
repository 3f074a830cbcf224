from . import (
    gatehouse_policy,
    gatehouse_document,
    gatehouse_document_field,
    gatehouse_document_line,
    gatehouse_document_intake,
    gatehouse_document_match,
    gatehouse_document_compare,
    gatehouse_document_confirm,
    gatehouse_document_bill,
    gatehouse_document_prices,
    gatehouse_document_template,
    purchase_order,
)
