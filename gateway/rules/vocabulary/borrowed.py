"""Phrases that people take over into any of the other languages: "please mach das"."""

from gateway.rules.vocabulary.lexicon import Value, phrases

BORROWED: dict[str, list[tuple[str, Value]]] = {
    "greeting": phrases("hi, hey, hello, hi team, hey team, hola, hallo, moin, bonjour, salut"),
    "polite": phrases(
        "please, pls, plz, bitte, por favor, porfa, s il te plait, s il vous plait, stp, svp"
    ),
    "thanks": phrases("thanks, thank you, thx, gracias, danke, vielen dank, merci"),
    "request": phrases(
        """
    can you, could you, can you please, could you please, would you, will you, can someone,
    could someone, would you mind, can we,
    puedes, podrias, podria, puedes por favor, me puedes, me podrias, nos puedes,
    kannst du, konntest du, kannst du bitte, konntest du bitte, konnen sie, konnten sie, konnen
    sie bitte, konnten sie bitte, kann jemand, konnte jemand,
    peux tu, pouvez vous, pourrais tu, pourriez vous, tu peux, vous pouvez, merci de, veuillez
    """
    ),
    "need": phrases(
        """
    i need, we need, i need to, we need to, necesito, necesitamos, necesito que, hay que,
    ich brauche, wir brauchen, il faut, j ai besoin de, on a besoin de
    """
    ),
    "high": phrases("asap, urgent, hoy, today, heute, aujourd hui"),
}
"""Each language gets those that it has not got itself."""
