"""The words by which mail programs introduce what they quote, forward and sign, in any language.

All are in lower case, without the dashes, colons and spaces around them; commas are between them.
"""

from collections.abc import Mapping
from typing import Final, Literal

LabelField = Literal["from", "date", "to", "cc", "subject", "other"]


def _words(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(" ".join(word.split()) for word in text.split(",") if word.strip()))


ORIGINAL: Final = frozenset(
    _words("""
    alkuperäinen viesti, eredeti üzenet, mensagem original, mensaje original, mesaj original,
    message d'origine, message d’origine, message initial, message original,
    messaggio originale, missatge original, oorspronkelijk bericht, opprinnelig melding,
    oprindelig meddelelse, oprindelig besked, original appointment, original meddelelse,
    original message, original-nachricht, originalmeddelande, originalnachricht,
    origineel bericht, orijinal mesaj, oryginalna wiadomość, pôvodná správa,
    pôvodný e-mail, původní zpráva, původní e-mail,
    ursprungligt meddelande, ursprüngliche nachricht, ursprünglicher termin,
    wiadomość oryginalna, αρχικό μήνυμα, вихідне повідомлення, исходное сообщение,
    оригинальное сообщение, первоначальное сообщение, 元のメッセージ, 原始邮件, 原始郵件,
    원본 메시지, 원본 메일
""")
)
"""Between dashes, above a mail that is answered."""

FORWARDED: Final = frozenset(
    _words("""
    doorgestuurd bericht, doorgestuurde e-mail, edelleenlähetetty viesti, forwarded mail,
    forwarded message, iletilmiş mesaj, mensagem encaminhada, mensagem reencaminhada,
    mensaje reenviado, mesaj redirecționat, message réexpédié, message transféré,
    message transmis, messaggio inoltrato, missatge reenviat, preposlaná správa,
    przekazana wiadomość, přeposlaná zpráva, přeposlaný e-mail, továbbított üzenet,
    treść przekazanej wiadomości, vidarebefordrat meddelande, vidarebefordrat mejl,
    videresendt besked, videresendt e-post, videresendt meddelelse, videresendt melding,
    välitetty viesti, weitergeleitete e-mail, weitergeleitete nachricht, wiadomość przekazana,
    wiadomość przekazana dalej, yönlendirilen ileti, προωθημένο μήνυμα, переслане повідомлення,
    пересланное сообщение, пересылаемое сообщение, 転送されたメッセージ, 転送メッセージ,
    轉寄郵件, 转发的邮件, 转发邮件, 转发邮件信息, 전달된 메시지, 전달된 메일
""")
)
"""Between dashes, above a mail that is forwarded."""

FORWARDED_BY: Final = _words("""
    forwarded by, weitergeleitet von, transféré par, reenviado por, inoltrato da
""")
"""The same, with a name behind it (Notes)."""

BEGINS: Final = frozenset(
    _words("""
    alkaa välitetty viesti, anfang der weitergeleiteten e-mail,
    anfang der weitergeleiteten nachricht, begin doorgestuurd bericht, begin forwarded message,
    début du message réexpédié, début du message transféré, début du message transmis,
    inicio del mensaje reenviado, inizio messaggio inoltrato, início da mensagem encaminhada,
    início da mensagem reencaminhada, początek przekazywanej wiadomości,
    rozpoczęcie przekazanej wiadomości, start på videresendt besked, vidarebefordrat brev,
    vidarebefordrat mejl, videresendt besked, videresendt melding, začátek přeposlané zprávy,
    начало переадресованного сообщения, начало пересылаемого сообщения,
    以下は転送メッセージです, 以下是转发的邮件, 开始转发的邮件, 転送されたメッセージ
""")
)
"""With a colon, above a mail that is forwarded (Apple's)."""

WROTE: Final = _words("""
    wrote, writes, has written, schrieb, hat geschrieben, a écrit, écrit, escribió, ha escrito,
    escribiste, ha scritto, scrive, escreveu, schreef, heeft geschreven, skrev, har skrevet,
    har skrivit, kirjoitti, napisał, napisała, napisał(a), pisze, napsal, napsal(a), napsala,
    napísal, napísal(a), a scris, ezt írta, írta, va escriure, yazdı, έγραψε, написал,
    написала, написал(а), пишет, писал(а), вы писали, пише, написав, đã viết, menulis,
    ha escrit, ने लिखा
""")
"""What somebody did, in the line above a quotation."""

WROTE_UNSPACED: Final = _words("""
    写道, 寫道, เขียนว่า, のメール, さんは書きました, さんが書きました, 님이 작성, 写了
""")
"""The same in scripts that put no spaces between words."""

