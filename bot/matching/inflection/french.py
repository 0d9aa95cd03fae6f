"""French: plurals, the feminine where an ending tells it, the regular verb from its infinitive."""

from __future__ import annotations

from bot.matching.inflection.paradigms import Language

# Accents are folded: négocie and négocié are one, armé and arme too. So only a masculine ending
# that is an adjective's or a person's takes the feminine, and of é only verbs and listed words.
_TABLE = """
eau eaux > / ^|.
al aux ale ales > / ..
eux euse euses > eu / ...
eu > eux / ..
if ive ifs ives > / ..(?:at|it|ct|s|st|pt|rt)
ien ienne iens iennes > / ..
ateur atrice ateurs atrices > / ..
ecteur ectrice ecteurs ectrices > / .
eur euse eurs euses > / (?:vend|voyag|trafiqu|ravageu|travaill|manifest|jou|nag|chass|cherch|vot)
el elle els elles > / ..[iunrtb]
ier iere iers ieres > / ..
er ere ers eres > / (?:etrang|boulang|berg|passag|messag|meurtri|etranger)
ais aise aises > / ..(?:nc|gl|ol|nd|rt|ban|bon|gab|lb|pon|end|llandi|pakistan|soudan|camerou|seneg)
ois oise oises > / ..
ain aine ains aines > / (?:..ric|rom|hum|proch|souver|republic|urb|afric|americ|cub|contempor|loint|cert|maroc|mex|dominic|mond|armorica|river|porto?ric|souterr|anc)
in ine ins ines > / (?:argent|palest|mascul|femin|lat|vois|alp|clandest|philipp|benedict|florent)
ant ante ants antes > / ..(?:eg|nifest|sist|ttend|tud[i]|iss|iment|ind|import|combatt|end|stitu|bit|mand|gn|rt|vail|gr|mpl|tr|upt|ppos|v)
ent ente ents entes > / (?:presid|adher|pati|differ|recent?|urg|viol|perman|preced|oppon|absent|exist|concurr|ag|innoc|consci|effici|intellig|evid|dirige|resid|pruden|suffis)
and ande ands andes > / ..
ond onde onds ondes > / (?:sec|prof|vagab)
ert erte erts ertes > / (?:v|ouv|couv|exp|off|des)
- e s es > / (?:allemand|president|ukrainien|civil|militair|etudiant|avocat|elu|disparu|inconnu|connu|reclus|espagnol|deput|candidat|deleg|refugi|employ|bless|alli|accus|ancien|interess|retrait|assieg|otag|fort|petit|grand|haut|chaud|froid|prochain|seul|mort|arme?n|iranien|futur|lourd|court|parfait|sain|joli|etroit|strict|exact|direct|distinct|intact|correct|rond|profond|interieur|exterieur|superieur|inferieur|excellent|content|clair|brut|gris|noir|plein|sur)
u ue us ues > / (?:el|disp(?:ar)|conn|inconn|abso?l|deten|prev|ven|per[cd]|entend)
x > / ..
z > / ..
- s > / ...

ger > ge ges geons gez gent geais geait geaient gea gerent gera geront gerait geant gee gees ges / ..
cer > ce ces cons cez cent cais cait caient ca cerent cera ceront cerait cant cee cees ces / ..
eler > elle elles elons elez ellent elait elaient ela elerent ellera elleront elant ele eles elee elees / ..
eter > ete etes ette ettes etons etez etent ettent etait etaient eta eterent etera ettera eteront etant etee etees / ..
yer > ie ies yons yez ient yait yaient ya yerent iera ieront yant ye yes yee yees / ..
er > e es ee ees ons ez ent ais ait aient a erent era eront erait eraient ant / ..
indre > int ints inte intes ignent ignait ignit indra indront ignant / [aeo]
aitre > ait aissent aissait aissaient aitra aitront aissant u ue us ues / ..
cevoir > coit coivent cevait cut curent cevra cevront cevant cu cue cus cues / .
enir > ient iennent enait enaient int inrent iendra iendront enu enue enus enues enant / [tv]
crire > crit crivent crivait crivit crira criront crite crits crites crivant / [eés]
clure > clut cluent cluait clura cluront clu clue clus clues / ..
couvrir > couvre couvrent couvrait couvrit couvrira couvert couverte couverts couvertes / .
dire > dit disent disait dira diront disant dite dits dites / ..
uire > uit uis uisent uisait uisaient uisit uira uiront uisant uite uites / ..
prendre > prend prends prennent prenait prenaient prit prirent prendra prendront prenant pris prise prises / -?
mettre > met mets mettent mettait mettaient mit mirent mettra mettront mettant mis mise mises / -?
dre > d ds dent dait daient dit dirent dra dront dant du due dus dues / ..[ne]
ir > it is issent issait issaient irent ira iront irait iraient issant i ie ies / ..
"""

