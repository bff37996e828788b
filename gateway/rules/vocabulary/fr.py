"""What French words signal; accents are folded away and an elision is a word of its own."""

from gateway.rules.vocabulary.lexicon import phrases

STOP_WORDS = """
    tache taches le la les un une des du de l d et ou mais est sont ete etait sera a au aux en
    dans sur pour par avec sans ce cet cette ces mon ma mes ton ta votre vos notre nos il elle
    je j tu nous vous on ils me m te se s y ne n pas plus tres bien merci bonjour salut bonsoir
    oui non quand ou qui que qu quoi comment pourquoi combien peux pouvez faut besoin demain
    hier aujourd hui lundi mardi mercredi jeudi vendredi samedi dimanche avant apres client
    facture devis rendez ai as avez ont suis vas accord parfait envoie c ca
    """

# Orders in the familiar and the polite form, and the infinitive.
VERBS = """
    envoie envoyez envoyer appelle appelez appeler rappelle rappelez rappeler commande commandez
    commander achete achetez acheter reserve reservez reserver prepare preparez preparer ecris
    ecrivez ecrire corrige corrigez corriger verifie verifiez verifier ajoute ajoutez ajouter
    change changez changer mets mettez mettre modifie modifiez modifier repare reparez reparer
    cree creez creer fais faites faire planifie planifiez planifier organise organisez organiser
    imprime imprimez imprimer paie paye payez payer demande demandez demander dis dites dire
    donne donnez donner cherche cherchez chercher trouve trouvez trouver livre livrez livrer
    annule annulez annuler deplace deplacez deplacer reporte reportez reporter confirme
    confirmez confirmer contacte contactez contacter previens prevenez prevenir partage partagez
    partager publie publiez publier supprime supprimez supprimer teste testez tester installe
    installez installer nettoie nettoyez nettoyer traduis traduisez traduire mesure mesurez
    mesurer passe passez passer prends prenez prendre rends rendez rendre remplace remplacez
    remplacer renouvelle renouvelez renouveler redige redigez rediger relance relancez relancer
    relis relisez relire regle reglez regler repond reponds repondez repondre termine terminez
    terminer transfere transferez transferer telecharge telechargez telecharger mettez-a apporte
    apportez apporter recupere recuperez recuperer range rangez ranger archive archivez archiver
    facture facturez facturer finis finissez finir fixe fixez fixer note notez noter invite
    invitez inviter informe informez informer oublie oubliez pense pensez signe signez signer
    vends vendez vendre regarde regardez regarder resous resoudre tape tapez lance lancez lancer
    continue continuez programme programmez programmer complete completez completer actualise
    actualisez actualiser compare comparez comparer classe classez classer calcule calculez
    calculer ouvre ouvrez ouvrir ferme fermez fermer monte montez monter peins peindre renvoie
    renvoyez renvoyer revois revoir
    """
NOUNS_TOO = """
    commande reserve demande change livre facture note mesure passe programme reporte regle
    classe fixe archive invite paie rappel ferme complete compare termine publie
    """

PAST = """
    ai as a avons avez ont suis est sommes sont ete etait etaient envoye envoyee recu recue fini
    termine terminee fait faite paye payee livre livree valide validee signe signee appele
    commande arrive arrivee parti partie sera seront va vient veut dit reste marche
    """

