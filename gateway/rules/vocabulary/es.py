"""What Spanish words signal; accents are folded away."""

from gateway.rules.vocabulary.lexicon import phrases

STOP_WORDS = """
    llamo tarea tareas el la los las un una de del que y o en a al por para con sin su mi tu se
    lo le les nos es son esta estan estoy he ha han hay ya pero como mas muy este esto eso favor
    gracias hola buenos dias buenas tardes necesito puedes podrias quiero cuando donde quien
    cuanto manana hoy ayer lunes martes miercoles jueves viernes sabado domingo cliente vale
    antes hasta sobre me te llama envia manda todo esta hacer tengo ser fue era cual pueden
    puede cuesta parece
    """

# Orders in the familiar and the polite form, with and without "me", and the bare infinitive.
VERBS = """
    anade anadir agrega agregar actualiza actualice actualizar adjunta adjuntar agenda agendar
    anota anotar aparta apunta apuntar archiva archivar arregla arregle arreglar asigna asignar
    avisa avise avisar ayuda ayudame borra borrar busca busque buscar cambia cambie cambiar
    cancela cancele cancelar carga cargar cierra cerrar coloca comprueba comprobar compra compre
    comprar comunica comparte compartir completa completar configura configurar confirma
    confirmar consigue conseguir contacta contactar contesta contestar copia copiar corrige
    corregir cotiza cotizar crea cree crear cubre dale dame da deja descarga descargar dile
    diles di disena disenar edita editar elige elegir elimina eliminar encarga encargar
    encuentra entrega entregar envia envie enviar enviame enviale enviales envianos escribe
    escriba escribir escribele estudia exporta exportar factura facturar gestiona gestionar haz
    hazme haga hacer imprime imprima imprimir incluye incluir informa informar instala instale
    instalar investiga investigar invita invitar lanza lanzar limpia limpie limpiar llama llame
    llamar llamame llamale lleva llevar manda mande mandar mandame mandale mandanos mide medir
    mira mirar modifica modificar monta montar mueve mover ordena ordenar organiza organizar
    paga pague pagar pasa pase pasar pasame pide pida pedir pinta pintar planifica planificar
    pon ponga poner ponme prepara prepare preparar presenta presentar programa programar prueba
    probar publica publique publicar quita quitar recoge recoja recoger recuerda recuerdame
    recordar recuerdale redacta redactar reenvia reenviar registra registrar renueva renovar
    repara repare reparar repasa repasar repite reserva reserve reservar resuelve resolver
    responde responder reune reunir revisa revise revisar saca sacar sigue soluciona solucionar
    sube suba subir sustituye sustituir termina terminar traduce traducir trae traer transfiere
    transferir verifica verificar visita visitar vende
    """
NOUNS_TOO = """
    compra reserva factura prueba visita entrega cambio llamada carga copia ayuda agenda
    programa presupuesto limpia completa sigue
    """

PAST = """
    envie enviamos enviado he hemos ha han habia fue fueron termine terminado termino hecho hice
    llame llamado llego llegado pague pagado pago entregado entregue esta estan estoy estamos
    estaba es son era sera seran quedo queda quedan salio salgo salimos llamo mando mande
    confirmo aprobo firmo acabo acabamos recibi recibido voy vamos va tengo tenemos sigue siguen
    dijo dice quiere viene
    """

