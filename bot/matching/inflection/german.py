"""German: plurals, cases, adjective endings, the regular verb; umlauts are folded away already."""

from __future__ import annotations

import re

from bot.matching.inflection.paradigms import Language

# A plural in -er is that of some nouns, alone or behind others: Länder, but not Krieger.
_TABLE = """
ung ungen > / ..
ion ionen > / ..
heit heiten > / ..
keit keiten > / ..
schaft schaften > / ..
tat taten > / ..[is]
tur turen > / ..
ik iken > / ..[^e]
enz enzen > enze / ..
anz anzen > anze / ..
erin erinnen > / ..
tin tinnen > / ..
nis nisse nisses nissen > / ..
chen > chens che ch / ..
lein > leins / ..
land lander landern landes lands lande > / ^|..
mann manner mannern mannes manns > / ^|..
- er ern es s e > / (?:haus|buch|bild|kind|wort|wald|dorf|schloss|blatt|dach|feld|lied|glied|geld|volk|kleid|rad|loch|gesicht|amt|gut|gott|geist|rind|licht|denkmal|regiment|schild|grab)
lich liche lichen licher liches lichem > / ..
isch ische ischen ischer isches ischem > / ..
ig ige igen iger iges igem > / ...
bar bare baren barer bares barem > / ...
sam same samen samer sames samem > / ...
los lose losen loser loses losem > / ...
haft hafte haften hafter haftes haftem > / ...
iv ive iven iver ives ivem ivs > / ..(?:t|ss|ns)
ell elle ellen eller elles ellem > / ..[iunrt]
al ale alen aler ales alem als > / ..[nirotz]
ant ante anten anter antes antem > / ...
ent ente enten ents > / ...
ist isten > / ...
eur eure euren eurs > / ..
ismus > / ..
um > en ums / ..(?:r|i|se)
us > usse ussen usses / ...
ei eien > / ...
ie ien > / ..
ee een > ees / ..
ieren > iere iert ierte ierten ierend / ..
eln > le elt elte elten elnd / ..
ern er > ers / ...
el > eln els / ...
en > ens / ..(?:ug|haf|mm|geb|eb|rgeb|nehm|hab|bot|rd|ig|tr)
e en > - / ...
ss sse ssen > sses / ..
s > ses se sen / ..[aeiou]
s > - / ...[klmtpdg]
s > / ...
a as > en / ...
o os > / ..
i is > / ..
u us > / ..
y ys > / ..
z x > ze zes zen xe xes xen / $
- > s es e en / ..[^aeiousy]
- > n / ..

en > t te ten end et ete eten / ...[^aeiou](?<!ier)(?<!ung)(?<!ion)
ern > ert erte erten ernd / ..

en > ene enen ener enes enem / ^(?:ge|ver|be|er|zer|ent|unter|um|ab|an|auf|aus|ein|vor|zu).{2,}
t > te ten ter tes tem / ^(?:ge|ver|be|er|zer|ent).{3,}
- > e en er es em / ^(?:klar|modern|hart|offen|lang|intern|divers|direkt|eng|weit|breit|frei|sicher|arm|reich|krank|gesund|schwach|leicht|kurz|fruh|spat|rot|blau|grun|schwarz|weiss|braun|gelb|schnell|langsam|falsch|echt|fremd|fest|ganz|voll|leer|rein|tief|warm|kalt|heiss|scharf|illegal|privat|geheim|extrem|akut|konkret)
"""