SENSES = {
    "greeting": phrases(
        """
    bonjour, salut, bonsoir, coucou, hello, cher, chere, chers, bonjour a tous, bonjour a
    toutes, j espere que vous allez bien, j espere que tu vas bien, allo, bonjour monsieur,
    bonjour madame
    """
    ),
    "signoff": phrases(
        """
    cordialement, bien cordialement, bien a vous, bien a toi, amicalement, bonne journee, bonne
    soiree, sinceres salutations, salutations, bises, a bientot, respectueusement, merci d
    avance
    """
    ),
    "polite": phrases(
        "s il te plait, s il vous plait, svp, stp, merci de, merci d, merci de bien vouloir"
    ),
    "thanks": phrases(
        "merci, merci beaucoup, mille mercis, merci bien, grand merci, un grand merci"
    ),
    "lead": phrases(
        """
    aussi, et, mais, puis, ensuite, alors, donc, maintenant, ok, bon, ah, oh, d accord, oui,
    non, au fait, equipe, autre chose, prochaine etape, note, desole, pardon, excusez moi,
    excuse moi, parfait, super, en plus, de plus, d abord, enfin, quand tu peux, quand vous
    pouvez, si possible
    """
    ),
    "request": phrases(
        """
    peux tu, pouvez vous, pourrais tu, pourriez vous, tu peux, vous pouvez, tu pourrais, vous
    pourriez, peut on, pourrait on, est ce que tu peux, est ce que vous pouvez, est ce que tu
    pourrais, est ce que vous pourriez, quelqu un peut, quelqu un pourrait, est ce que quelqu un
    peut, serait il possible, est il possible, est ce possible, merci de, merci d, merci de bien
    vouloir, auriez vous l amabilite, ca te derange de, ca vous derange de, voudrais tu,
    voudriez vous, veux tu, veuillez, je te prie de, je vous prie de, on peut, on pourrait,
    pouvons nous, qui peut, je vous remercie de, est ce qu on peut
    """
    ),
    "ask": phrases(
        """
    montre moi mes taches, montre moi ma liste, liste mes taches, donne moi ma liste, mes
    taches, affiche mes taches, peux tu me dire, pouvez vous me dire, pourrais tu me dire,
    pourriez vous me dire, tu peux me dire, vous pouvez me dire, sais tu, savez vous, tu sais,
    vous savez, je voulais savoir, j aimerais savoir, je voudrais savoir, des nouvelles, une
    idee, petite question, peux tu confirmer, pouvez vous confirmer, pouvez vous me confirmer,
    peux tu me confirmer, pouvez vous expliquer, pouvez vous m expliquer, peux tu m expliquer,
    merci de me dire
    """
    ),
    "wh": phrases(
        """
    que, qu, quoi, quel, quelle, quels, quelles, qui, ou, ou en est, pourquoi, comment, combien,
    a quelle heure, quand, qu est ce que, qu est ce qu, qu est ce qui, est ce que, est ce qu, de
    combien, pour quand, a qui, depuis quand, ou en sont, c est quand, c est quoi, c est
    combien, c est ou
    """
    ),
    "when": phrases("quand est"),
    "aux": phrases(
        """
    as tu, avez vous, a t il, a t elle, a t on, ont ils, est il, est elle, sont ils, sont elles,
    es tu, etes vous, y a t il, dois je, doit on, devons nous, faut il, puis je, faites vous,
    fais tu, prenez vous, proposez vous, va t il, viens tu, venez vous, aurez vous, serez vous,
    auriez vous, avons nous, ai je, sommes nous, vas tu, allez vous, reste t il
    """
    ),
    "need": phrases(
        """
    task, todo, j ai besoin, nous avons besoin, on a besoin, besoin de, besoin d, il faut, il
    faudrait, faut, il nous faut, il me faut, il manque, tu dois, vous devez, nous devons, on
    doit, je dois, doit etre, doivent etre, devrait, devrais, devriez, je voudrais, nous
    voudrions, j aimerais, nous aimerions, je souhaite, je souhaiterais, nous souhaitons, n
    oublie pas, n oubliez pas, ne pas oublier, pense a, pensez a, penser a, assure toi, assurez
    vous, rappelle moi, rappelez moi, tache, nouvelle tache, a faire, s il te plait, s il vous
    plait, svp, stp, je cherche, nous cherchons, on cherche, je veux, nous voulons, a rendre, a
    envoyer, a corriger, a livrer
    """
    ),
    "not-need": phrases(
        """
    pas besoin, plus besoin, ce n est pas necessaire, pas la peine, ne t inquiete pas, ne vous
    inquietez pas, j ai du, nous avons du, inutile de, pas necessaire, il ne faut pas
    """
    ),
    "fault": phrases(
        """
    fuit, goutte, coince, coincee, ne marche pas, ne marche plus, ne fonctionne pas, ne
    fonctionne plus, ne fonctionnent pas, ne marchent plus, marche pas, marche plus, fonctionne
    pas, en panne, est tombe en panne, est casse, est cassee, casse, cassee, est bloque, est
    bloquee, plante, a plante, bug, erreur, erreurs, faute de frappe, hors ligne, hors service,
    inaccessible, fuite, fuite d eau, fuit, inonde, inondation, pirate, piratee, plus d eau,
    plus d electricite, plus de courant, plus d internet, pas d internet, urgence, ne charge
    pas, ne s ouvre pas, ne demarre pas, ne repond plus, probleme, problemes, je n arrive pas a
    me connecter, je n arrive pas a acceder, je n arrive pas, impossible de se connecter,
    impossible d acceder, en feu, coupure
    """
    ),
    "news": phrases(
        """
    j ai, nous avons, on a, a ete, ont ete, c est fait, c est bon, fait, fini, termine, je suis,
    nous sommes, on est, j arrive, en route, en retard, pour info, pour information, ci joint,
    en piece jointe, voici, je viens de, on vient de, je serai, nous serons, est pret, est
    prete, sont prets, est en ligne, est arrive, est arrivee, deja, toujours en attente, en
    attente, pas de nouvelles, est paye, est payee, hier, remarche, fonctionne a nouveau, je
    passe, je vais, mise a jour
    """
    ),
    "agree": phrases(
        """
    oui, ouais, ouai, ok, okay, d accord, d acc, dac, parfait, super, tres bien, bien, entendu,
    compris, bien recu, recu, ca marche, ca me va, ca me convient, vas y, allez y, allons y, go,
    c est bon, c est bon pour moi, bon pour moi, c est parfait, c est ok, c est confirme,
    confirme, je confirme, valide, je valide, approuve, accepte, j accepte, bien sur,
    absolument, exactement, exact, correct, c est ca, c est correct, volontiers, avec plaisir,
    pas de probleme, pas de souci, aucun probleme, ca roule, nickel, genial, excellent, non, non
    merci, pas maintenant, surtout pas, pas encore, refuse, annule ca, laisse tomber, a demain,
    a lundi, a bientot, oui merci, oui stp, oui svp, fais le, faites le, bonne idee, tout a
    fait, impeccable
    """
    ),
    "filler": phrases(
        """
    ne, me, convient, pas, faites, fais, comme, possible, merci, beaucoup, pour, moi, le, la,
    les, a, ca, c, est, de, du, avec, nous, je, tu, vous, et, aussi, alors, bien, tres, stp,
    svp, s, il, te, plait, votre, ton, prix, devis, date, heure, comme, convenu, prevu, tout,
    toute, en, on, un, une, l, d, fait, faire, vas, y, va
    """
    ),
    "low": phrases(
        """
    pas urgent, pas d urgence, rien ne presse, pas presse, aucune urgence, rien d urgent, quand
    tu peux, quand vous pouvez, quand tu as le temps, quand vous avez le temps, quand tu auras
    le temps, quand vous aurez le temps, sans urgence, prends ton temps, prenez votre temps,
    faible priorite, priorite faible, priorite basse, basse priorite, a l occasion, un de ces
    jours, ca peut attendre, peut attendre, pas prioritaire, des que possible pour toi,
    tranquillement, ce n est pas urgent, n est pas urgent, c est pas urgent, pas tres urgent
    """
    ),
    "high": phrases(
        """
    urgent, urgente, urgemment, d urgence, en urgence, au plus vite, au plus tot, des que
    possible, le plus vite possible, le plus tot possible, le plus rapidement possible, tout de
    suite, immediatement, rapidement, vite, maintenant, aujourd hui, ce matin, cet apres midi,
    ce soir, asap, haute priorite, priorite haute, priorite elevee, prioritaire, sans delai,
    sans attendre, important, tres important, dernier rappel, en retard de paiement, p2, avant
    ce soir
    """
    ),
    "critical": phrases(
        """
    urgence, critique, en panne, est tombe, est tombe en panne, hors ligne, inaccessible,
    pirate, piratee, a plante, fuite d eau, fuite de gas, fuite de gaz, odeur de gaz, inonde,
    inondation, incendie, en feu, blesse, cambriolage, p1, p0, catastrophe
    """
    ),
    "mute": phrases(
        """
    pas d urgence, aucune urgence, sans urgence, jusqu a maintenant, pour l instant, des
    maintenant disponible, sortie de secours, plus urgent
    """
    ),
    "negation": phrases("pas, ne, n, rien, aucun, aucune, sans, jamais, plus"),
    "priority": [
        *phrases(
            "pas urgent, faible priorite, priorite faible, priorite basse, basse priorite, p4", 0
        ),
        *phrases("pas prioritaire, ce n est pas urgent, n est pas urgent, c est pas urgent", 0),
        *phrases("rien d urgent, pas tres urgent", 0),
        *phrases("priorite moyenne, priorite normale, p3", 1),
        *phrases(
            "urgent, urgente, tres urgent, haute priorite, priorite haute, priorite elevee", 2
        ),
        *phrases("prioritaire, p2", 2),
        *phrases("critique, priorite absolue, priorite critique, priorite maximale, p1, p0", 3),
    ],
}

