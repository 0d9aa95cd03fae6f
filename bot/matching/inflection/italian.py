"""Italian: plurals, adjectives by their suffix, the regular verb from its infinitive."""

from __future__ import annotations

from bot.matching.inflection.paradigms import Language

_TABLE = """
trice trici > tore tori / ..
ice ici > / (?:vert|giud|compl|ind|cod|cal|rad|mat|pont|fel|corn)
ione ioni > / ..
tivo tiva tivi tive > / ..
sivo siva sivi sive > / ..
oso osa osi ose > / ...
co ca chi che > / ^(?:bian|tedes|tur|sec|anti|ric|fran|stan)
o a i e > / ^(?:chiar|rar|modern|concret|dirett|intern|estern|pover|stran|fals|prim|second|terz|cald|fredd|lent|sicur|dur|pur|car|ross|ner|seri|europe|svizzer|complet|segret|perfett|corrett|esatt|assolut|ver|pien|grav|liber|armen|interessat|iranian|ebre|sovietic|cattolic|giust|antic|alt|bass|lung|cort|piccol|grand)
ico ica ici ico iche ichi > / (?:..[tnlrsdgf]|pubbl)
ato ata ati ate > / ..
uto uta uti ute > / ..
ito ita iti ite > / ..
ario aria ari arie > / ..
ano ana ani ane > / (?:[cilrvhb]i|rom|mexic|afric|um|ital|colomb|cub|venezuel|american|americ)
ino ina ini ine > / (?:ucra|palest|argent|lat|vic|filipp|clandest|mascul|femmin|cittad|contad)
iano iana iani iane > / ..
tore tori > trice trici / ..[aei]|dut|dit|ret
ese esi > / ..
ista isti iste > / ..
ce ci > / ^(?:cro|pa|vo|velo|fero|effica|atro|lu|capa|auda|tena|viva|preco|falla|loqua)$
cia ce cie > / ..
gia ge gie > / ..
ca che > / ..
ga ghe > / ..
co chi > ci / ..
go ghi > gi / ..
io > i ii / ..
gi > gio ge go / ..
ci > cio ce co / ..
zi > zio zo / ..
li > lio lo le / ..
ni > nio no ne / ..
ri > rio ro re / ..
ui > uio uo ue / ..
e i > / ..(?:[aou]r|al|[ae]nt|il|ic|os|ud|es|el|om|on|un|ar|av|az|oc)
a > e / ..
o > i / ..
e > a i / ..
i > o e io / ..

ciare > cia ciano ciava ciavano ciato ciata ciati ciate ciando cera ceranno ciarono / ..
giare > gia giano giava giavano giato giata giati giate giando gera geranno giarono / ..
care > ca cano cava cavano cato cata cati cate cando chera cheranno carono / ..
gare > ga gano gava gavano gato gata gati gate gando ghera gheranno garono / ..
iare > ia iano iava iavano iato iata iati iate iando iera ieranno iarono / ..
are > a ano ava avano ato ata ati ate ando era eranno arono o / ...
ndere > nde ndono ndeva ndevano se sero so sa si ndendo ndera nderanno / ..
ggere > gge ggono ggeva sse ssero tto tta tti tte ggendo ggera / ..
ere > ono eva evano uto uta uti ute endo era eranno erono / ..
ire > isce iscono iva ivano ito ita iti ite endo ira iranno irono / ..
"""

