"""English: plurals, the regular verb, comparatives of the commonest adjectives; rows for the rest."""

from __future__ import annotations

from bot.matching.inflection.paradigms import Language

_TABLE = """
ied > y ies ying / ..[^aeiou]
bbed > b bs bbing / [^aeiou][aeiou]
dded > d ds dding / [^aeiou][aeiou]
gged > g gs gging / [^aeiou][aeiou]
mmed > m ms mming / [^aeiou][aeiou]
nned > n ns nning / [^aeiou][aeiou]
pped > p ps pping / [^aeiou][aeiou]
rred > r rs rring / [^aeiou][aeiou]
tted > t ts tting / [^aeiou][aeiou]
ed > e es ing / ^[^aeiou]*[aeiou][^aeiou]
ed > - e s es ing / ..[^e]
y ies > ied ying / .[^aeiou]
man men > / ...
sis > ses / .[aeiouy]
ss sses > ssed ssing / .[aeiou]
ch ches > ched ching / ..
sh shes > shed shing / .[aeiou]|..r
x xes > xed xing / ..
us > uses / ..
is > / ..
i > is / ..
o os oes > oed oing / ..
a as > / ...
u > us / ..
e es > ed ing / ..
b bs > bbed bbing / ^[^aeiou]*[aeiou]
d ds > dded dding / ^[^aeiou]*[aeiou]
g gs > gged gging / ^[^aeiou]*[aeiou]
m ms > mmed mming / ^[^aeiou]*[aeiou]
n ns > nned nning / ^[^aeiou]*[aeiou]
p ps > pped pping / ^[^aeiou]*[aeiou]
r rs > rred rring / ^[^aeiou]*[aeiou]|(?:f|t)e|occu
t ts > tted tting / ^[^aeiou]*[aeiou]|[^aeiou](?:mi|gre)
l ls > led ling lled lling / .[aeiou]
ic ics > icked icking / (?:pan|traff|mim)
- s > ed ing / .[^sui]

e > er est / ^(?:larg|saf|lat|wid|clos|strang|fin|wis|brav|fierc|nic|pal|rar|simpl|wid)
y > ier iest / ^(?:earl|eas|heav|happ|dead|angr|bus|dirt|prett|ris|tin|wealth|health|ugl)
g > gger ggest / ^bi
t > tter ttest / ^(?:ho|we|fa)
d > dder ddest / ^sa
- > er est / ^(?:high|low|small|strong|weak|fast|slow|hard|long|short|young|old|cheap|dark|deep|tough|near|great|broad|rich|poor|cold|warm|light|bright|quick|soft|loud|clean|clear|tall|tight|sharp|harsh|fresh|smart|mild|steep|strict|thick)
"""

