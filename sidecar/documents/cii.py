"""Cross Industry Invoice (UN/CEFACT D16B, as in EN 16931), and the older ZUGFeRD 1 of the same family."""

from xml.etree.ElementTree import Element

from sidecar.documents.document import Document, DocumentLine
from sidecar.documents.xml import adjustment, text

ROOTS = {"CrossIndustryInvoice", "CrossIndustryDocument"}
_CREDIT = {"381", "261", "262", "296", "308", "396", "420", "458", "532", "83"}
_ID = "SpecifiedTaxRegistration/ID[@schemeID='VA']"


def iso_date(value: str) -> str:
    """`20180605` as `2018-06-05`; another form as it is."""
    return f"{value[:4]}-{value[4:6]}-{value[6:8]}" if len(value) >= 8 and value[:8].isdigit() else value


def _first(node: Element, *names: str) -> Element | None:
    return next((found for name in names if (found := node.find(name)) is not None), None)


def read(root: Element) -> Document:
    """The document of a CII tree."""
    head = _first(root, "ExchangedDocument", "HeaderExchangedDocument")
    trade = _first(root, "SupplyChainTradeTransaction", "SpecifiedSupplyChainTradeTransaction")
    if head is None or trade is None:
        return Document(source="cii")
    agreement = _first(trade, "ApplicableHeaderTradeAgreement", "ApplicableSupplyChainTradeAgreement")
    settlement = _first(trade, "ApplicableHeaderTradeSettlement", "ApplicableSupplyChainTradeSettlement")
    document = Document(source="cii")
    document.type = "credit_note" if text(head, "TypeCode") in _CREDIT else "invoice"
    due = "SpecifiedTradePaymentTerms/DueDateDateTime/DateTimeString"
    iban = "SpecifiedTradeSettlementPaymentMeans/PayeePartyCreditorFinancialAccount/IBANID"
    fields = {
        "number": (head, text(head, "ID"), "ID"),
        "date": (head, iso_date(text(head, "IssueDateTime/DateTimeString")), "IssueDateTime/DateTimeString"),
        "due_date": (settlement, iso_date(text(settlement, due)), due),
        "order_reference": _picked(
            agreement, "BuyerOrderReferencedDocument/IssuerAssignedID", "BuyerOrderReferencedDocument/ID"
        ),
        "currency": _picked(settlement, "InvoiceCurrencyCode"),
        "seller.name": _picked(agreement, "SellerTradeParty/Name"),
        "seller.vat": _picked(agreement, f"SellerTradeParty/{_ID}"),
        "seller.iban": _picked(settlement, iban),
        "buyer.name": _picked(agreement, "BuyerTradeParty/Name"),
        "buyer.vat": _picked(agreement, f"BuyerTradeParty/{_ID}"),
    }
    for name, (node, value, path) in fields.items():
        document.found(name, value, 1.0, f"{node.tag}/{path}" if node is not None else path)
    _totals(document, settlement)
    rows = [
        *trade.iterfind("IncludedSupplyChainTradeLineItem"),
    ]
    document.lines = [line for row in rows if (line := _line(row)) is not None]
    return document


def _picked(node: Element | None, *paths: str) -> tuple[Element | None, str, str]:
    for path in paths:
        value = text(node, path)
        if value:
            return node, value, path
    return node, "", paths[0]


def _totals(document: Document, settlement: Element | None) -> None:
    if settlement is None:
        return
    names = ("SpecifiedTradeSettlementHeaderMonetarySummation", "SpecifiedTradeSettlementMonetarySummation")
    sums = _first(settlement, *names)
    for name, tag in (
        ("lines", "LineTotalAmount"),
        ("net", "TaxBasisTotalAmount"),
        ("tax", "TaxTotalAmount"),
        ("gross", "GrandTotalAmount"),
        ("payable", "DuePayableAmount"),
    ):
        value = text(sums, tag)
        document.found(f"totals.{name}", value, 1.0, f"{names[0]}/{tag}")
    if not document.totals.payable:
        document.found("totals.payable", document.totals.gross, 0.9, f"{names[0]}/GrandTotalAmount")


def _line(row: Element) -> DocumentLine | None:
    """A line, or None for a row that is a note alone."""
    agreement = _first(row, "SpecifiedLineTradeAgreement", "SpecifiedSupplyChainTradeAgreement")
    delivery = _first(row, "SpecifiedLineTradeDelivery", "SpecifiedSupplyChainTradeDelivery")
    settlement = _first(row, "SpecifiedLineTradeSettlement", "SpecifiedSupplyChainTradeSettlement")
    product = row.find("SpecifiedTradeProduct")
    if product is None and settlement is None:
        return None
    billed = delivery.find("BilledQuantity") if delivery is not None else None
    price = (
        _first(agreement, "NetPriceProductTradePrice", "GrossPriceProductTradePrice")
        if agreement is not None
        else None
    )
    summation = ("SpecifiedTradeSettlementLineMonetarySummation", "SpecifiedTradeSettlementMonetarySummation")
    tax = ("ApplicableTradeTax/RateApplicablePercent", "ApplicableTradeTax/ApplicablePercent")
    return DocumentLine(
        item=text(product, "SellerAssignedID", "GlobalID", "BuyerAssignedID"),
        description=text(product, "Name"),
        quantity=(billed.text or "").strip() if billed is not None else "",
        unit=billed.get("unitCode", "") if billed is not None else "",
        price=text(price, "ChargeAmount"),
        price_base=text(price, "BasisQuantity"),
        tax=text(settlement, *tax),
        adjustment=adjustment(
            settlement, "SpecifiedTradeAllowanceCharge", "ChargeIndicator/Indicator", "ActualAmount"
        ),
        amount=text(settlement, *(f"{name}/LineTotalAmount" for name in summation)),
    )