_IRREGULAR = """
tue tues tuee tuees
actif active actifs actives
detruire detruit detruits detruite detruites detruisent detruisait detruira detruisant
bal bals
carnaval carnavals
festival festivals
recital recitals
regal regals
chacal chacals
journal journaux
cheval chevaux
canal canaux
hopital hopitaux
tribunal tribunaux
signal signaux
metal metaux
arsenal arsenaux
capital capitaux
capitale capitales
moral moraux
morale morales
central centraux
centrale centrales
general generaux
generale generales
animal animaux
travail travaux
vitrail vitraux
bail baux
corail coraux
email emails
mail mails
oeil yeux
ciel cieux
bijou bijoux
caillou cailloux
chou choux
genou genoux
hibou hiboux
joujou joujoux
pneu pneus
bleu bleue bleus bleues
feu feux
lieu lieux
jeu jeux
vieux vieil vieille vieilles
beau bel beaux belle belles
nouveau nouvel nouveaux nouvelle nouvelles
public publique publics publiques
turc turque turcs turques
grec grecque grecs grecques
blanc blanche blancs blanches
long longue longs longues
bon bonne bons bonnes
breton bretonne bretons bretonnes
gros grosse grosses
faux fausse fausses
roux rousse rousses
fou fol folle fous folles
complet complete complets completes
secret secrete secrets secretes
inquiet inquiete inquiets inquietes
concret concrete concrets concretes
europeen europeenne europeens europeennes
israelien israelienne israeliens israeliennes
coreen coreenne coreens coreennes
depute deputee deputes deputees
employe employee employes employees
refugie refugiee refugies refugiees
blesse blessee blesses blessees > blesser
allie alliee allies alliees
accuse accusee accuses accusees > accuser
delegue deleguee delegues deleguees
retraite retraites
espagnol espagnole espagnols espagnoles
civil civile civils civiles
militaire militaires
soir soirs
cour cours
roi rois
loi lois
mer mers
mur murs
gaz
bus
pays
tir tirs
or
hiver hivers
enfer enfers
cher chere chers cheres
etranger etrangere etrangers etrangeres
cancer cancers
danger dangers
leader leaders
dossier dossiers
chantier chantiers
quartier quartiers
papier papiers
metier metiers
courrier courriers
foyer foyers
janvier
fevrier
poster posters
charter charters
reporter reporters
meurtrier meurtriere meurtriers meurtrieres
banquier banquiere banquiers banquieres
fermier fermiere fermiers fermieres
ouvrier ouvriere ouvriers ouvrieres
policier policiere policiers policieres
premier premiere premiers premieres
dernier derniere derniers dernieres
conseiller conseillere conseillers conseilleres
avenir avenirs
plaisir plaisirs
desir desirs
soupir soupirs
souvenir souvenirs
martyr martyre martyrs martyres
arme armes
armer > arme armes arment armait armaient armant
armee armees
annee annees
idee idees
entree entrees
porte portes
portee portees
pensee pensees
journee journees
arrivee arrivees > arriver
tournee tournees
marche marches
cote cotes
fete fetes
place places
partir > part partent partait partaient partit partirent partira partiront partant parti partie partis parties
sortir > sort sortent sortait sortaient sortit sortirent sortira sortiront sortant sorti sorties sortis
servir > sert servent servait servaient servit servira serviront servant servi servie servis servies
vaincre > vainc vainquent vainquait vainquit vaincra vaincu vaincue vaincus vaincues
mourir > meurt meurent mourait mourut moururent mourra mort morte morts mortes
courir > court courent courait courut courra courant couru
ouvrir > ouvre ouvrent ouvrait ouvrirent ouvrira ouvriront ouvrant ouvert ouverte ouverts ouvertes
offrir > offre offrent offrait offrirent offrira offrant offert offerte offerts offertes
voir > voit voient voyait vit virent verra verront voyant vu vue vus vues
savoir > sait savent savait sut surent saura sauront sachant su sue
pouvoir > peut peuvent pouvait put pourra pourront pouvant pu
vouloir > veut veulent voulait voulut voudra voudront voulant voulu voulue
devoir > doit doivent devait dut devra devront devant du due
falloir > faut fallait fallut faudra fallu
faire > fait font faisait firent fera feront faisant faite faits faites
dire > dit disent disait dirent dira diront disant dite dits dites
elire > elit elisent elisait elut elira elisant elu elue elus elues
lire > lit lisent lisait lut lira lisant lu lue lus lues
battre > bat battent battait battit battra battant battu battue battus battues
combattre > combat combattent combattait combattit combattra combattu combattue combattus combattues
abattre > abat abattent abattait abattit abattra abattu abattue abattus abattues
suivre > suit suivent suivait suivit suivra suivant suivi suivie suivis suivies
poursuivre > poursuit poursuivent poursuivait poursuivit poursuivra poursuivi poursuivie poursuivis poursuivies
vivre > vit vivent vivait vecut vivra vivant vecu
conclure > conclut concluent concluait conclurent conclura conclu conclue conclus conclues
rompre > rompt rompent rompait rompit rompra rompu rompue rompus rompues
"""

