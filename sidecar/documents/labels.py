"""How documents name their fields in English, German, French, Spanish, Italian and Dutch; all without regard to case."""

import re

_DOCUMENT = r"(?:(?:sammel|schluss|teil|abschlags|ausgangs|verkaufs)?rechnungs?-?(?:korrektur)?|belegs?|invoice|tax\s+invoice|facture|gutschrifts?|avoir|factura(?:\s+rectificativa)?|abono|fattura|(?:verkoop)?factuur|credit\s*(?:note|memo)|credit(?:nota|factuur)|nota\s+di\s+credito)"
_START = r"(?:^|(?<=\s\s)|(?<=\|\s))"
DATE: tuple[str, ...] = (
    r"(?:rechnungs?|beleg|ausstellungs|invoice\s*|issue\s*|factuur|document\s*|gutschrifts?)-?\s*(?:datum|date)\b|(?:date|fecha|data)\s+(?:de\s+|d'|of\s+|della\s+|di\s+)?(?:la\s+)?(?:facture|facturation|[ée]mission|issue|invoice|factura|emisi[óo]n|expedici[óo]n|fattura|emissione|documento)\b",
    rf"{_DOCUMENT}[^\n]{{1,50}}?\s(?:vom|dated|date|du|del?(?:\s+fecha)?|of|van|d\.d\.)",
    rf"{_START}(?:tax\s+point|date\s*/\s*tax\s+point)\b|{_START}(?:datum|date|fecha|data|issued|issue\s+date)\b(?!\s+(?:of|de|di|der)\b)",
    r"(?:^|\s)[A-ZÄÖÜ][\w.-]+(?:\s[A-Za-zäöü]+)?,\s+(?:den\s+|le\s+|l[ìi]\s+)?(?=\d)",
)
DUE: tuple[str, ...] = (
    r"(?:f[äa]llig(?:keits?)?-?(?:datum|tag)?(?:\s+am|\s+bis|\s+(?:rein\s+)?netto|\s+ohne\s+abzug)?|zahlbar\s+(?:rein\s+|netto\s+|ohne\s+abzug\s+)?(?:bis|am)(?:\s+(?:zum|sp[äa]testens))?|zahlungsziel(?:\s+bis)?|zu\s+(?:be)?zahlen\s+bis|(?:payment\s+)?due(?:\s*date|\s+by|\s+on)?|(?:payable|payment|pay)\s+(?:by|before|on\s+or\s+before)|(?:date\s+(?:d'|limite\s+de\s+))?(?:[ée]ch[ée]ance|paiement)|(?:[àa]\s+(?:r[ée]gler|payer)|payable)\s+(?:avant|pour|au\s+plus\s+tard|jusqu['’]\s?au)(?:\s+le)?|(?:fecha\s+(?:de|l[íi]mite)\s+)?(?:vencimiento|vence)|pagadero\s+(?:antes\s+)?(?:del?|hasta)|(?:data\s+)?scadenz[ae]|(?:da\s+)?pagare\s+entro|vervaldatum|vervaldag|(?:uiterste\s+)?betaaldatum|(?:te\s+)?betalen\s+v[oó][oó]r|betaalbaar\s+(?:v[oó][oó]r|tot|op)|uiterlijk)\b(?:\s+(?:le|el|il|op))?",
)
#: Before a day by which less is paid; the invoice itself is due by a later one.
REDUCED = re.compile(r"skonto|discount|escompte|descuento|sconto|korting|\d\s*%", re.I)
#: What an amount is, by the words before it; the first that fits counts.
TOTALS = {
    "paid": r"anzahlung|vorauszahlung|bereits\s+(?:be|ge)zahlt|erhaltene|prepaid|(?:amount|already)\s+paid|^\s*(?:less\s+)?(?:paid|deposit)|less\s+deposit|payments?\s+received|acomptes?\b|d[ée]j[àa]\s+(?:r[ée]gl[ée]|pay[ée])|anticipo|^\s*pagado|acconto|gi[àa]\s+pagato|aanbetaling|reeds\s+(?:voldaan|betaald)",
    "payable": r"zahlbetrag|zahlungsbetrag|f[äa]lliger?\s+betrag|zu\s+zahlen(?!\s+bis)|zu\s+[üu]berweisen|zahllast|restbetrag|amount\s+(?:due|payable)|balance\s+due|total\s+(?:due|payable)|(?:please|to)\s+pay\b|pay\s+this|payable\s+amount|(?:net|total|montant|somme)\s+[àa]\s+payer|reste\s+[àa]\s+payer|montant\s+d[ûu]|solde|(?:total|importe|neto|l[íi]quido)\s+a\s+pagar|pendiente\s+de\s+pago|(?:totale|netto|importo)\s+(?:da|a)\s+pagare|importo\s+dovuto|te\s+betalen(?!\s+v)|te\s+voldoen|openstaand|overgemaakt",
    "base": r"basis(?:betrag|wert)?\b|bemessung|taxable|\bbase\b(?!\s+imponible)|base\s+ht|grondslag",
    "net": r"\bnetto(?!preis)|ohne\s+(?:mwst|ust|steuer)|(?:excl|exkl|zzgl)\w*\.?\s+(?:vat|tax|btw|mwst|ust)|\bht(?:va)?\b|\bh\.t\.|hors\s+t(?:va|axes?)\b|sin\s+iva|net\s+(?:total|amount|value)|total\s+net\b",
    "gross": r"\bbrutto(?!preis)|gesamtbetrag(?!\s+(?:der|netto))|endbetrag|endsumme|gesamtsumme(?!\s+netto)|rechnungs(?:end)?(?:betrag|summe)|grand\s+total|(?:invoice|total)\s+(?:total|amount)|invoice\s+value|total\s+ttc|montant\s+ttc|\bttc\b|t\.t\.c\.|\btvac\b|iva\s+inclu[ií]?[ds][ao]|(?:auftrags|bestell)(?:wert|summe)|order\s+total|total[e]?\s+(?:order|ordine|commande|pedido)|ordertotaal|total\s*\(?\s*incl|incl\.?\s+(?:vat|tax|btw)|inkl\.?\s+(?:mwst|ust)|importe\s+total|total\s+factura|total\s+con\s+iva|totale\s+(?:fattura|documento|ivato|complessivo)|totaal\s+incl|factuurbedrag|totaalbedrag",
    "subtotal": r"(?:summe|betrag|total)\s+(?:ohne|excl\.?|without|sin)|ohne\s+(?:mwst|ust)|zwischensumme|positionssumme|warenwert|summe\s+(?:der\s+)?positionen|su[bm]-?\s?total|sous-?\s?total|total\s+excl|maatstaf\s+van\s+heffing|base\s+imponible|imponibile|total[e]?\s+neto|subtotal[e]?|totaal\s+excl|subtotaal",
    "tax": r"mwst|m\.w\.st|u\.st\.|t\.v\.a|i\.v\.a|b\.t\.w|mehrwertsteuer|umsatzsteuer|ust\b|ust\.|steuerbetrag|steuer\b|vat\b|sales\s+tax|\btax\b|gst\b|tva\b|iva\b|imposta|cuota|btw\b",
    "freight": r"versand|fracht|porto|transport|trasporto|spedizione|verpackung|emballage|imball|handling|fuel|postage|shipping|carriage|freight|delivery\s+charge|frais\s+de\s+port|portes|gastos\s+de\s+env[íi]o|spese\s+di|verzendkosten",
    "total": r"^\W*(?:total|gesamt|summe|totale|totaal|betrag|importe|amount|sum)\b",
}
CARRIED = re.compile(
    r"\b(?:[üu]bertrag|carried|brought\s+forward|[àa]\s+reporter|report\b|suma\s+(?:y\s+sigue|anterior)|riporto|a\s+riportare|transport(?:eren)?)\b|zwischensumme\s+seite",
    re.I,
)
#: Which page it is, of how many.
PAGE = re.compile(
    r"\W*(?:seite|page|pag(?:ina|\.)?|p[áa]gina|p[áa]g\.?|blz\.?|blad|bladzijde|blatt|feuille|hoja|foglio|sheet)\W*\d+(?:\s*(?:von|of|de|sur|di|van|/)\s*\d+)?\W*$",
    re.I,
)
SELLER = r"verk[äa]ufer|lieferant(?!enn)|rechnungs(?:aus)?steller|rechnungsersteller|auftragnehmer|leistungserbringer|leistender\s+unternehmer|anbieter|absender|zahlbar\s+an|verkauft\s+(?:von|durch)|seller|sold\s+by|(?:service\s+)?provider|supplier|vendor|from|(?:bill(?:ed)?|invoice)\s+from|(?:issued|billed)\s+by|sender|payable\s+to|pay\s+to|remit(?:tance)?\s+to|vendeur|vendu\s+par|fournisseur|prestataire|[ée]metteur|exp[ée]diteur|payable\s+[àa]|proveedor|emisor|datos\s+del\s+emisor|vendedor|prestador|pagar\s+a|fornitore|cedente|venditore|mittente|pagabile\s+a|ship(?:ped)?\s+from|delivered\s+by|geliefert\s+von|auftrag\s+an|livr[ée]\s+par|exp[ée]di[ée]\s+par|expedido\s+por|suministrado\s+por|spedito\s+da|venduto\s+da|geleverd\s+door|opdrachtnemer|leverancier|afzender|verkoper|betaalbaar\s+aan|von"
BUYER = r"k[äa]ufer|(?:rechnungs|leistungs)?empf[äa]nger|rechnung(?:sadresse|sanschrift|\s+an)|kund(?:e|in)|kunden(?:adresse|anschrift)|debitor|besteller|auftraggeber|zahlbar\s+durch|bestellt\s+(?:von|durch)|verkauft\s+an|ordered\s+by|ordering\s+party|invoicing\s+address|donneur\s+d['’]\s?ordre|command[ée]e?\s+par|vendu\s+[àa]|pedido\s+por|vendido\s+a|ordinato\s+da|venduto\s+a|fatturare\s+a|opdrachtgever|besteld\s+door|verkocht\s+aan|buyer|guest(?:\s+name)?|(?:bill|invoice|sold|charge|issue)(?:e?d)?\s+to(?:\s+address)?|(?:billing|invoice)\s+(?:address|details|information)|payable\s+by|recipient|customer(?:\s+(?:details|address|name))?|client(?:\s+(?:details|address|name))?|acheteur|factur[ée]e?\s+[àa]|d[ée]livr[ée]e?\s+[àa]|adress[ée]e?\s+[àa]|adresse\s+(?:de\s+facturation|client)|destinataire|nom\s+de\s+l['’]abonn[ée]|payable\s+par|cliente|comprador|facturar\s+a|facturado\s+a|datos\s+(?:del\s+cliente|de\s+facturaci[óo]n)|pagadero\s+por|spett\.?\s?(?:le|\.)|destinatario|intestatario|cessionario|committente|pagabile\s+da|klant(?:gegevens)?|debiteur|afnemer|factu(?:ur|ratie)(?:adres|\s+aan)|betaalbaar\s+door|aan|to"
RECEIVER = r"(?:abweichender\s+)?(?:lieferadresse|lieferanschrift|warenempf[äa]nger)|lieferung\s+an|ship(?:ped|ping)?\s+(?:to|address)|deliver(?:ed|y)?\s+(?:to|address)|consignee|livr[ée]e?\s+[àa]|adresse\s+de\s+livraison|enviar\s+a|direcci[óo]n\s+de\s+(?:entrega|env[íi]o)|luogo\s+di\s+(?:consegna|destinazione)|destinazione(?:\s+merce)?|(?:af)?lever(?:ings)?adres|adresse\s+de\s+l['’]installation"
QUANTITY_HEAD = re.compile(
    r"\b(?:menge|anzahl|qty|quantity|hoeveelheid|quantit[éeà]|qt[éà]|q\.t[àa]|cantidad|cant|uds|aantal)\b",
    re.I,
)
PRICE_HEAD = re.compile(r"(?:preis|price|prix|precio|prezzo|prijs|\brate\b|\btarief\b|\bP\.?U\b)", re.I)
REDUCTION = re.compile(
    r"\W*\w*(?:rabatt|abschlag|zuschlag|skonto|discount|surcharge|remise|descuento|sconto|korting)", re.I
)
COMPANY = re.compile(
    r"(?<![\w.])(?:(?i:gmbh|limited|s[aà]rl|plc)|NV(?!,?\s+\d{5})|e\.\s?U\.|S\.?C\.?A\.?|SPRL|AG|KG|OHG|OG|e\.\s?K\.|e\.V\.|UG|SE|L[Tt][Dd]\.?|PLC|P\.?L\.?C\.?|LLP|LLC|I[Nn][Cc]\.?|Corp\.?|mbH|a\.G\.|gGmbH|GbR|Co\.|KGaA|eG|e\.G\.|Ges\.m\.b\.H\.|S\.?A\.?R\.?L\.?|S\.\s?A\.|SA|SAS|SASU|EURL|S\.L\.U?\.?|SL|B\.?V\.?|N\.V\.|VOF|S\.?[rR]\.?[lL]\.?|S\.?[pP]\.?[aA]\.?|S\.[nN]\.[cC]\.|S\.a\.s\.|SNC|SCI|B\.?V\.?B\.?A\.?|Lda\.?|A/S|ApS|AB|Oy|Pty|sp\. z o\.\s?o\.|s\.r\.o\.)(?=\W|$)"
)
CREDIT = re.compile(
    r"\b(?:gutschrift|credit\s+(?:note|memo)|rechnungs-?korrektur|storno-?rechnung|facture\s+d'avoir|(?:factura\s+)?rectificativa|nota\s+(?:di|de)\s+credito|nota\s+de\s+cr[ée]dito|credit-?(?:nota|factuur))\b|(?m:^\W*(?:avoir|abono)\b)",
    re.I,
)
CURRENCIES = {"€": "EUR", "$": "USD", "£": "GBP"}