QUOTING: Final = _words("""
    quoting, zitat von, citando a, citando, cytowanie, citerar, citace
""")
"""How the line above a quotation begins that names its writer and no time (Horde's)."""

STARTS: Final = frozenset(
    _words("""
    on, am, le, el, il, em, op, den, w dniu, dnia, dne, pe, на, στις, vào, pada, di, a
""")
)
"""How the line above a quotation begins where no address tells it."""

_LABELS: Final[Mapping[LabelField, str]] = {
    "from": """
        from, von, de, da, van, från, fra, lähettäjä, od, nadawca, odesílatel, feladó, kimden,
        gönderen, από, от, від, отправитель, 发件人, 寄件者, 寄件人, 差出人, 送信者, 보낸사람,
        expéditeur, mittente, remitente, remetente, afzender, avsändare, afsender, avsender,
        sent by, 보낸 사람, من, מאת
    """,
    "date": """
        date, sent, datum, gesendet, envoyé, enviado, data, inviato, verzonden, skickat, sendt,
        dato, lähetetty, wysłano, wysłane, odesláno, elküldve, dátum, tarih, gönderilme,
        ημερομηνία, στάλθηκε, отправлено, дата, надіслано, 发送时间, 日期, 寄件日期, 日付,
        日時, 送信日時, 날짜, fecha, verzenddatum, päivämäärä, päiväys, vom, sent at, sent on,
        gesendet am, date d'envoi, enviado el, enviado em, fecha de envío, data wysłania,
        보낸 날짜, تم الإرسال, تاريخ الإرسال, التاريخ, נשלח, תאריך
    """,
    "to": """
        to, para, aan, till, til, vastaanottaja, do, komu, címzett, kime, alıcı, προς, кому,
        收件人, 收件者, 宛先, 받는사람, destinataire, destinatario, destinatário, empfänger,
        ontvanger, mottagare, modtager, per, 받는 사람, an, à, a, إلى, אל
    """,
    "cc": """
        cc, kopie, copie, kopia, kopi, kopio, dw, másolat, bilgi, κοιν, копия, копія, 抄送,
        副本, 참조, ccn, نسخة, עותק
    """,
    "subject": """
        subject, betreff, objet, asunto, oggetto, assunto, onderwerp, ämne, emne, aihe, temat,
        předmět, tárgy, konu, θέμα, тема, 主题, 主旨, 主題, 件名, 제목, assumpte, subiect,
        titel, objeto, الموضوع, נושא
    """,
    "other": """
        reply-to, importance, attachments, wichtigkeit, anlagen, priority, prioridad,
        organization, bcc, reply to, antwort an, répondre à, responder a, rispondi a,
        antwoord aan, svar till, svara till, odpowiedz do
    """,
}
LABELS: Final[Mapping[str, LabelField]] = {
    word: field for field, text in _LABELS.items() for word in _words(text)
}
"""The labels of the block of headers above a quoted or forwarded mail."""

SENT_FROM: Final = _words("""
    sent from my, sent from, sent via, sent with, sent using, get outlook for,
    get bluemail for, von meinem,
    gesendet von, gesendet mit, gesendet über, diese nachricht wurde von meinem, envoyé de mon,
    envoyé depuis, envoyé avec, envoyé à partir de, télécharger outlook pour,
    obtenez outlook pour, outlook für, holen sie sich outlook, enviado desde, enviado con,
    obtener outlook para, enviado do meu, enviado do, enviado via, enviada do meu,
    obter o outlook para, inviato da, inviato dal, scarica outlook per, ottieni outlook per,
    verzonden vanaf, verstuurd vanaf, verzonden met, verzonden via, outlook voor,
    download outlook voor, skickat från, skickades från, hämta outlook för, sendt fra,
    sendt med, hent outlook til, lähetetty, hanki outlook, wysłane z, wysłano z,
    pobierz aplikację outlook, odesláno z, odoslané z, küldve, trimis de pe, отправлено с,
    отправлено из, надіслано з, скачать outlook для, iphoneから送信, ipadから送信,
    androidから送信, outlook for, 发自我的, 從我的, 寄件自我的, 나의 iphone, enviat des de
""")
"""How the line begins that a telephone or a program puts under what one writes."""

SENT_FROM_ENDS: Final = _words("""
    から送信, から送信しました, gönderildi, 에서 보냄
""")
"""How it ends where the device comes first."""

