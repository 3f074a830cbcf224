"""Universal Business Language 2.1 (OASIS, ISO/IEC 19845): invoices and credit notes."""

from xml.etree.ElementTree import Element

from sidecar.documents.document import Document, DocumentLine
from sidecar.documents.xml import adjustment, pick, text

ROOTS = {"Invoice", "CreditNote"}
_PARTIES = (("seller", "AccountingSupplierParty/Party"), ("buyer", "AccountingCustomerParty/Party"))
_FIELDS = {
    "number": ("ID",),
    "date": ("IssueDate",),
    "due_date": ("DueDate", "PaymentMeans/PaymentDueDate"),
    "order_reference": ("OrderReference/ID",),
    "currency": ("DocumentCurrencyCode",),
    "seller.iban": ("PaymentMeans/PayeeFinancialAccount/ID",),
    "totals.lines": ("LegalMonetaryTotal/LineExtensionAmount",),
    "totals.net": ("LegalMonetaryTotal/TaxExclusiveAmount",),
    "totals.tax": ("TaxTotal/TaxAmount",),
    "totals.gross": ("LegalMonetaryTotal/TaxInclusiveAmount",),
    "totals.payable": ("LegalMonetaryTotal/PayableAmount",),
}


def read(root: Element) -> Document:
    """The document of a UBL tree."""
    credit = root.tag == "CreditNote" or text(root, "InvoiceTypeCode") == "381"
    document = Document(type="credit_note" if credit else "invoice", source="ubl")
    for name, paths in _FIELDS.items():
        value, path = pick(root, *paths)
        document.found(name, value, 1.0, f"{root.tag}/{path}")
    for role, path in _PARTIES:
        party = root.find(path)
        name, place = pick(party, "PartyLegalEntity/RegistrationName", "PartyName/Name")
        document.found(f"{role}.name", name, 1.0, f"{root.tag}/{path}/{place}")
        vat, place = pick(party, "PartyTaxScheme/CompanyID")
        document.found(f"{role}.vat", vat, 1.0, f"{root.tag}/{path}/{place}")
    document.lines = [_line(row) for tag in ("InvoiceLine", "CreditNoteLine") for row in root.iterfind(tag)]
    return document


def _line(row: Element) -> DocumentLine:
    quantity = next(
        (found for tag in ("InvoicedQuantity", "CreditedQuantity") if (found := row.find(tag)) is not None),
        None,
    )
    return DocumentLine(
        item=text(row, "Item/SellersItemIdentification/ID", "Item/StandardItemIdentification/ID"),
        description=text(row, "Item/Name", "Item/Description"),
        quantity=(quantity.text or "").strip() if quantity is not None else "",
        unit=quantity.get("unitCode", "") if quantity is not None else "",
        price=text(row, "Price/PriceAmount"),
        price_base=text(row, "Price/BaseQuantity"),
        tax=text(row, "Item/ClassifiedTaxCategory/Percent", "TaxTotal/TaxSubtotal/TaxCategory/Percent"),
        adjustment=adjustment(row, "AllowanceCharge", "ChargeIndicator", "Amount"),
        amount=text(row, "LineExtensionAmount"),
    )