SENSES = {
    "greeting": phrases(
        """
    hola, buenos dias, buenas tardes, buenas noches, buenas, buen dia, que tal, hola a todos,
    estimado, estimada, estimados, oye, espero que estes bien, espero que este bien, querido,
    querida
    """
    ),
    "signoff": phrases(
        """
    saludos, un saludo, saludos cordiales, atentamente, cordialmente, un abrazo, abrazos, besos,
    muchas gracias de antemano, gracias de antemano
    """
    ),
    "polite": phrases("por favor, porfavor, porfa, xfa, xfavor, pf"),
    "thanks": phrases("gracias, muchas gracias, mil gracias, te lo agradezco, se lo agradezco"),
    "lead": phrases(
        """
    tambien, y, pero, ademas, luego, entonces, ahora, pues, bueno, ok, vale, si, no, mira,
    equipo, primero, segundo, por cierto, otra cosa, nota, cuando puedas, cuando pueda, si
    puedes, si puede, perfecto, genial, despues, a ver, perdon, disculpa, disculpe
    """
    ),
    "request": phrases(
        """
    puedes, puede, podrias, podria, podeis, pueden, podrian, podemos, me puedes, me puede, me
    podrias, me podria, nos puedes, nos podria, puedes por favor, te importa, te importaria, le
    importaria, seria posible, es posible, alguien puede, alguien podria, te encargas de, me
    haces el favor de, hazme el favor de, serias tan amable de, seria tan amable de, me envias,
    me mandas, me pasas, quien puede, se puede, nos puede, nos podrias, me ayudas
    """
    ),
    "ask": phrases(
        """
    ensename mis tareas, muestrame mis tareas, dame mi lista, muestrame mi lista, mis tareas,
    lista mis tareas, puedes decirme, puede decirme, podrias decirme, podria decirme, me puedes
    decir, me puede decir, me podrias decir, me podria decir, sabes si, sabes cuando, sabe si,
    sabe cuando, sabes, queria saber, quisiera saber, me gustaria saber, me dices, alguna
    novedad, hay novedades, me puedes confirmar, puedes confirmar, puede confirmar, podria
    confirmar, podrias confirmar, puedes explicarme, podrias explicar, puede explicar
    """
    ),
    "wh": phrases(
        """
    que, cual, cuales, quien, quienes, donde, por que, como, cuanto, cuanta, cuantos, cuantas, a
    que hora, en que, de quien, adonde, que tal va, como va, para que, a quien, desde cuando
    """
    ),
    "when": phrases("cuando, para cuando"),
    "aux": [],
    "need": phrases(
        """
    task, necesito, necesitamos, necesita, hay que, tienes que, tiene que, tenemos que, tengo
    que, debes, debe, debemos, deberia, deberias, deberiamos, quiero, queremos, quisiera, me
    gustaria, nos gustaria, no olvides, no olvidar, no te olvides, asegurate, asegurate de,
    recordar, pendiente, tarea, nueva tarea, hace falta, hacen falta, por favor, porfa, falta,
    faltan, urge, busco, buscamos, me hace falta, ojo con, conviene, que no se olvide, a ver si
    """
    ),
    "not-need": phrases(
        """
    no hace falta, no necesito, no necesitamos, no es necesario, ya no hace falta, no hay que,
    no quiero molestar, no te preocupes, no se preocupe, ya no necesito, tuve que, tuvimos que
    """
    ),
    "fault": phrases(
        """
    se ha fundido, fundido, fundida, estropeado, estropeada, no cierra bien, pierde agua, hace
    ruido, no cierra, no imprime, no calienta, no enfria, no responde, no conecta, no funciona,
    no funcionan, no va, no carga, no cargan, no abre, no arranca, no enciende, se ha caido, se
    cayo, esta caida, esta caido, esta roto, esta rota, se ha roto, se rompio, averiado,
    averiada, error, errores, un fallo, fallo, fallos, da error, no puedo entrar, no puedo
    acceder, no podemos acceder, no puedo pagar, fuga, fuga de agua, gotea, gotera, inundado,
    inundacion, hackeado, hackeada, nos han hackeado, no hay luz, no hay agua, no hay internet,
    no hay conexion, emergencia, bloqueado, bloqueada, problema, problemas, errata, sin luz, sin
    agua, sin internet, dejo de funcionar, ha dejado de funcionar
    """
    ),
    "news": phrases(
        """
    ya, he, hemos, ha, han, acabo de, acabamos de, estoy, estamos, llego, voy, vamos, salgo,
    terminado, hecho, listo, lista, esta listo, esta lista, adjunto, adjunta, te adjunto, le
    adjunto, para tu informacion, aviso, informo, te informo, aqui tienes, aqui esta, de camino,
    en camino, enviado, enviada, pagado, pagada, entregado, sin novedades, sin respuesta, sigo,
    fue, quedo, llegare, llegaremos, te envio, mandare, enviare, ayer
    """
    ),
    "agree": phrases(
        """
    si, sii, claro, claro que si, vale, ok, okay, okey, de acuerdo, perfecto, genial, estupendo,
    adelante, hazlo, hagalo, por supuesto, correcto, exacto, confirmado, confirmo, lo confirmo,
    aprobado, apruebo, me parece bien, me parece, me parece perfecto, esta bien, muy bien, bien,
    entendido, listo, dale, venga, bueno, sin problema, no hay problema, eso es, asi es,
    conforme, acepto, aceptado, suena bien, no, no gracias, para nada, ahora no, mejor no,
    todavia no, negativo, nos vemos, hasta luego, buenisimo, fenomenal, excelente, seguro,
    ningun problema, si por favor, me sirve, todo bien
    """
    ),
    "filler": phrases(
        """
    me, va, viene, puedo, puede, gracias, muchas gracias, por, favor, por favor, el, la, lo,
    los, las, a, para, con, eso, asi, me, te, nos, de, y, todo, toda, esta, es, mi, parte,
    precio, presupuesto, hora, fecha, entonces, pues, un, una, como, dijimos, hablamos, al, del,
    que, ya, mucho, en, tambien, les, viene
    """
    ),
    "low": phrases(
        """
    sin prisa, sin prisas, no hay prisa, no corre prisa, no es urgente, no urge, nada urgente,
    cuando puedas, cuando pueda, cuando podais, cuando tengas tiempo, cuando tenga tiempo,
    cuando tengas un momento, cuando tengas un rato, prioridad baja, baja prioridad, con calma,
    tranquilamente, puede esperar, algun dia, poco urgente, no es prioritario, sin urgencia
    """
    ),
    "high": phrases(
        """
    urgente, urgentemente, urge, lo antes posible, cuanto antes, ya mismo, ahora mismo,
    inmediatamente, de inmediato, enseguida, en seguida, rapido, rapidamente, alta prioridad,
    prioridad alta, hoy, hoy mismo, esta tarde, esta noche, esta manana, corre prisa, tan pronto
    como, con urgencia, asap, muy importante, importante, maxima prioridad, ultimo aviso, p2,
    sin demora, antes de las
    """
    ),
    "critical": phrases(
        """
    emergencia, critico, critica, se ha caido, se cayo, esta caida, esta caido, caida total,
    hackeado, hackeada, nos han hackeado, fuga de agua, fuga de gas, huele a gas, inundado,
    inundacion, incendio, fuego, herido, robo, nos han robado, p1, p0, catastrofe, desastre
    """
    ),
    "mute": phrases("por ahora, hasta ahora, de momento, salida de emergencia, ya no es urgente"),
    "negation": phrases("no, nada, ni, nunca, sin, tampoco"),
    "priority": [
        *phrases("prioridad baja, baja prioridad, no es urgente, no urge, nada urgente, p4", 0),
        *phrases("poco urgente, no es prioritario, sin urgencia", 0),
        *phrases("prioridad media, prioridad normal, media prioridad, p3", 1),
        *phrases("prioridad alta, alta prioridad, urgente, urgentemente, urge, p2, muy urgente", 2),
        *phrases(
            "maxima prioridad, prioridad maxima, prioridad critica, critico, critica, p1, p0", 3
        ),
    ],
}

