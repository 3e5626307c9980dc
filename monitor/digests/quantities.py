"""Words that say how many, which or when without a digit, by language: folded, as sources are."""

from __future__ import annotations

from monitor.digests.numerals import SPELLED_WORDS
from monitor.stories.folding import fold
from monitor.stories.words import MONTHS


def _folded(words: str) -> frozenset[str]:
    return frozenset(map(fold, words.split()))


COUNTING = {
    "en": _folded(
        "dozen dozens hundred hundreds thousand thousands million millions billion billions trillion "
        "trillions half halves halve halved third thirds quarter quarters double doubled doubles doubling "
        "triple tripled triples tripling quadruple quadrupled twice thrice tenfold twofold threefold tens "
        "first second fourth fifth sixth seventh eighth ninth tenth eleventh twelfth majority minority "
        "all every none nobody unanimous unanimously percent percentage decade century scores myriad "
        "couple pair pairs duo trio quartet both single sole lone"
    ),
    "de": _folded(
        "dutzend dutzende hundert hunderte tausend tausende million millionen milliarde milliarden billion "
        "billionen hälfte halb halbe halbes drittel viertel fünftel doppelt doppelte verdoppelt verdoppelte "
        "verdoppeln verdreifacht dreifach zehnfach erste ersten erster erstes erstem zweite zweiten zweiter "
        "zweites dritte dritten dritter drittes vierte vierten fünfte fünften mehrheit minderheit alle "
        "niemand einstimmig prozent jahrzehnt jahrhundert eins beide beiden "
        "paar einzige einzigen einziger"
    ),
    "es": _folded(
        "docena docenas cientos miles mil millón millones billón billones mitad medio media tercio tercios "
        "cuarto cuartos doble duplica duplicó duplicar triple triplicó décima primer primera primero segundo "
        "segunda tercer tercera tercero cuarta quinto quinta mayoría minoría todos todas ninguno nadie "
        "unánime porcentaje década siglo veces uno ambos ambas par "
        "pareja único única"
    ),
    "fr": _folded(
        "douzaine douzaines dizaine dizaines vingtaine centaine centaines cents millier milliers mille "
        "million millions milliard milliards billion moitié demi demie tiers quart quarts double doublé "
        "doubler doublera triple triplé premier première premiers premières deuxième second seconde "
        "troisième quatrième cinquième majorité minorité tous toutes aucun personne unanime unanimité "
        "pourcent pourcentage décennie siècle fois deux paire "
        "couple unique seul seule"
    ),
}
"""Quantities, shares and places in a row: each must stand in the sources itself."""

ANY_COUNTING = frozenset().union(*COUNTING.values(), SPELLED_WORDS)
"""All of these and all numbers in words, for languages whose own are not known."""

DAYS = {
    "en": _folded(
        "yesterday today tomorrow tonight monday tuesday wednesday thursday friday saturday sunday weekend"
    ),
    "de": _folded(
        "gestern heute montag dienstag mittwoch donnerstag freitag samstag sonntag wochenende vorgestern "
        "übermorgen"
    ),
    "es": _folded(
        "ayer hoy mañana lunes martes miércoles jueves viernes sábado domingo anteayer anoche"
    ),
    "fr": _folded("hier aujourd hui demain lundi mardi mercredi jeudi vendredi samedi dimanche"),
}
"""Days that are named by where they stand in the week, or from today."""

ANY_DAYS = frozenset().union(*DAYS.values())
"""All of these, for languages whose own are not known."""

MONTHS_IN_SMALL = {"es": MONTHS, "fr": MONTHS}
"""Months, where they have no capital to be known by."""

OPENERS = {
    "en": _folded(
        "according also although because however meanwhile further moreover although despite during "
        "since until under while instead some several many most both each another other these those such "
        "if not only there then now here it officials"
    ),
    "de": _folded(
        "laut damit dabei dazu zudem außerdem allerdings jedoch hingegen während nachdem obwohl trotz "
        "seit bis unter gegen durch dafür dagegen zugleich künftig demnach dort diese dieser dieses "
        "einige mehrere viele andere ihr ihre sein seine wegen nun jetzt ab"
    ),
    "es": _folded(
        "según además también aunque mientras sin entre desde hasta durante tras este esta estos estas "
        "algunos varios muchos otros otra ante contra hacia si no"
    ),
    "fr": _folded(
        "selon aussi cependant toutefois ainsi alors pendant depuis sans sous entre vers contre afin malgré "
        "certains plusieurs autres cet ces leur leurs son sa ses si elle elles ils on"
    ),
}
"""Words that open a sentence and have their capital from that."""
