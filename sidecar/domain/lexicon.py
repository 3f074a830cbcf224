"""What customers write about, as stems in English, German, French, Spanish, Italian and Dutch.

A concept's pattern matches the beginning of a word in any of the six languages; the languages share one table, for
words of one rarely mean another thing in the next. Used three ways: as features that all languages share, as the
rules that answer without a model, and for the kind of claim, the reason of a dispute and urgency.
"""

import re

CONCEPTS: dict[str, str] = {
    "invoice": "invoic|bill(?:ed|ing|s)?\\b|rechnung|in rechnung|factur|fattur|factuur|gefactureer|abrechnung|berechne|facturaci",
    "charge": "charg|debit|belast|abgebucht|abbuch|prélèv|débit|cobrad|cobran|cobro|cargo\\b|addebit|afgeschreven|afschrijv|prelev",
    "paid": "paid\\b|payment|bezahlt|überwies|zahlung|pay[ée]|réglé|règlement|viré|virement|pagad|pago\\b|pagat|pagament|bonific|transferenc|betaald|betaling|overgemaakt",
    "reminder": "remind|dunning|mahn|relanc|rappel de paiement|recordatorio|reclaman|sollecit|aanman|maant",
    "price": "pric|preis|prix|precio|prezz|prijs|tarif|cost\\b|costs\\b|koste|coût|cuest|costa|kost",
    "amount": "amount|betrag|montant|importe|importo|bedrag|summe|somme|balance|saldo|solde",
    "discount": "discount|rebate|rabatt|remise|ristourn|descuento|rappel\\b|scont|korting|bonus\\b",
    "tax": "vat\\b|tax|umsatzsteuer|mwst|ust-id|tva\\b|iva\\b|btw|partita iva",
    "creditnote": "credit note|gutschrift|avoir\\b|abono|nota de crédito|nota di credito|creditnota|creditnote",
    "offer": "quot(?:e|ation)|offer|angebot|devis|presupuesto|oferta|preventivo|offert",
    "account": "account(?:s|ing|ant)|buchhalt|kontoauszug|comptab|relevé|contabil|extracto|estratto|boekhoud|afschrift",
    "agreed": "agreed|vereinbart|ausgemacht|conven|acordad|concordat|d'accordo|afgesproken",
    "twice": "twice|double|duplicat|doppelt|zweimal|deux fois|en double|dos veces|duplicad|due volte|doppi|twee keer|dubbel",
    "freight": "freight|shipping cost|versandkosten|frei haus|le port\\b|frais de|portes\\b|trasporto|spese|verzendkosten|transportkosten",
    "order": "order(?!s?\\b.{0,3}\\bto\\b)|bestell|auftrag|command|pedido|ordin[ei]|bestelling",
    "cancel": "cancel|stornier|zurückziehen|löschen|annul|retirer cette|retirer la comm|supprim|anul|eliminen|retirar|elimin|ritirare|intrek|weg\\b",
    "change": "chang|amend|modif|änder|wijzig|gewijzig|cambi|anpass",
    "add": "\\badd\\b|ergänz|ajout|añad|aggiung|toevoeg",
    "quantity": "quantit|menge|stück|aantal|stuks|cantidad|unidades|unités|pezzi|units?\\b|pieces|pcs",
    "missing": "missing|short\\b|fehl|mancan|manque|manquant|falta|faltan|ontbre|missen|only received|nur \\d|seulement|solo h|solo a|slechts",
    "wrong": "wrong|incorrect|falsch|mauvais|tromp|erron|erreur|equivoc|incorrect|sbagliat|errat|verkeerd|fout|nicht der|n'est pas (?:le|la|celui)|no es (?:el|la|lo)|non è quell|niet wat|niet het",
    "instead": "instead|statt\\b|anstatt|au lieu|plutôt|en lugar|y no\\b|invece|e non\\b|in plaats|en niet\\b|et non",
    "address": "address|adress|anschrift|direcci|indirizz|adres|filiale|siège|dépôt|almacén|magazzino|magazijn|vestiging|delegaci|agence",
    "item": "item|article|artikel|artícul|articol|produ[ck]t|produit|prodott|modell|modèle|modelo|version|taille|größe|talla|taglia|maat\\b",
    "carton": "carton|box(?:es)?\\b|karton|kiste|caisse|caja|cartoni|cassa|scatola|dozen\\b|doos|kist\\b",
    "notes": "delivery note|packing|lieferschein|bon de livraison|le bon\\b|albarán|bolla|pakbon",
    "late": "late\\b|delay|overdue|verspät|verzug|retard|retras|ritard|vertrag|achter\\b|vorbei|passée|pasó|passata|voorbij|verschob|repouss|spostat|verschoven|cambiado la fecha",
    "wait": "wait|warte|attend(?:s|ons|re)|esper|aspett|wacht",
    "notarrived": "not (?:yet )?(?:arrived|received|shipped)|nothing|nicht (?:angekommen|eingetroffen|da\\b|verschickt)|nichts bekommen|noch nicht|immer noch nicht|toujours (?:pas|rien)|pas (?:arriv|encore)|rien reçu|sin enviar|no ha (?:llegado|venido)|y nada|sigue sin|ancora (?:niente|non)|non è (?:arriv|ancora)|nog (?:steeds|altijd) ni|niet (?:aangekomen|verzonden|geweest)",
    "delivery": "deliver|liefer|livr|entreg|consegn|lever(?:ing|en|dat|t\\b)|afgelever",
    "shipment": "ship(?:ped|ment|ping)|parcel|package|sendung|paket|versand|colis|expédi|envío|paquete|enviad|spedi|pacco|zending|pakket|verzond",
    "tracking": "track|sendungsverfolg|sendungsnummer|suivi|seguimiento|tracciam|volgnummer|track en trace",
    "carrier": "carrier|courier|truck|driver|spediteur|lkw|transporteur|camion|transportist|camión|corriere|vervoerder|vrachtwagen|zoll|douane|aduana|dogana|customs",
    "whenwhere": "where is|where are|when will|wo bleib|wann (?:kommt|dürfen|die)|où (?:en )?est|quand (?:pouv|all)|dónde está|cuándo (?:lleg|cont)|dov'è|quando (?:arriv|poss)|waar (?:blijft|is)|wanneer k|status|état de|estado del|stato della",
    "promised": "promis|zugesagt|angekündigt|hieß|annonc|prometi|prometier|anunciad|promess|annunciat|beloofd|aangekondigd|termin\\b|liefertermin|délai|leverdatum",
    "stopped": "standstill|production|steht|arrêt|bloqu|parad[ao]|ferm[oa]\\b|stil\\b|stilstaan|bewegt|bouge|mueve|figé|beweg",
    "broken": "brok|damag|defect|faulty|crack|kaputt|zerbroch|beschäd|defekt|eingedrückt|cass[ée]|abîm|défect|panne|enfonc|rot[ao]s?\\b|dañad|averi|defectuos|aplast|rott[ioe]|danneggi|difett|guast|schiacci|kapot|gebroken|beschadig|ingedeukt",
    "notworking": "not work|doesn't work|stopped working|geht nicht|funktioniert nicht|geht nach|raucht|ne (?:marche|fonctionne)|fume\\b|dejó de funcionar|no funciona|humo|non funziona|fumo\\b|doet het niet|rookt|werkt niet",
    "quality": "quality|qualität|qualité|calidad|qualità|kwaliteit|naht|nähte|coutur|costur|cucitur|naden|farbstich|teinte|tono|tinta|tint\\b|shade",
    "sendback": "return|send (?:it )?back|zurückschick|zurückgeb|zurücksend|rücksend|retour|renvoy|rendre|repren|devol|devuelv|desist|restitu|rendere|reso\\b|recedere|rispedi|ritirarl|terugst|terugz|teruggev|retourn|rétract|zurücktreten|herroep|abholen|recójan|haal ze",
    "exchange": "exchang|replac|umtausch|austausch|ersatz\\b|échang|rempla|repon|sostitu|ruilen|vervang",
    "refund": "refund|money back|geld zurück|rembours|reembols|rimbors|geld terug",
    "warranty": "warrant|guarantee|garanti|garanzia|reklamation|reclamo|reclamación|réclamation|klacht",
    "fit": "passt nicht|ne convient|no encaja|non va bene|past niet|doesn't fit|unbenutzt|sin usar|ongebruikt",
    "question": "do you have|haben sie|avez-vous|tienen|avete|heeft u|gibt es|y a-t-il|existe|c'è un|is er een|what does|was kosten|quel(?:le)? (?:est|serait)|cuánto|quanto|wat kost",
    "hours": "opening hours|open on|öffnungszeit|horaire|horario|orari\\b|openingstijd|erreichbar|ouvert|abren|aperti|jullie open|brückentag|puente|pont\\b|ponte\\b",
    "manual": "manual\\b|datasheet|data sheet|datenblatt|bedienungsanleitung|notice|fiche|ficha|scheda|handleiding|veiligheidsblad|katalog|catalog",
    "job": "job\\b|internship|apply|bewerb|ausbildung|lebenslauf|stage\\b|postul|cv\\b|prácticas|currículum|me presento|candid|curriculum|sollicit",
    "newsletter": "newsletter|unsubscrib|désinscri|lettre d'information|boletín|de baja|cancellarmi|uitschrijv|uit te schrijven",
    "thanks": "thank you for the|vielen dank für|grand merci|muchas gracias|grazie mille|hartelijk dank",
    "absent": "out of office|nicht im büro|absent|estoy fuera|fuori ufficio|afwezig",
    "pitch": "introduce our|vorstellen|présenter nos|presentarles|presentarvi|stellen u|einladung|invitation|invitación|invito|uitnodiging|hausmesse|portes ouvertes",
    "login": "login|password|second user|benutzer|webshop|utilisateur|usuario|utente|gebruiker|passwor|passwort|mot de passe|contraseña",
    "pricelist": "price list|preisliste|nouveau tarif|nueva tarifa|listino|prijslijst|was kosten|quel serait le prix|qué precio|che prezzo|wat kosten|was kostet der|combien coûte|cuánto cuesta|quanto costa|wat kost transport",
}
_FOUND = {name: re.compile(rf"(?<!\w)(?:{pattern})", re.I) for name, pattern in CONCEPTS.items()}
LONGEST = 20_000


def concepts(text: str) -> dict[str, int]:
    """How often each concept is named in the first 20,000 characters; only those that are."""
    text = text[:LONGEST]
    counts = {name: len(pattern.findall(text)) for name, pattern in _FOUND.items()}
    return {name: count for name, count in counts.items() if count}
