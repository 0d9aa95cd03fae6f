"""Polish: the cases of nouns and adjectives, the past and present of the commonest verbs."""

from __future__ import annotations

from bot.matching.inflection.paradigms import Language

# ó is o and ł is l here, so rząd, rządu and szkół, szkoła need no rule of their own; the locative's
# softening does (wojna, wojnie; Europa, Europie; Moskwa, Moskwie; rakieta, rakiecie).
_TABLE = """
ski skiego skiemu skim ska skiej skie skich skimi > scy / ..
cki ckiego ckiemu ckim cka ckiej ckie ckich ckimi > ccy / .
dzki dzkiego dzkiemu dzkim dzka dzkiej dzkie dzkich dzkimi > dzcy / .
owy owego owemu owych owymi > owym owa owej owe owi / ..
ny nego nemu nych nymi > nym na nej ne ni / ...(?<=[aeijlwztrs])
osc osci oscia oscio osciom osciami osciach > / ..
cje cja cji cjo cjom cjami cjach > / .
sje sja sji sjo sjom sjami sjach > / .
zje zja zji zjo zjom zjami zjach > / .
nie > nia niu niem niom niami niach n / ...[aeoi]
cie > cia ciu ciem ciom ciami ciach c / ...[aeu]
um > a ow om ami ach / ..(?:i|tr|se)
stwo stwa stwu stwem stwie stwom stwami stwach > stw / .
scie sta > stem stu sto stom stami stach st / ..
sto > sta stu stem scie st stom stami stach / .
ro > ra ru rem rze r rom rami rach / ...
ko > ka ku kiem k kom kami kach ek / ...
to > ta tu tem cie t tom tami tach / ...
lo > la lu lem le l lom lami lach el / ...
wo > wa wu wem wie w wom wami wach / ...
no > na nu nem nie n nom nami nach / ...
ia > ii i ie io iom iami iach / ..
ja > ji je jo jom jami jach j / ..
cka > cki cke ckom ckami ckach / .
ka > ki ce ke ko kom kami kach k ek / ..
ga > gi dze ge go gom gami gach g / ..
ra > ry rze re ro rom rami rach r / ..
ta > ty cie te to tom tami tach t / ..
da > dy dzie de do dom dami dach d / ..
la > li le lo ly lom lami lach l / ..
ca > cy ce co com cami cach c cow / ..
oly > ol olu olowi olem ole olow olom olami olach / ..
nicy > nik nika nikowi nikiem niku nikow nikom nikami nikach / ..
enci > ent enta entowi entem encie entow entom entami entach / ..
chy > ch cha chu chowi chem chow chom chami chach / ..
rze > rz rza rzu rzowi rzem rzy rzow rzom rzami rzach / ..
rzy > rz rza rzu rzowi rzem rze rzow rzom rzami rzach r ra rowi rem row rom rami rach / ..
sze > sz sza szu szowi szem szy szow szom szami szach / ..
cze > cz cza czu czowi czem czy czow czom czami czach / ..
wiec > wca wcu wcowi wcem wce wcy wcow wcom wcami wcach / ..
wce > wiec wca wcu wcowi wcem wcy wcow wcom wcami wcach / ..
aje > aj aja aju ajowi ajem ajow ajom ajami ajach / ..
cy > ca ce com cami cach cow / ..
cha > chy sze che cho chom chami chach ch / ..
za > zy zie ze zo zom zami zach z / ..
sa > sy sie se so som sami sach s / ..
wa > wy wie we wo wom wami wach w / ..
na > ny nie ne no nom nami nach n en / ..
ma > my mie me mo mom mami mach m / ..
pa > py pie pe po pom pami pach p / ..
ba > by bie be bo bom bami bach b / ..
fa > fy fie fe fo fom fami fach f / ..
ek > ka ku kowi kiem ki kow kom kami kach / ..
ec > ca cu cowi cem cy cow com cami cach / ..
rz > rza rzu rzowi rzem rze rzy rzow rzom rzami rzach / ..
cz > cza czu czowi czem cze czy czow czom czami czach / ..
sz > sza szu szowi szem sze szy szow szom szami szach / ..
dz > dzi dzia dziom dza dzu dzowi dzem dze dzy dzow dzom dzami dzach / ..
ch > cha chu chowi chem sze chy chow chom chami chach / ..
k > ka ku kowi kiem ki kow kom kami kach cy / ..
g > ga gu gowi giem gi gow gom gami gach / ..
c > ca cu cowi cem ce cy cow com cami cach ci cia ciu ciem / ..
j > ja ju jowi jem je jow jom jami jach i / ..
l > la lu lowi lem le li low lom lami lach ly / ..
ter > tra tru trowi trem trze trzy trow trom trami trach trowie tera terem terow / ..
r > ra ru rowi rem rze ry row rom rami rach rzy rowie / ..
st > sta stu stowi stem scie sty stow stom stami stach sci / ..
t > ta tu towi tem cie ty tow tom tami tach ci towie / ..
d > da du dowi dem dzie dy dow dom dami dach dzi / ..
n > na nu nowi nem nie ny now nom nami nach ni / ..
m > ma mu mowi mem mie my mow mom mami mach / ..
p > pa pu powi pem pie py pow pom pami pach / ..
b > ba bu bowi bem bie by bow bom bami bach / ..
w > wa wu wowi wem wie wy wow wom wami wach / ..
s > sa su sowi sem sie sy sow som sami sach / ..
z > za zu zowi zem zie zy zow zom zami zach / ..
f > fa fu fowi fem fie fy fow fom fami fach / ..
ki > ka kow k kom kami kach ek / ..
gi > ga gow g gom gami gach / ..
ty > ta t tow tom tami tach / ..
wy > wa w wow wom wami wach / ..
ry > ra r row rom rami rach / ..
dy > da d dow dom dami dach / ..
ny > na n now nom nami nach / ..
my > ma m mow mom mami mach / ..
py > pa p pow pom pami pach / ..
by > ba b bow bom bami bach / ..

y > ego emu ym a ej e ych ymi / ...
ni > niego niemu nim nia niej nie nich nimi / ..
ki > kiego kiemu kim ka kiej kie kich kimi / ..
gi > giego giemu gim ga giej gie gich gimi / ..

owac > uje uja owal owala owali owalo owaly owany owana owane owani ujac owano / ..
ywac > uje uja ywal ywala ywali ywaly ywany ywana ywane / ..
ac > a aja al ala ali aly alo any ana ane ano / ...
nac > nie na nal nela neli nely nieto / ..
ic > i ia il ila ili ily ilo iony iona ione / ...
yc > y a yl yla yli yly ylo ony ona one / ...
ec > al ala eli aly / ...[^aeiouyi]
"""

