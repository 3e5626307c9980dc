"""Words that carry no subject, in the languages that are stemmed; folded, without accents.

Function words, and what news says of anything: said, new, year. They are never proposed for a topic.
What is merely frequent is weighed down by its own frequency, see `monitor.topics.suggest`.
"""

from __future__ import annotations

_ENGLISH = """
a about above after again against all almost also although always am among an and another any anyone
anything are around as ask asks asked at away back be became because become been before began behind
being below best better between big both but by call called calls came can cannot come comes could day
days did do does doing done down during each early either else end even ever every everyone everything
far few find first five for former found four from full gave get gets getting give given gives go goes
going good got great had half has have he her here hers him his hit home how however i if in including
into is it its itself just keep know known largest last late later latest least less let like likely
little long look looks lot made major make makes making many may me mean might monday month months more
most much must my near need needs never new news next no non nor not nothing now of off often old on
once one only onto or other others our out over own part past people per post put quite rather read
really said same saw say saying says second see seen set several she should show shows since six small
so some something soon still such take taken takes tell ten than that the their them then there these
they thing things think this those though thousands three through thus time times to today together
told too took top toward towards tuesday two under until up upon us use used uses using very via want
wants was watch way ways we wednesday week weeks well went were what when where whether which while who
whole whom whose why will with within without wo work works would year years yes yesterday yet you your
thursday friday saturday sunday january february march april june july august september october november
december ago appeared continue reading comment comments according report reports reported
"""
_GERMAN = """
aber alle allem allen aller alles als also am an andere anderen auch auf aus bei beim bereits bin bis
bisher da dabei dadurch dafur damit dann darauf das dass dazu dem den denen denn der deren des dessen
deutlich die dies diese diesem diesen dieser dieses doch dort drei du durch ein eine einem einen einer
eines einige er erst ersten erstmals es etwa euch euro fast fur gegen gegenuber geht gerade gibt ging
habe haben hat hatte hatten heute hier hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im immer in
ins ist ja jahr jahre jahren jeder jetzt kann kaum kein keine keinen kommt konnen konnte konnten lasst
laut macht man mehr mehrere mein millionen mit muss mussen nach nachdem neue neuen neuer neues nicht
nichts noch nun nur ob oder ohne rund schon sehr sei sein seine seinem seinen seiner seit sich sie sind
so sogar soll sollen sollte sondern sowie statt steht tag trotz uber um und uns unser unter viel viele
vom von vor war waren was wegen weil weiter weitere welche wenn wer werden wie wieder will wir wird
wissen wo wohl wollen worden wurde wurden zeigt zu zum zur zwar zwei zwischen
"""
_FRENCH = """
a afin ainsi alors apres au aucun aussi autre autres aux avait avant avec avoir beaucoup bien c car
ce cela celle celles celui ces cet cette ceux chaque chez comme comment contre d dans de deja depuis
des deux devant doit donc dont du elle elles en encore entre est et ete etre eux faire fait font il ils
j je jour jusqu l la le les leur leurs lors lui ma mais me meme mes moins mois mon n ne ni nos notre
nous nouveau nouvelle on ont ou par parce pas pendant peu peut plus plusieurs pour pourquoi pourrait
premier premiere pres qu quand que quel quelle quelques qui s sa sans se selon sera ses si soit son sont
sous sur ta tandis te tous tout toute toutes tres trois trop tu un une va vers veut vient voici vos
votre vous y ans annee
"""
_SPANISH = """
a ademas ahora al algo algunos ano anos ante antes asi aun aunque bajo bien cada casi como con contra
cual cuando de del desde despues dia dias dice dijo donde dos durante e el ella ellos en entre era es
esa ese eso esta estaba estado estan estar este esto estos fue fueron gran ha habia hace hacer hacia
han hasta hay hoy la las le les lo los mas mayor me mejor menos mes mi mientras millones mismo mucho
muy nada ni no nos nosotros nueva nuevo nunca o otra otras otro otros para parte pero poco por porque
primer primera pues puede pueden que quien quienes se segun ser si sido sin sino sobre solo son su sus
tal tambien tan tanto tendra tener tiene tienen toda todas todo todos tras tres tu un una uno unos va
van ver vez y ya yo
"""
_WEB = "com www http https html amp nbsp quot utm rss"

COMMON = frozenset(f"{_ENGLISH} {_GERMAN} {_FRENCH} {_SPANISH} {_WEB}".split())
"""Forms that are no word of a topic."""

CJK_FUNCTION = frozenset(
    "的了是在和与與将將为為等有中对對也及并並被这這那我你他她它们們个個上下不从從到以于於或但而就都还還"
    "要会會可能让讓把向其之所该該此每第一二三四五六七八九十年月日时時"
    "은는이가을를의에도로와과"
)
"""Characters with which a piece of a run is not likely to begin or end a word."""