_IRREGULAR = """
restaurant restaurants
abgeordneter abgeordnete abgeordneten
krieg kriege krieges kriegs kriegen
streik streiks
wahl wahlen
stadt stadte stadten
mann manner mannern mannes manns
mensch menschen
frau frauen
herr herrn herren
waffe waffen
hafen hafens
wagen wagens
schaden schadens
frieden friedens friede
abkommen abkommens
verfahren verfahrens
unternehmen unternehmens
zeichen zeichens
leben lebens
wesen wesens
minister ministers ministern
europaer europaers europaern
museum museen museums
zentrum zentren zentrums
firma firmen
virus viren
datum daten
thema themen themas
konto konten kontos
risiko risiken risikos
krise krisen
basis basen
praxis praxen
bus busse bussen busses
gas gase gasen gases
chef chefs
bank banken
park parks
team teams
euro euros
deutsch deutsche deutschen deutscher deutsches deutschem
deutsche deutschen deutscher deutsches deutschem deutsch
russe russen
turke turken
grieche griechen
pole > polen
polen polens
franzose franzosen
neu neue neuen neuer neues neuem
gross grosse grossen grosser grosses grossem > grossere grosste grossten
reise reisen
klein kleine kleinen kleiner kleines kleinem > kleinere kleinste kleinsten
hoch hohe hohen hoher hohes hohem > hohere hochste hochsten
schwer schwere schweren schwerer schweres schwerem
stark starke starken starker starkes starkem > starkere starkste starksten
alt alte alten alter altes altem > altere alteste altesten
jung junge jungen junger junges jungem > jungere jungste jungsten
tot tote toten toter totes totem
verletzt verletzte verletzten verletzter verletztes verletztem
neue neuen neuer neues neuem neu
angreifen > greift griff griffen angegriffen angreift angriff
brechen > bricht brach brachen gebrochen
abbrechen > abgebrochen abbricht
beginnen > beginnt begann begannen begonnen
bieten > bietet bot boten geboten
bleiben > bleibt blieb blieben geblieben
bringen > bringt brachte brachten gebracht
denken > denkt dachte dachten gedacht
entscheiden > entscheidet entschied entschieden
erschiessen > erschiesst erschoss erschossen
essen > isst ass assen gegessen
fahren > fahrt fuhr fuhren gefahren
fallen > fallt fiel fielen gefallen
finden > findet fand fanden gefunden
fliegen > fliegt flog flogen geflogen
fliehen > flieht floh flohen geflohen
fordern > fordert forderte forderten gefordert
geben > gibt gab gaben gegeben
gehen > geht ging gingen gegangen
gewinnen > gewinnt gewann gewannen gewonnen
halten > halt hielt hielten gehalten
helfen > hilft half halfen geholfen
kommen > kommt kam kamen gekommen
lassen > lasst liess liessen gelassen
laufen > lauft lief liefen gelaufen
lesen > liest las lasen gelesen
liegen > liegt lag lagen gelegen
nehmen > nimmt nahm nahmen genommen
nennen > nennt nannte nannten genannt
rufen > ruft rief riefen gerufen
scheitern > scheitert scheiterte scheiterten gescheitert
schiessen > schiesst schoss schossen geschossen
schlagen > schlagt schlug schlugen geschlagen
schliessen > schliesst schloss schlossen geschlossen
schreiben > schreibt schrieb schrieben geschrieben
sehen > sieht sah sahen gesehen
sprechen > spricht sprach sprachen gesprochen
stehen > steht stand standen gestanden
steigen > steigt stieg stiegen gestiegen
sterben > stirbt starb starben gestorben
toten > totet totete toteten getotet
tragen > tragt trug trugen getragen
treffen > trifft traf trafen getroffen
treten > tritt trat traten getreten
verbieten > verbietet verbot verboten
verlieren > verliert verlor verloren
verlassen > verlasst verliess verliessen
unterschreiben > unterschreibt unterschrieb unterschrieben
unterzeichnen > unterzeichnet unterzeichnete unterzeichneten
wahlen > wahlt wahlte wahlten gewahlt
warnen > warnt warnte warnten gewarnt
werden > wird wurde wurden geworden
wissen > weiss wusste wussten gewusst
ziehen > zieht zog zogen gezogen
zerstoren > zerstort zerstorte zerstorten
"""

# Adjectives and participles that are persons: der Angeklagte, ein Angeklagter, dem Angeklagten.
_PERSONS = "\n".join(
    f"{stem}er {stem}e {stem}en {stem}em"
    for stem in (
        "angehorig angeklagt angestellt beamt beauftragt befehlshabend beschuldigt betroffen delegiert"
        " erwachsen freiwillig gefangen gefluchtet gesandt getotet hinterblieben inhaftiert jugendlich"
        " oppositionell reisend uberlebend verbundet verdachtig vermisst verschleppt vertrieben"
        " verwandt vorsitzend"
    ).split()
)

_FIXED = """
der die das den dem des ein eine einen einem einer eines und oder aber auch als wie wenn weil dass
nicht kein keine keinen mit ohne gegen fur von vom vor nach bei beim aus auf uber unter zwischen zum
zur ins durch wegen seit bis ist sind war waren sein hat haben hatte wird wurde werden kann konnen
soll sollen will wollen muss mussen darf man wir ihr sie ihre ihren ihrer sein seine seinen seiner
dieser diese dieses diesen jeder alle allen aller mehr sehr noch schon nur hier dort heute gestern
morgen immer nie dann denn doch damit dabei dazu nun bereits etwa fast ganz viel viele wenig links rechts stets nachts abends morgens new news
paris london berlin wien bern moskau kiew athen warschau brussel
"""

_UNSTRESSED = r"be|ge|er|ver|zer|ent|emp|miss|uber|wider"
_SEPARABLE = r"ab|an|auf|aus|bei|ein|fest|her|hin|los|mit|nach|um|vor|weg|zu|zuruck|zusammen|frei"
_VERB = re.compile(rf"(?P<before>{_SEPARABLE})?(?P<stem>(?!{_UNSTRESSED})\w{{3,}}?)e?n")


def _participle(word: str) -> set[str]:
    """``gekauft``, ``ausgetauscht``; of an infinitive with an unstressed prefix there is none."""
    verb = _VERB.fullmatch(word)
    if verb is None or verb["stem"].endswith(("ier", "ung", "ion", "keit", "heit")):
        return set()
    before, stem = verb["before"] or "", verb["stem"]
    return {f"{before}ge{stem}t", f"{before}ge{stem}et"}


LANGUAGE = Language(_TABLE, f"{_IRREGULAR}{_PERSONS}", _FIXED, more=_participle)
