"""The words by which a text says who speaks, in English, German, French and Spanish."""

from __future__ import annotations

_SAYS = """
said says told tells wrote writes added adds warned warns argued argues explained explains noted tweeted
posted testified insisted stressed replied
sagte sagt erklärte erklärt betonte betont schrieb schreibt warnte warnt teilte meinte meint forderte
kritisierte ergänzte kündigte
déclare déclaré affirme affirmé explique expliqué estime estimé ajoute ajouté assure assuré souligne souligné
indique indiqué dit écrit confie confié prévient
dijo dice afirmó afirma señaló señala aseguró asegura declaró declara explicó explica añadió añade advirtió
advierte indicó sostuvo escribió escribe apuntó subrayó
"""
SAYS = frozenset(_SAYS.split())
"""Verbs of saying, as they are written in the past and the present."""

_NEEDS_A = "déclaré affirmé expliqué estimé ajouté assuré souligné indiqué confié"
NEEDS_A = frozenset(_NEEDS_A.split())
"""French participles: they say so behind "a" alone."""

_BETWEEN = "has had also later then hat a ha también aussi"
BETWEEN = frozenset(_BETWEEN.split())
"""What may stand between a name and the verb, and leaves it as it is."""

ACCORDING = (("according", "to"), ("selon",), ("según",), ("laut",))
"""What stands before a name instead of a verb."""

_ROLES = """
chief executive officer president minister secretary senator chancellor commissioner spokesman spokeswoman
spokesperson analyst professor founder co-founder cofounder director chair chairman chairwoman head judge
lawyer researcher economist ambassador governor mayor congressman congresswoman representative prime vice
deputy general attorney manager speaker
ministre président présidente porte-parole députée député commissaire professeur professeure directeur
directrice chercheur chercheuse sénateur sénatrice avocat avocate
ministro ministra presidente presidenta portavoz diputado diputada senador senadora comisario comisaria
profesor profesora director directora investigador investigadora secretario secretaria abogado abogada
mr mrs ms dr prof sir dame lady lord herr frau monsieur madame señor señora don doña rep sen gov gen ceo cto
cfo mep mp
"""
ROLES = frozenset(_ROLES.split())
"""What a person is, before the name; in lower case here."""

ROLE_ENDS = (
    "minister", "ministerin", "präsident", "präsidentin", "kanzler", "kanzlerin", "sprecher", "sprecherin", "chef",
    "chefin", "kommissar", "kommissarin", "direktor", "direktorin", "vorsitzende", "vorsitzender", "experte",
    "expertin", "professor", "professorin", "forscher", "forscherin", "analyst", "analystin", "anwalt", "anwältin",
    "leiter", "leiterin", "gründer", "gründerin", "abgeordnete", "abgeordneter", "senatorin", "ökonom", "ökonomin",
)  # fmt: skip
"""How German words end that say what a person is."""

_ARTICLES = "the le la el der die das den dem il"
ARTICLES = frozenset(_ARTICLES.split())

_PARTICLES = "de d' d’ del von van der den di da du bin al la le ter zu dos"
PARTICLES = frozenset(_PARTICLES.split())
"""Small words within a name."""

_NO_NAME = """
he she they it we i you this that these those the a an but and yet so on in at as when while after before then
still however later earlier yesterday meanwhile today tomorrow now there here his her their its our my one
monday tuesday wednesday thursday friday saturday sunday january february march april may june july august
september october november december
er sie es wir ich der die das ein eine aber und doch auch am im bei nach vor seit montag dienstag mittwoch
donnerstag freitag samstag sonntag januar februar märz mai juni juli oktober dezember gestern heute
il elle ils elles on nous je le la les un une mais et lundi mardi mercredi jeudi vendredi samedi dimanche
él ella ellos yo el los las un una pero y lunes martes miércoles jueves viernes sábado domingo ayer hoy
both others another some many most all officials critics experts sources analysts
"""
NO_NAME = frozenset(_NO_NAME.split())
"""What is no name, nor part of one, though it has a capital."""

_UNSURE = """
if because since had did though although unless until whether why how would could should suppose
wenn falls weil hätte obwohl ob warum
si puisque parce quoique pourquoi
aunque porque
"""
UNSURE = frozenset(_UNSURE.split())
"""What makes a sentence no report that somebody spoke, though it begins with a capital as names do."""

_GOES_ON = """
in on at to during after before late early by via from when while as of through with earlier monday
tuesday wednesday thursday friday saturday sunday last this yesterday
am im bei nach gegenüber der dem zu vor auf in
à au lors dans sur devant mardi lundi mercredi jeudi vendredi samedi dimanche
en ante durante tras este el ayer
"""
GOES_ON = frozenset(_GOES_ON.split())
"""What may follow "NAME said" behind the quotation: circumstances, and no other thing that was said."""

_OTHERS = """
claim claims claimed question questions quoting quoted citing cited read reads titled entitled called
headlined phrase slogan sign asked asking that who dass que qui wonach
"""
OTHERS = frozenset(_OTHERS.split())
"""Between "NAME said" and a quotation these make it somebody else's words, or a thing's name."""

HEARSAY = (
    "according to", "reportedly", "allegedly", "falsely", "fake", "fabricated", "deepfake", "never said",
    "misquoted", "satir", "parod", "fiction", " novel", "movie", "in the film", "in a film",
    "screenplay", "angeblich", "gefälscht", "erfunden", "prétend", "faux", "inventé",
    "supuest", "falsa", "falso", "inventad", "paraphras", "伪造", "偽造", "虚构", "虛構", "假冒", "据称", "據稱", "谣言", "謠言",
)  # fmt: skip
"""What about a quotation puts it in doubt, or makes it another's report."""