MENTIONS = {
    "to-person": phrases(
        """
    a, para, con, de, por, llama, llame, llamar, avisa, avise, avisar, pregunta, pregunte,
    preguntar, pregunta a, dile a, diselo a, envia a, escribe a, llamar a, hola, querido,
    querida, estimado, estimada, hable con, hablado con, reunion con, y, contacta, invita,
    contactar, que
    """
    ),
    "title": phrases("sr, sra, srta, senor, senora, senorita, don, dona, doctor, doctora, dr, dra"),
    "project-before": phrases(
        "proyecto, proyecto de, cuenta, cuenta de, campana, campana de, cliente, el proyecto"
    ),
    "project-after": phrases("project"),
    "generic": phrases(
        """
    el, la, los, las, un, una, este, esta, mi, nuestro, nuestra, su, nuevo, nueva, de, del, que,
    bancaria, correo, no, ha, se, esta, y, en, para, con, es, por, quiere, dice, actual,
    anterior, a
    """
    ),
}

TOPICS = {
    "tasks-topic": phrases(
        """
    mi lista, la lista, tareas, mis tareas, tareas pendientes, pendiente, pendientes, que tengo,
    tengo que hacer, hay que hacer, por hacer, vence, vencen, agenda, estado, tengo para, toca
    hoy, queda por hacer, que queda, plazos, abiertas, que hay para, mi dia
    """
    ),
    "my-name": phrases("me llamo, mi nombre es, soy"),
}
