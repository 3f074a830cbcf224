from . import (
    gatehouse_policy,
    gatehouse_vendor_document,
    product_category,
    product_product,
    product_supplierinfo,
    product_template,
    purchase_order,
    res_partner,
    res_partner_bank,
    res_partner_onboarding,
    sale_order,
)