_FIXED = """
les des aux une est sont ont dans pour par sur sous avec sans chez vers entre mais plus moins tres
trop aussi ainsi alors apres avant depuis pendant comme donc encore enfin ensuite hier ici ailleurs
jamais toujours jusque lors lorsque quand que qui quoi dont ils elles nous vous leur leurs son ses
mon mes ton tes notre votre nos vos cet cette ces celui celle ceux tout tous toute toutes autre
autres meme memes quel quelle non oui peu beaucoup bien mal mieux pas rien ni car puis etre avoir
new news sens mai mois moi toi soi foi fil voie fois temps corps cours fils mars bras dos pois prix voix croix paix choix
paris londres bruxelles athenes naples
"""

_VERBS = """
abandonner accepter accuser adopter annoncer annuler appeler approuver arreter assassiner attaquer
augmenter autoriser bloquer bombarder capturer cesser condamner confirmer critiquer declarer
declencher demander demissionner denoncer deployer deporter detruire discuter dominer
echouer ecraser emprisonner enlever envahir escalader evacuer exiger expliquer expulser exploser
fermer frapper fuir gagner imposer incendier informer inculper intercepter interdire interpeller
inviter juger lancer liberer licencier limoger manifester menacer mobiliser negocier nommer occuper
organiser piller proposer proteger protester provoquer publier punir quitter ratifier refuser
rejeter rencontrer renverser reporter reprendre resister retirer reunir saboter saisir sanctionner
signer soupconner subir suspendre tirer torturer traiter tuer vacciner violer viser voter
"""

LANGUAGE = Language(
    _TABLE,
    _IRREGULAR,
    _FIXED,
    _VERBS,
    finite="..(?:ons|ez|ait|aient|erent|era|eront|erait|eraient|ant|issent|irent|ees|ient|ee)",
)
