"""What German words signal; umlauts are folded away."""

from gateway.rules.vocabulary.lexicon import phrases

STOP_WORDS = """
    aufgabe aufgaben der die das den dem des ein eine einen einem einer und oder aber ist sind
    war wird wurde werden hat haben habe ich du er sie es wir ihr mir dir uns euch mich dich mit
    von zu zum zur im in am an auf fur bei bis nach aus um nicht kein keine noch schon bitte
    danke hallo guten tag morgen heute gestern montag dienstag mittwoch donnerstag freitag
    samstag sonntag wann wo wer wie was warum kannst konnen konnten konntest muss mussen brauche
    brauchen ja nein mal bin kunde kunden gerade dringend rechnung angebot termin dann auch nur
    so sehr vom beim uber machen passt diese dieser dieses unsere unser euer
    """

VERBS = """
    schick schicke schicken sende senden send ruf rufe rufen anrufen prufe pruf prufen bestell
    bestelle bestellen buche buch buchen mach mache machen erstelle erstell erstellen schreib
    schreibe schreiben korrigiere korrigieren andere andern aktualisiere aktualisieren bereite
    vorbereiten plane plan planen organisiere organisieren repariere reparieren reparier kauf
    kaufe kaufen hol hole holen abholen bring bringe bringen leg lege legen stell stelle stellen
    such suche suchen frag frage fragen erinnere erinner erinnern sag sage sagen gib geben druck
    drucke drucken drucken lade laden hochladen herunterladen losche losch loschen trag trage
    eintragen vereinbare vereinbaren verschiebe verschieb verschieben storniere stornieren
    uberweise uberweisen zahl zahle zahlen bezahle bezahlen bezahl melde meld melden check
    checke checken teste testen installiere installieren richte einrichten uberarbeite
    uberarbeiten ubersetze ubersetzen leite weiterleiten beantworte beantworten antworte
    antworten informiere informieren kontaktiere kontaktieren kummere kummern besorge besorgen
    liefere liefern reinige reinigen putze putzen streiche streichen messe messen miss entwerfe
    entwerfen gestalte gestalten veroffentliche veroffentlichen poste posten reserviere
    reservieren kundige kundigen verlangere verlangern erneuere erneuern archiviere archivieren
    sammle sammeln zeig zeige zeigen starte starten beende beenden fertige anfertigen
    fertigstellen abschicken zuschicken verschicken versenden einreichen ausdrucken ausfullen
    absagen zusagen umbuchen anpassen hinzufugen einbauen austauschen nachbestellen abrechnen
    klaren klare lose losen tausche tauschen montiere montieren fahre fahren nimm nehmen lass
    lassen setze setzen setz vergleiche vergleichen bestatigen zusammenstellen notiere notieren
    behebe beheben recherchiere recherchieren mailen maile mail fixen fixe updaten erledigen
    erledige nachfassen aufraumen raum wechsle wechseln ersetze ersetzen verbessere verbessern
    durchsehen ansehen
    """
NOUNS_TOO = "plan frage suche test mail druck buch check post raum lose"

PAST = """
    habe haben hat hatte wurde wurden ist sind war waren bin wird werden geschickt gesendet
    erledigt fertig bezahlt gemacht verschickt angerufen bestellt gebucht geliefert
    abgeschlossen gegangen gekommen angekommen unterschrieben zugesagt abgesagt kommt komme
    lauft sieht steht geht kam ging will mochte sagt meint liegt braucht
    """