MENTIONS = {
    "to-person": phrases(
        """
    a, pour, avec, de, par, appelle, appelez, appeler, rappelle, rappelez, rappeler, demande a,
    dis a, previens, prevenez, prevenir, contacte, contactez, contacter, envoie a, ecris a,
    bonjour, salut, cher, chere, et, que, d, chez, reunion avec, parle a, parle avec, invite,
    relance, relancer, coucou
    """
    ),
    "title": phrases("m, mme, mlle, monsieur, madame, mademoiselle, dr, docteur, maitre"),
    "project-before": phrases(
        "projet, compte, campagne, client, cliente, dossier, le projet, chantier"
    ),
    "project-after": phrases("project"),
    "generic": phrases(
        """
    le, la, les, un, une, ce, cette, mon, notre, votre, nouveau, nouvelle, de, du, des, d,
    bancaire, est, a, en, pour, rendu, qui, que, et, n, ne, ont, sur, avec, au, aux, veut,
    actuel, client, s
    """
    ),
}

TOPICS = {
    "tasks-topic": phrases(
        """
    ma liste, la liste, mes taches, taches, les taches, a faire, en cours, en attente, en
    suspens, au programme, mon programme, echeance, echeances, statut, point sur, ou en est, ou
    en sont, prevu aujourd hui, reste a faire, j ai aujourd hui, agenda, me reste, de prevu,
    ouvertes
    """
    ),
    "my-name": phrases("je m appelle, mon nom est, ici"),
}