_IRREGULAR = """
wharf wharves wharfs
kidnap kidnaps kidnapped kidnapping
child children
foot feet
tooth teeth
goose geese
mouse mice
ox oxen
life lives
wife wives
knife knives
half halves
wolf wolves
shelf shelves
thief thieves
calf calves
loaf loaves
leaf leaves
man men
woman women
person persons
gas gases
bus buses
virus viruses
campus campuses
bonus bonuses
census censuses
status statuses
crisis crises
analysis analyses
thesis theses
hypothesis hypotheses
diagnosis diagnoses
basis bases
base bases based basing
axis axes
axe axes
criterion criteria
phenomenon phenomena
nucleus nuclei
stimulus stimuli
referendum referendums referenda
memorandum memorandums memoranda
bacterium bacteria
movie movies
cookie cookies
zombie zombies
rookie rookies
selfie selfies
calorie calories
tie ties tied tying
lie lies lied lying
die dies died dying
headache headaches
avalanche avalanches
taxi taxis
tsunami tsunamis
israeli israelis
iraqi iraqis
pakistani pakistanis
emirati emiratis
saudi saudis
kuwaiti kuwaitis
yemeni yemenis
somali somalis
houthi houthis
nazi nazis
quiz quizzes
german germans
roman romans
human humans
ottoman ottomans
quit quits quitting
agree agrees agreed agreeing
flee flees fled fleeing
free frees freed freeing
guarantee guarantees guaranteed guaranteeing
bee bees
committee committees
referee referees
refugee refugees
employee employees
visit visits visited visiting
limit limits limited limiting
edit edits edited editing
exit exits exited exiting
profit profits profited profiting
credit credits credited crediting
begin begins began begun beginning
break breaks broke broken > breaking
unit units
fee fees
seed seeds seeded
speed speeds
bring brings brought bringing
build builds built > building
train trains trained > training
focus focuses focused focusing
index indexes indices indexed indexing
appendix appendices appendixes
beat beats beaten beating
bear bears bore borne bearing
blow blows blew blown blowing
burn burns burnt burned burning
forbid forbids forbade forbidden forbidding
hang hangs hung hanged hanging
mistake mistakes mistook mistaken mistaking
prove proves proved proven proving
show shows showed shown showing
sleep sleeps slept sleeping
stick sticks stuck sticking
tear tears tore torn tearing
shrink shrinks shrank shrunk shrinking
flood floods flooded flooding
open opens opened opening
buy buys bought buying
catch catches caught catching
choose chooses chose chosen choosing
come comes came coming
cut cuts cutting
deal deals dealt > dealing
draw draws drew drawn > drawing
drive drives drove driven driving
eat eats ate eaten eating
fall falls fell fallen falling
feel feels felt > feeling
fight fights fought fighting
find finds > found finding
fly flies flew flown flying
forget forgets forgot forgotten forgetting
forgive forgives forgave forgiven forgiving
freeze freezes froze frozen freezing
get gets got getting
give gives gave given giving
go goes went gone going
grow grows grew grown growing
hear hears heard > hearing
hide hides hid hidden hiding
hit hits hitting
hold holds held holding
keep keeps kept keeping
know knows knew known knowing
lead leads led > leading
leave leaves > left leaving
lend lends lent lending
lose loses lost losing
make makes made making
mean means meant > meaning
meet meets met > meeting
overthrow overthrows overthrew overthrown overthrowing
pay pays paid paying
put puts putting
quell quells quelled quelling
read reads reading
ride rides rode ridden riding
ring rings rang rung ringing
rise rises risen > rose rising
run runs ran running
say says said > saying
see sees saw seen seeing
seek seeks sought seeking
sell sells sold selling
send sends sent sending
set sets setting
shake shakes shook shaken shaking
shoot shoots shot > shooting
shot shots
shut shuts shutting
sing sings sang sung singing
sink sinks sank sunk sinking
sit sits sat sitting
speak speaks spoke spoken speaking
spend spends spent > spending
spread spreads spreading
stand stands stood standing
steal steals stole stolen stealing
strike strikes struck > striking
swear swears swore sworn swearing
sweep sweeps swept sweeping
swim swims swam swum swimming
take takes took taken taking
teach teaches taught > teaching
tell tells told telling
think thinks thought thinking
throw throws threw thrown throwing
understand understands understood understanding
undergo undergoes underwent undergone undergoing
wake wakes woke woken waking
wear wears wore worn wearing
weave weaves wove woven weaving
win wins won > winning
withdraw withdraws withdrew withdrawn withdrawing
write writes wrote written > writing
"""

# Function words; plurals that mean something else than their singular; names that end in s.
_FIXED = """
the and for are was were been being has had have his her hers him she they them their this that
these those there here with from into over under after before about above against again also always
among any because both but can could did does done down each even ever every few how its itself just
less lest many may might more most much must near neither never new news nor not now off often once
one only onto past other our ours out own per plus quite rather same shall should since some still such
than then thence though through thus till too toward towards until upon very what when where whether
which while who whom whose why will would yes yet you your yours seven eleven evening morning
series species means customs goods lens chaos laos lagos davos barbados cosmos ethos
politics economics physics mathematics athletics ethics statistics olympics thanks
hamas lucas nicolas thomas jonas elias andreas texas kansas dallas vegas caracas honduras atlas
christmas james jones williams adams peters edwards stevens roberts hughes charles brussels athens
wales naples philippines netherlands maldives seychelles emirates times reuters mars venus aids united hundred sacred naked wicked hatred kindred infrared
"""

# Of other verbs the forms in -ing find only themselves: many are nouns (building, meeting).
_VERBS = """
abandon abduct abolish abuse accept accuse adopt advance agree allege announce appoint approve argue
arrest assassinate assault attack attend authorize back ban block blame bomb bombard boycott call
campaign cancel capture celebrate cease challenge charge claim clash collapse collide condemn
confirm confiscate convict cooperate crash criticize declare defeat defend delay demand demolish
denounce deny deploy deport destroy detain discuss dismiss displace dispute dissolve donate down
elect end enforce escalate evacuate evict execute expel explode export extend extradite fail fire
flood force halt hijack impeach import impose imprison increase indict infect injure inspect
intercept interview invade invest investigate jail join kidnap kill launch liberate loot mediate
mobilize monitor murder negotiate nominate occupy offer oppose order oust persecute pledge poison
postpone promise propose protest provoke publish punish raid ratify recall recognize reject release
rescue resign resume retreat retaliate return review sabotage sanction seize sentence shell sign
slash smuggle stab starve sue supply support surrender suspect suspend target test threaten topple
torture trap trigger urge use vaccinate veto violate visit vote vow wound
"""

LANGUAGE = Language(_TABLE, _IRREGULAR, _FIXED, _VERBS, finite="ed|ing")