SENSES = {
    "greeting": phrases(
        """
    hallo, hi, hey, guten morgen, guten tag, guten abend, moin, servus, gruss gott, liebe,
    lieber, sehr geehrte, sehr geehrter, hallo zusammen, hallo team, morgen zusammen, gruezi, na
    """
    ),
    "signoff": phrases(
        """
    mit freundlichen grußen, mit freundlichen gruessen, freundliche gruße, viele gruße, viele
    gruesse, liebe gruße, liebe gruesse, beste gruße, lg, mfg, vg, gruß, gruss, herzliche gruße
    """
    ),
    "polite": phrases("bitte, bitte mal, bittesehr"),
    "thanks": phrases(
        """
    danke, danke schon, vielen dank, besten dank, herzlichen dank, danke dir, danke ihnen, danke
    vielmals, tausend dank, danke im voraus, vielen dank im voraus
    """
    ),
    "lead": phrases(
        """
    auch, und, aber, dann, also, jetzt, ok, okay, gut, ach, so, ausserdem, außerdem, noch, ja,
    nein, team, zusammen, ubrigens, noch was, nachster schritt, hinweis, achtung, mal, super,
    prima, alles klar, wenn du zeit hast, wenn moglich, sorry, entschuldigung, zuerst, danach
    """
    ),
    "request": phrases(
        """
    kannst du, konntest du, kannst du bitte, konntest du bitte, konnen sie, konnten sie, konnen
    sie bitte, konnten sie bitte, wurdest du, wurden sie, kann jemand, konnte jemand, kann bitte
    jemand, konnt ihr, konntet ihr, ware es moglich, wurde es gehen, macht es dir was aus, bist
    du so nett, seien sie so nett, konnen wir, kann ich bitte, kannst du mir, kannst du mal,
    kannst du uns, schickst du, schicken sie, machst du, rufst du, wer kann, kannste, darf ich
    dich bitten, darf ich sie bitten, ich bitte um, wir bitten um, ich bitte sie, magst du,
    wurdest du bitte
    """
    ),
    "ask": phrases(
        """
    zeig mir meine aufgaben, zeige meine aufgaben, zeig meine liste, zeig mir meine liste, meine
    aufgaben, kannst du mir sagen, konnen sie mir sagen, konntest du mir sagen, konnten sie mir
    sagen, weißt du, weisst du, wissen sie, gibt es neuigkeiten, gibts neuigkeiten, gibt es was
    neues, ich wollte fragen, wollte fragen, ich mochte wissen, ich wurde gerne wissen, wurde
    gern wissen, sag mir, konnen sie bestatigen, kannst du bestatigen, konnen sie erklaren,
    kannst du erklaren, konnen sie mir erklaren, kannst du mir erklaren, kurze frage, eine frage
    """
    ),
    "wh": phrases(
        """
    was, wer, wen, wem, wo, wohin, woher, warum, wieso, weshalb, wie, wie viel, wieviel, wie
    viele, wie lange, welche, welcher, welches, welchen, wessen, wann, bis wann, um wie viel
    uhr, womit, wofur, woran, worum, status, stand
    """
    ),
    "when": phrases("wann genau"),
    "aux": phrases(
        """
    ist, sind, hat, haben, habt, hast, war, waren, gibt es, gibts, wird, werden, kommt, kommst,
    kommen, soll, sollen, sollte, darf, durfen, kann ich, kann man, kann er, kann sie, muss ich,
    mussen wir, bist, seid, geht, geht das, lauft, wollen wir, habe ich, haben wir, passt es,
    bekomme, steht, stimmt, stimmt es, klappt, funktioniert, brauchst, braucht ihr, hattest,
    hatten, machen sie, bieten sie, hatten sie, liegt, konnt ihr heute
    """
    ),
    "need": phrases(
        """
    task, todo, ich brauche, wir brauchen, brauche, brauchen, braucht, benotige, benotigen,
    muss, mussen, musst, musste noch, sollte, sollten, solltest, ich hatte gerne, ich hatte
    gern, ich mochte, wir mochten, mochte, ich will, wir wollen, nicht vergessen, vergiss nicht,
    vergessen sie nicht, erinnere mich, denk an, denk daran, denken sie an, aufgabe, neue
    aufgabe, zu erledigen, bitte, fallig, es fehlt, es fehlen, fehlt noch, fehlen noch, ich
    suche, wir suchen, sorge dafur, stell sicher, stelle sicher, hatten gern, hatten gerne, ist
    zu, gehort
    """
    ),
    "not-need": phrases(
        """
    brauche nicht, brauchen nicht, nicht notig, nicht mehr notig, brauchen wir nicht, brauche
    ich nicht, muss nicht, mussen nicht, keine sorge, musst du nicht, hat sich erledigt, musste
    ich, mussten wir, brauchen keine, brauche keine
    """
    ),
    "fault": phrases(
        """
    lauft aus, undichte, geht nicht an, geht nicht aus, geht nicht auf, geht nicht zu,
    funktioniert nicht, funktionieren nicht, geht nicht, geht nicht mehr, gehen nicht, ladt
    nicht, startet nicht, offnet nicht, druckt nicht, kaputt, defekt, ausgefallen, abgesturzt,
    nicht erreichbar, offline, down, fehler, fehlermeldung, tippfehler, leck, undicht, tropft,
    wasserschaden, uberschwemmt, gehackt, kein strom, kein wasser, kein warmwasser, kein
    internet, keine heizung, stromausfall, notfall, komme nicht rein, kann mich nicht einloggen,
    kann mich nicht anmelden, problem, probleme, storung, klemmt, brennt, gesperrt, ausgesperrt,
    spinnt, streikt, wasserrohrbruch, rohrbruch
    """
    ),
    "news": phrases(
        """
    ich habe, wir haben, habe, hat, wurde, wurden, ist fertig, bin fertig, fertig, erledigt,
    bin, sind, bin unterwegs, unterwegs, komme spater, zur info, zur information, info, anbei,
    im anhang, update, leider, gerade, schon, bereits, ist da, angekommen, verschoben auf, warte
    noch, warten noch, stehe im stau, im stau, melde mich, ich werde, wir werden, ich schicke,
    ist wieder, alles gut, lauft wieder, geht wieder, ist bezahlt, ich komme, gestern
    """
    ),
    "agree": phrases(
        """
    ja, jap, jep, jo, ja bitte, ja gerne, ja gern, ok, okay, oki, klar, alles klar, na klar,
    sicher, naturlich, gerne, gern, passt, passt so, das passt, passt mir, einverstanden,
    abgemacht, perfekt, super, prima, gut, sehr gut, in ordnung, geht klar, geht in ordnung,
    mach das, mach es, machen sie das, mach mal, bestatigt, ich bestatige, genehmigt,
    freigegeben, freigabe erteilt, richtig, genau, stimmt, korrekt, klingt gut, hort sich gut
    an, verstanden, so machen wir es, so machen wirs, los gehts, leg los, kein problem,
    wunderbar, toll, top, gebongt, ich stimme zu, nein, nee, ne, nein danke, lieber nicht, noch
    nicht, jetzt nicht, auf keinen fall, abgelehnt, bis dann, alles gut, von mir aus, freue
    mich, gut so, so ist es
    """
    ),
    "filler": phrases(
        """
    leider, nicht, passt, heute, morgen, mich, gut, danke, bitte, das, es, so, mir, mit, fur,
    mich, ist, vielen, dank, sehr, ich, wir, du, uns, und, auch, den, die, der, dem, dann, doch,
    mal, preis, angebot, termin, uhrzeit, wie, besprochen, an, am, um, zu, nehmen, machen,
    schon, gerne, gern, aus, seite, meiner, von, ok, nur, sie
    """
    ),
    "low": phrases(
        """
    nicht dringend, eilt nicht, keine eile, hat zeit, hat keine eile, nicht eilig, wenn du zeit
    hast, wenn sie zeit haben, wenn zeit ist, bei gelegenheit, irgendwann, kein stress, keine
    prioritat, niedrige prioritat, prioritat niedrig, ohne eile, in ruhe, kann warten, wann
    immer, nicht so dringend, ganz entspannt, ist nicht dringend, nicht wichtig, wenns passt, p4
    """
    ),
    "high": phrases(
        """
    dringend, dringende, dringender, eilig, eilt, sofort, asap, schnellstmoglich, so schnell wie
    moglich, umgehend, unverzuglich, schnell, jetzt gleich, hohe prioritat, prioritat hoch,
    hochste prioritat, heute, heute noch, noch heute, gleich, baldmoglichst, so bald wie
    moglich, wichtig, sehr wichtig, letzte mahnung, uberfallig, hochste zeit, schnellstens, auf
    der stelle, p2, moglichst schnell, heute abend, feierabend
    """
    ),
    "critical": phrases(
        """
    notfall, kritisch, ausgefallen, abgesturzt, nicht erreichbar, stromausfall, gehackt,
    wasserschaden, wasserrohrbruch, rohrbruch, uberschwemmt, brennt, feuer, gasgeruch, verletzt,
    einbruch, p1, p0, katastrophe, ist down, server down, seite down, down, offline, datenleck,
    totalausfall
    """
    ),
    "mute": phrases(
        "notfallkontakt, nicht mehr dringend, telefonisch nicht erreichbar, schnell mal"
    ),
    "negation": phrases("nicht, kein, keine, nie, ohne, nichts"),
    "priority": [
        *phrases("niedrige prioritat, prioritat niedrig, keine prioritat, nicht dringend, p4", 0),
        *phrases("nicht so dringend, ist nicht dringend", 0),
        *phrases("mittlere prioritat, normale prioritat, prioritat mittel, p3", 1),
        *phrases("hohe prioritat, prioritat hoch, dringend, dringende, dringender, p2", 2),
        *phrases("hochste prioritat, kritisch, p1, p0, prioritat kritisch", 3),
    ],
}