_IRREGULAR = """
pomoc pomocy pomoca
tydzien tygodnia tygodniowi tygodniem tygodniu tygodnie tygodni tygodniom tygodniami tygodniach
kon konia koniowi koniem koniu konie koni koniom konmi koniach
siec sieci siecia sieciom sieciami sieciach
ogien ognia ogniowi ogniem ogniu ognie ogni ogniom ogniami ogniach
dlon dloni dlonia dlonie dloniom dlonmi dloniach
kosc kosci koscia kosciom koscmi kosciach
noc nocy noca noce nocom nocami nocach
moc mocy moca moce
przemoc przemocy przemoca
czlowiek czlowieka czlowiekowi czlowiekiem czlowieku ludzie ludzi ludziom ludzmi ludziach
sedzia sedziego sedziemu sedzia sedzim sedziowie sedziow sedziom sedziami sedziach
czlowiek czlowieka czlowiekowi czlowiekiem czlowieku
ludzie ludzi ludziom ludzmi ludziach
rok roku rokowi rokiem lat lata latach latami latom
dzien dnia dniu dniem dni dniom dniami dniach
pies psa psu psem psy psow
wies wsi wsia wsie wsiom wsiach
clo cla cel clu clem cle clom clami clach
miasto miasta miastu miastem miescie miast miastom miastami miastach
swiat swiata swiatu swiatowi swiatem swiecie swiaty swiatow
zginac > zginie zgina zginal zginela zgineli zginely zginelo
pokoj pokoju pokojowi pokojem pokoje pokojow
zolnierz zolnierza zolnierzowi zolnierzem zolnierzu zolnierze zolnierzy zolnierzom zolnierzami zolnierzach
minister ministra ministrowi ministrem ministrze ministrowie ministrow ministrom ministrami ministrach
sasiad sasiada sasiadowi sasiadem sasiedzie sasiedzi sasiadow sasiadom sasiadami sasiadach
wybory wyborow wyborom wyborami wyborach
rozmowa rozmowy rozmowie rozmowe rozmow rozmowom rozmowami rozmowach
wojna wojny wojnie wojne wojno wojen wojnom wojnami wojnach
bitwa bitwy bitwie bitwe bitew bitwom bitwami bitwach
bron broni bronia bronie broniom
sila sily sile sil silom silami silach
pieniadze pieniedzy pieniadzom pieniedzmi pieniadzach
reka reki rece reke rak rekom rekami rekach
dziecko dziecka dziecku dzieckiem dzieci dzieciom dziecmi dzieciach
posel posla poslowi poslem posle poslowie poslow poslom poslami poslach
ojciec ojca ojcu ojcem ojcowie ojcow
koniec konca koncu koncem konce koncow
brat brata bratu bratem bracie bracia braci braciom bracmi
ksiadz ksiedza ksiedzu ksiedzem ksieza ksiezy
niemcy niemiec niemca niemcow niemcom niemcami niemczech
wlochy wloch wlochom wlochami wloszech
wegry wegier wegrom wegrami wegrzech
chiny chin chinom chinami chinach
ukraina ukrainy ukrainie ukraine ukraino
rosja rosji rosje
panstwo panstwa panstwu panstwem panstwie panstw panstwom panstwami panstwach
"""

_FIXED = """
nie jest sie jak ale dla tak czy juz tylko ich jego jej pod nad przed przez oraz albo lub gdy gdzie
kiedy ktory ktora ktore ktorzy ten tego temu tym tej tych tymi ona ono oni one nas nam nami was wam
mnie mna ciebie tobie soba siebie byc byl byla bylo byli beda bedzie moze mozna musi ma maja miec
bardzo wiec tam tutaj teraz potem zawsze nigdy jeszcze takze rowniez ponad okolo podczas wedlug mimo
wobec bez jako niz bo aby zeby jesli jezeli choc chociaz dzis wczoraj jutro sam sama samo new news
"""

LANGUAGE = Language(_TABLE, _IRREGULAR, _FIXED)