DEVICES: Final = _words("""
    iphone, ipad, ipod, apple watch, android, samsung, galaxy, huawei, xiaomi, pixel, nokia,
    blackberry, windows, outlook, gmail, yahoo, proton, gmx, web.de, k-9, fairemail,
    thunderbird, mailspring, spark, smartphone, handy, mobile, mobil, phone, handheld, tablet,
    mail app, mail for, mail.ru, aol, icloud, zoho, tutanota, tuta, teléfono, téléphone,
    telefon, celular, móvil, canary, superhuman, bluemail, nine, aqua mail, airmail, edison,
    почты, 手机
""")
"""One of them is named in such a line."""

ABOVE_THIS_LINE: Final = _words("""
    reply above this line, antwort oberhalb dieser zeile,
    bitte oberhalb dieser zeile antworten, répondez au-dessus de cette ligne,
    responda por encima de esta línea, rispondi sopra questa riga, responda acima desta linha,
    antwoord boven deze regel, svara ovanför denna rad, please reply above this line,
    please type your reply above this line
""")
"""How the line of a support system begins under which all was written before."""

THIS_LINE: Final = _words("""
    above this line, oberhalb dieser zeile, über dieser zeile, au-dessus de cette ligne,
    por encima de esta línea, sopra questa riga, acima desta linha, boven deze regel,
    ovanför denna rad
""")
"""What such a line says anywhere if it is framed on both sides."""

LIST_FOOTER: Final = _words("""
    mailing list, mailingliste, liste de diffusion, lista de correo, unsubscribe
""")
"""Under a drawn line, in what a mailing list puts below each mail."""

FORWARD_PREFIXES: Final = frozenset(
    _words("""
    doorst, dw, enc, fs, fw, fwd, fwdd, i, ilt, inoltra, i̇lt, pd, reenv, rv, rve, továbbítás,
    tr, trs, vb, vid, vl, vs, weitergeleitet, wg, πρθ, 転送, 轉寄, 转发, 전달
""")
)
"""Before the subject of a forwarded mail."""

REPLY_PREFIXES: Final = frozenset(
    _words("""
    antw, antwort, ats, aw, bls, ha, odp, r, re, ref, res, resp, rif, rép, sv, vs, vá, ynt, απ,
    на, отв, 回复, 回覆, 答复, 返信, 답장
""")
)
"""Before the subject of an answer."""

AWAY_SUBJECTS: Final = _words("""
    automatic reply:, autoreply:, auto-reply, auto reply:, auto:, autosvar:, autosvar,
    out of office, out of the office, out-of-office, ooo:, away from my mail, vacation reply,
    vacation:, automatische antwort, automatische antwort:, abwesenheitsnotiz,
    abwesenheitsmeldung, abwesenheit, abwesend:, nicht im büro, réponse automatique,
    absence du bureau, absent du bureau, message d'absence, absence :, absence:,
    respuesta automática, fuera de la oficina, ausente, ausencia, risposta automatica,
    fuori sede, fuori ufficio, assente, resposta automática, ausência, fora do escritório,
    automatisch antwoord, automatische beantwoording, afwezig, niet op kantoor,
    automatiskt svar, frånvaro, ej på kontoret, automatisk svar, fraværende, ikke til stede,
    automaattinen vastaus, poissa, poissaolo, automatyczna odpowiedź, autoodpowiedź,
    odpowiedź automatyczna, nieobecność, poza biurem, automatická odpověď, mimo kancelář,
    automatikus válasz, távollét, răspuns automat, otomatik yanıt, ofis dışında,
    автоматический ответ, автоответ, нет на месте, автоматична відповідь, 自動応答, 自動返信,
    不在通知, 不在のお知らせ, 自动回复, 自动答复, 自動回覆, 不在办公室, 자동 회신, 부재중,
    αυτόματη απάντηση, εκτός γραφείου
""")
"""How the subject of a notice of absence begins."""

BOUNCE_SUBJECTS: Final = _words("""
    undelivered mail, undeliverable, undeliverable:, delivery status notification,
    delivery failure, delivery failed, delivery delayed, mail delivery failed,
    mail delivery failure, mail delivery system, failure notice, failed mail, returned mail,
    message undeliverable, mail could not be delivered, message delivery, warning: message,
    warning: could not send, nondeliverable, non recapitabile, unzustellbar, zustellung,
    nicht zugestellt, non remis, non distribuable, échec de la remise, no se puede entregar,
    no entregado, error de entrega, mancato recapito, não entregue, não foi possível entregar,
    onbestelbaar, niet bezorgd, olevererbart, kan inte levereras, nie można dostarczyć,
    niedostarczone, недоставленное, не доставлено, 配信不能, 配信できません, 退信, 未送达
""")
"""How the subject of a delivery report begins."""