MENTIONS = {
    "to-person": phrases(
        """
    fur, mit, an, von, bei, ruf, rufe, frag, frage, sag, sage, schick, schicke, sende, bitte,
    gib, erinnere, informiere, kontaktiere, hallo, hi, hey, liebe, lieber, anrufen, und, hat,
    ist, treffen mit, termin mit, gesprochen mit, dass, schreib, schreibe, ob
    """
    ),
    "title": phrases("herr, herrn, frau, dr, prof, doktor"),
    "project-before": phrases(
        "projekt, kampagne, konto, kunde, kunden, kundin, account, das projekt"
    ),
    "project-after": phrases("projekt, kampagne, account"),
    "generic": phrases(
        """
    der, die, das, dem, den, ein, eine, dieses, diesem, unser, unsere, neue, neues, neuen, mein,
    fur, im, in, am, zum, vom, bank, hat, ist, mit, und, sagt, will, beim, kommt, nachste,
    letzte, aktuelle, alte, beide, jeder, wartet, mochte, anrufen, wurde, braucht, an, zu
    """
    ),
}

TOPICS = {
    "tasks-topic": phrases(
        """
    meine liste, meiner liste, die liste, aufgaben, meine aufgaben, offen, offene, offenen,
    steht an, steht heute an, ansteht, anstehen, stehen an, fallig, zu tun, noch zu tun, zu
    erledigen, status, stand, fristen, todo, todos, to dos, noch offen, auf dem plan, steht,
    heute an, agenda, tun
    """
    ),
    "my-name": phrases("ich heiße, ich heisse, mein name ist, hier ist, hier spricht"),
}