_IRREGULAR = """
stare > sta stanno stava stavano
uomo uomini
dio dei
mano mani
uovo uova
arma armi
ala ali
orecchio orecchie orecchi
urlo urla urli
grido grida gridi
membro membra membri
lenzuolo lenzuola lenzuoli
dito dita diti
bue buoi
labbro labbra
ginocchio ginocchia ginocchi
osso ossa ossi
centinaio centinaia
migliaio migliaia
operaio operaia operai operaie
studente studentessa studenti studentesse
professore professoressa professori professoresse
braccio braccia bracci
miglio miglia
paio paia
muro muri mura
citta
capitale capitali
capitano capitani
stato stati
partito partiti
partita partite
vita vite
senato senati
mandato mandati
mercato mercati
trattato trattati
comunicato comunicati
soldato soldati
avvocato avvocata avvocati avvocate
candidato candidata candidati candidate
visita visite
entrata entrate
uscita uscite
ferita ferite
salita salite
porto porti
porta porte
corso corsi
corsa corse
posto posti
posta poste
caso casi
casa case
politico politici
politica politiche
medico medica medici mediche
tecnico tecnica tecnici tecniche
amico amica amici amiche
nemico nemica nemici nemiche
greco greca greci greche
turco turca turchi turche
tedesco tedesca tedeschi tedesche
russo russa russi russe
siriano siriana siriani siriane
polacco polacca polacchi polacche
nuovo nuova nuovi nuove
vecchio vecchia vecchi vecchie
morto morta morti morte
ferito ferita feriti ferite
bello bella belli belle bel bei begli
buono buona buoni buone buon
ministro ministra ministri ministre
presidente presidentessa presidenti
poeta poeti
problema problemi
sistema sistemi
programma programmi
clima climi
tema temi
dramma drammi
mare mari
mese mesi
paese paesi
pace paci
legge leggi
re
crisi
tesi
analisi
ipotesi
programma programmi
militare militari
popolare popolari
nucleare nucleari
regolare regolari
particolare particolari
singolare singolari
potere poteri
genere generi
carcere carceri
cratere crateri
quartiere quartieri
cantiere cantieri
cavaliere cavalieri
carabiniere carabinieri
premier
ingegnere ingegneri
dire > dice dicono diceva dicevano disse dissero detto detta detti dette dicendo dira diranno
fare > fa fanno faceva facevano fece fecero fatto fatta fatti fatte facendo fara faranno
andare > va vanno andava andavano ando andarono andato andata andati andate andra andranno
venire > viene vengono veniva venivano venne vennero venuto venuta venuti venute verra verranno
mettere > mette mettono metteva mise misero messo messa messi messe mettera
morire > muore muoiono moriva mori morirono morto morta morti morte morira
rompere > rompe rompono rompeva ruppe ruppero rotto rotta rotti rotte rompera
chiedere > chiede chiedono chiedeva chiese chiesero chiesto chiesta chiesti chieste chiedera
invadere > invade invadono invadeva invase invasero invaso invasa invasi invase invadera
vincere > vince vincono vinceva vinse vinsero vinto vinta vinti vinte vincera
eleggere > elegge eleggono elesse elessero eletto eletta eletti elette eleggera
proporre > propone propongono proponeva propose proposero proposto proposta proposti proposte
uccidere > uccide uccidono uccideva uccise uccisero ucciso uccisa uccisi uccise uccidendo uccidera
distruggere > distrugge distruggono distrusse distrussero distrutto distrutta distrutti distrutte
dichiarare > dichiara dichiarano dichiarava dichiaro dichiararono dichiarato dichiarata dichiarati dichiarate
"""

_FIXED = """
gli una uno del dei dello della delle degli dal dalla nel nella sul sulla con senza per che chi come
quando dove quale quali quanto quanta quanti quante tanto ma piu meno molto molta molti molte poco tutto
tutta tutti tutte altro altra altri altre suo sua suoi sue loro mio mia tuo tua nostro questo questa
questi queste quello quella essere era erano sono sia stato stata avere hanno aveva prima dopo ora
allora sempre mai anche qui qua poi mentre durante perche quasi solo cosi bene male oggi ieri ancora
contro verso fino tra fra sotto sopra dentro fuori new news media sei sette nove venti ogni forse
parigi napoli londra milano torino roma russia siria libia
"""

_VERBS = """
abbandonare accettare accusare adottare affermare aggredire annunciare approvare arrestare assassinare
attaccare aumentare autorizzare bloccare bombardare catturare condannare confermare criticare
denunciare deportare dispiegare evacuare firmare giudicare giurare invadere liberare lanciare
minacciare negoziare nominare occupare organizzare protestare pubblicare ratificare rifiutare
rilasciare sequestrare sospendere sparare torturare trattare vaccinare vietare violare visitare votare
"""

LANGUAGE = Language(
    _TABLE,
    _IRREGULAR,
    _FIXED,
    _VERBS,
    finite="..(?:arono|irono|erono|avano|evano|ivano|ando|endo|ano|ono|ava|ati|ate)",
)
