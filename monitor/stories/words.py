"""Small closed sets of words that grouping treats apart: function words, negations, months."""

from __future__ import annotations

import re


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


PREFIX = re.compile(
    r"^(?:(?:watch|video|exclusive|breaking(?: news)?|update(?:d| \d)?|analysis|explainer|focus|"
    r"insight|factbox|wrapup \d|opinion|correct(?:ed|ion)|refile|exklusiv|eilmeldung|exclusif|"
    r"exclusiva|独家|獨家|快讯|快訊)\s*[:：|–—-]\s*|watch\s+(?=\S))",
    re.IGNORECASE,
)
"""What wires and video pages put before a headline."""

# Function words only: what is merely frequent is weighed down by its own frequency.
STOP = _set(
    """
    a an and are as at be been but by for from had has have he her him his how i if in into is it
    its may more of on or our out over said says say she so than that the their them there they this
    to up was we were what when where which who why will with would you your after
    der die das den dem des ein eine einer eines einem einen und oder im am auf aus bei mit nach von
    vom zu zum zur fur ist sind war wird werden wie was auch sich als es er sie um uber dass hat
    el la los las un una unos unas y o de del al en con por para que se su sus son fue como mas lo
    le tras sobre ya
    les du et ou dans sur pour par avec est sont au aux ce ces cette qui plus ses sa il elle d l qu
    s n c os as uma e do da dos das ao na nos nas com em
    """
)

STOP_CHARACTERS = frozenset(
    "的了在是等与與和及或将將为為对對其被也就都而并並于於以之此该該這这那个個々のをにはがでとも"
)
"""Characters that serve grammar in Chinese and Japanese."""

CLASSIFIERS = frozenset("个個家项項名款位条條种種次件张張台座人届屆轮輪波批起艘架部")
"""What stands between a number and what it counts in Chinese: only with the next character it tells."""

NEGATIONS = _set("not no never without kein keine nicht ohne nie sin nunca ne pas sans")
"""Words that turn a headline into its opposite; never function words here."""

MONTHS = _set(
    """
    jan january feb february mar march apr april may jun june jul july aug august sep sept september
    oct october nov november dec december
    januar februar marz mai juni juli oktober dezember
    enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
    janvier fevrier mars avril juin juillet aout septembre octobre novembre decembre
    """
)

NUMBERED = _set(
    """
    notice issue no nr number episode ep vol volume part chapter edition release day week round
    ausgabe folge nummer teil tag woche runde numero edicion parte dia semana ronda epis partie jour semaine tour
    """
)
"""What is numbered one after the other: issue 41 is not issue 42."""

BACKED = _set("backed owned linked funded")
"""What follows a name that is not the one spoken of."""

AMOUNTS = _set(
    """
    % percent pct prozent billion billions million millions trillion mrd mio milliarden millionen
    millones milliard milliards millon dollar dollars euro euros yuan usd eur bn mln tn 亿 億 万 萬 元 美 欧 歐 点 點
    """
)
"""What follows an amount, which moves from report to report, and not a count."""
