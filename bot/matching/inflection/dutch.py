"""Dutch: plurals with their spelling, the adjective's -e, the regular verb."""

from __future__ import annotations

import re

from bot.matching.inflection.paradigms import Language

# Open syllables write one vowel, closed ones two: maan, manen; bom, bommen; brief, brieven.
_TABLE = """
heid heden > / ..
tie ties > / ..
iteit iteiten > / ..
ing ingen > / ..
nis nissen > / ..
ist isten > / ..
eur eurs > / ..
er ers > / ..[^i]
ern erns > / ..
el els > / ...
en > ens / ..(?:wap|tek|kuss)
aar aars > aren / ..
aan anen > / .
aal alen ale > / .
aat aten > / .
aak aken > / .
aad aden > / .
aas azen > / .
oot oten > ote / .
oon onen > / .
oor oren > / .
ool olen > / .
oof oven > / .
oog ogen > / .
oom omen > / .
oop open > / .
aag agen > / .
aam amen > / .
aap apen > / .
eeg egen > / .
eef even > / .
eel elen ele > / .
eer eren > eerd / .
eek eken > / .
een enen > / .
ees ezen ese > / .
iel iele > / ..
fonds fondsen > / $|.
ces cessen > / ..
del dellen > / mo$
eem emen > / .
uur uren > / .
f ven > ve / .(?:[aeiou]{2}|ij|[rl])
s zen > ze / .(?:[aeiou]{2}|ij|[n])
b bben > be bs / ^[^aeiou]*[aeiou]|[^aeiou][aeou]
k kken > ke ks / ^[^aeiou]*[aeou]|[^aeiou][ou]|[lrnhdgp]e
l llen > le ls / ^[^aeiou]*[aeiou]|[^aeiou][aou]
m mmen > me ms / ^[^aeiou]*[aeiou]|[^aeiou][aou]
n nnen > ne ns / ^[^aeiou]*[aiou]|[^aeiou][aou]
p ppen > pe ps / ^[^aeiou]*[aeiou]|[^aeiou][aou]
s ssen > se / ^[^aeiou]*[aeiou]|[^aeiou][aou]
t tten > te ts / ^[^aeiou]*[aeiou]|[^aeiou][aeou]
isch ische > / ..
lijk lijke lijken > / ..
ig ige igen > / ..
f > ven ve fs / .[lr]
a as > / ..
o os > / ..
e es > en / ...
- en e > s / ..[^aeious]

eren > eert eerde eerden geeerd / ..
elen > elt elde elden / ..
elen > eelt eelde eelden / ..
aken > aakt aakte aakten / .
alen > aalt aalde aalden / .
ven > ft fde fden / ..
zen > st sde sden / ..
llen > lt lde lden / ..
kken > kt kte kten / ..
ppen > pt pte pten / ..
ssen > st ste sten / ..
mmen > mt mde mden / ..
en > t te ten de den / ..[^aeiou]
"""

_IRREGULAR = """
brug bruggen
vlag vlaggen
rug ruggen
stad steden
schip schepen
lid leden
kind kinderen
ei eieren
volk volken volkeren
man mannen
dag dagen
weg wegen
oorlog oorlogen
slag slagen
dak daken
glas glazen
god goden
slot sloten
wapen wapens
teken tekens
leger legers
bom bommen
land landen
raket raketten
brief brieven
huis huizen
zoon zonen zoons
premier premiers
museum musea museums
virus virussen
crisis crises crisissen
politicus politici
staat staten
raad raden
vrouw vrouwen
nederlands nederlandse
russisch russische
turks turkse
frans franse
duits duitse
engels engelse
amerikaans amerikaanse
oekraiens oekraiense
europees europese
chinees chinese
groot grote groter grotere grootste
nieuw nieuwe nieuwer nieuwste
hoog hoge hoger hogere hoogste
zwaar zware zwaarder zwaarste
laag lage lager lagere laagste
oud oude ouder oudere oudste
jong jonge jonger jongere jongste
klein kleine kleiner kleinere kleinste
sterk sterke sterker sterkere sterkste
rood rode
dood dode doden
aanvallen > aanvalt viel vielen aangevallen
aanval aanvallen
vallen > valt viel vielen gevallen
onderhandelen > onderhandelt onderhandelde onderhandelden onderhandeld
stemmen > stemt stemde stemden gestemd
vechten > vecht vocht vochten gevochten
sterven > sterft stierf stierven gestorven
komen > komt kwam kwamen gekomen
geven > geeft gaf gaven gegeven
nemen > neemt nam namen genomen
gaan > gaat ging gingen gegaan
staan > staat stond stonden gestaan
doen > doet deed deden gedaan
zien > ziet zag zagen gezien
zeggen > zegt zei zeiden gezegd
spreken > spreekt sprak spraken gesproken
winnen > wint won wonnen gewonnen
verliezen > verliest verloor verloren
schieten > schiet schoot schoten geschoten
doden > doodt doodde doodden gedood
"""

_FIXED = """
een het den der des van voor met zonder door naar bij uit over onder tussen tegen aan als dan dat deze
die dit wat wie waar hoe toen toch maar want omdat terwijl ook nog niet geen wel meer veel weinig
zeer heel alle alles andere hij zij hun haar zijn was waren heeft hebben had wordt worden werd kan
kunnen moet moeten zal zullen wil willen mag eens hier daar nu altijd nooit sinds tot tijdens na new
news parijs londen berlijn brussel moskou athene
"""


_VERB = re.compile(r"(?!be|ge|ver|ont|her)(\w{2,}?(\w))\2?en")
_OPEN = re.compile(r"(\w*[^aeiou])([aeou])([^aeiou])en")
_LONG = re.compile(r"(?:[^aeiou]|[aeiou]{2}|ij).$")


def _participle(word: str) -> set[str]:
    """``gestopt``, ``gehoord``; -d only behind what is long, or ``wonen`` would find ``gewond``."""
    verb = _VERB.fullmatch(word)
    if verb is None:
        return set()
    found = {f"ge{verb[1]}t", *({f"ge{verb[1]}d"} if _LONG.search(verb[1]) else ())}
    if open_syllable := _OPEN.fullmatch(word):  # leren: leert, leerde, geleerd
        start, vowel, end = open_syllable.groups()
        stem = f"{start}{vowel}{vowel}{end}"
        found |= {f"{stem}t", f"{stem}de", f"{stem}den", f"{stem}te", f"{stem}ten"}
        found |= {f"ge{stem}d", f"ge{stem}t"}
    return found


LANGUAGE = Language(_TABLE, _IRREGULAR, _FIXED, more=_participle)
