"""What people call a card, its code, and numbers that are no card's; patterns, in any case."""

from typing import Final

CARDS: Final = (
    r"(?:[kc]redit|debit)?(?:card|karte|tarjeta|carte)|kreditkarte|visa|master\s?card|amex|"
    r"american express|maestro|diners|jcb|union\s?pay|kredit|cr[eé]dito?|cc(?:n|num|number)?\b|"
    r"pan\b|cv[vcn]|exp(?:\b|iry|iration|ires)|valid (?:thru|until|to)|g[uü]ltig|caduc"
)
CODES: Final = (
    r"csc|cid|(?:card )?(?:security|verification)[ _]?(?:code|value|number)|"
    r"(?:karten)?pr[uü]f(?:ziffer|nummer)|sicherheitscode|c[oó]digo de seguridad|"
    r"code de s[eé]curit[eé]|cryptogramme(?: visuel)?"
)
OTHERS: Final = (
    r"order|bestell(?:ung)?|auftrag|pedido|commande|tracking|track|sendung|shipment|parcel|paket|"
    r"env[ií]o|colis|invoice|rechnung|factura|facture|references?|referenz|referencia|"
    r"r[eé]f[eé]rence|ref|ticket|vorgang|id|ids|sid|uuid|guid|imei|iccid|serial|sku|ean|gtin|isbn|"
    r"phone|tel[eé]fono|telefon|t[eé]l[eé]phone|tel|mobile|msisdn|handy|m[oó]vil|whatsapp|fax|"
    r"timestamp|customer|kunden|cliente?|iban"
)
"""What has numbers of its own."""
NUMBERS: Final = (
    r"s?nummer|numbers?|n[uú]mero|n[º°]?|num[eé]ro|no|nr|num|ids?|sid|code|key|ref|is|was|ist|"
    r"lautet|es|est"
)
"""What stands between the name of a thing and its number."""
