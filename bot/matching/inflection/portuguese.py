"""Portuguese: plurals, adjectives by their suffix, the regular verb from its infinitive."""

from __future__ import annotations

from bot.matching.inflection.paradigms import Language

_TABLE = """
ao oes aos aes > / ..
oes > ao / ..
al ais > / ..
ais > al / ..
el eis > / ..
eis > el il / ..
ol ois > / ..
il is eis > / ..
tivo tiva tivos tivas > / ..
sivo siva sivos sivas > / ..
oso osa osos osas > / ...
o a os as > / ^(?:clar|rar|modern|concret|diret|favorit|junt|complet|secret|intern|extern|profund|perfeit|corret|exat|absolut|segur|dur|pur|futur|barat|car|branc|vermelh|pret|negr|larg|seri|vari|cert|suic|noruegues|indonesi|verdadeir|imediat|sovietic|catolic|iranian|gratuit|armeni|georgian|lent|honest|escur|inteir|prim|segund)
sor sora sores soras > / ..
ico ica icos icas > / (?:..[tnlrsdgf]|publ|mex|belg)
ado ada ados adas > / ..
ido ida idos idas > / ..
ario aria arios arias > / ..
ano ana anos anas > / (?:[cilrvhbn]i|ucr|rom|mexic|hum|itali|venezuel|colombi|norteameric|americ|afric|cub|muculm|ucrani)
ino ina inos inas > / (?:palest|argent|lat|filip|clandest|mascul|femin|assass)
es esa eses esas > / (?:franc|ingl|japon|portugu|holand|liban|chin|irland|finland|escoc)
dor dora dores doras > / ..[aei]
tor tora tores toras > / ..[aci]
eiro eira eiros eiras > / (?:brasil|estrang|prim|terc|guerrilh|petrol|financ|prision|compan|pass|banqu|herd)
m ns > / .[aeiou]
ns > m / ..
z zes > / ..
zes > z ze / ..
r res > / ..[aeiou]
res > r re / ..[aeiou]
ul uis > / ..
- > s / ..[aeiou]
s > - / ..[aeo]
- > s / ...

gar > ga gam guem gava gavam gou garam gado gada gados gadas gando gara garao garia gariam / ..
car > ca cam quem cava cavam cou caram cado cada cados cadas cando cara carao caria cariam / ..
ear > eia eiam eiem eava eou earam eado eada eados eadas eando eara earao / ..
ar > a am em ava avam ou aram ado ada ados adas ando ara arao aria ariam amos / ..
uir > ui uem uia uiam uiu uiram uido uida uidos uidas uindo uira uirao / ..
er > e em ia iam eu eram ido ida idos idas endo era erao eria eriam / ..
ir > e em ia iam iu iram ido ida idos idas indo ira irao iria iriam / ..
"""

_IRREGULAR = """
lugar lugares
mar mares
bar bares
par pares
lar lares
solar solares
pilar pilares
altar altares
dolar dolares
acucar acucares
militar militares
popular populares
nuclear nucleares
similar similares
singular singulares
particular particulares
familiar familiares
escolar escolares
regular regulares
titular titulares
auxiliar auxiliares
mulher mulheres
lider lideres
poder poderes
cancer canceres
prazer prazeres
carater caracteres
martir martires
emir emires
partido partidos
partida partidas
estado estados
mercado mercados
entrada entradas
chegada chegadas
saida saidas
medida medidas
vida vidas
comida comidas
embaixada embaixadas
jornada jornadas
decada decadas
espada espadas
soldado soldados
sentido sentidos
advogado advogada advogados advogadas
deputado deputada deputados deputadas
politico politicos
politica politicas
medico medica medicos medicas
cenario cenarios
horario horarios
salario salarios
comentario comentarios
ano anos
mao maos
cidadao cidada cidadaos cidadas
alemao alema alemaes alemas
pao paes
capitao capitaes
irmao irma irmaos irmas
orgao orgaos
verao veroes
motor motores
setor setores
fator fatores
ator atriz atores atrizes
mes meses
pais paises
gas gases
lei leis
rei reis
mal males
sal sais
mil
gol gols
fossil fosseis
missil misseis
reptil repteis
facil faceis
dificil dificeis
civil civis
fuzil fuzis
paz
voz vozes
cruz cruzes
luz luzes
vez vezes
juiz juiza juizes juizas
presidente presidenta presidentes presidentas
ministro ministra ministros ministras
russo russa russos russas
turco turca turcos turcas
grego grega gregos gregas
sirio siria sirios
polaco polaca polacos polacas
novo nova novos novas
morto morta mortos mortas
ferido ferida feridos feridas
preso presa presos presas
candidato candidata candidatos candidatas
filho filha filhos filhas
ultimo ultima ultimos ultimas
proximo proxima proximos proximas
bom boa bons boas
mau ma maus mas
europeu europeia europeus europeias
dizer > diz dizem disse disseram dizia diziam dito dita dizendo dira dirao diga
fazer > faz fazem fez fizeram fazia faziam feito feita feitos feitas fazendo fara farao faca
ter > tem tinha teve tiveram tido tendo tera terao tenha
vir > vem veio vieram vinha vindo vira venha
ir > vai vao foi foram ia iam indo
por > poe poem pos puseram punha posto posta postos postas pondo
propor > propoe propoem propos propuseram propunha proposto proposta propostos propostas propondo
pedir > pede pedem pediu pediram pedia pedido pedindo pedira peca
seguir > segue seguem seguiu seguiram seguia seguido seguindo seguira siga
morrer > morre morrem morreu morreram morria morriam morto mortos morta mortas morrendo morrera
ferir > fere ferem feriu feriram feria ferido ferida feridos feridas ferindo ferira
destruir > destroi destroem destruiu destruiram destruia destruido destruida destruidos destruidas destruindo
manter > mantem manteve mantiveram mantinha mantido mantida mantidos mantidas mantendo mantera
deter > detem deteve detiveram detinha detido detida detidos detidas detendo detera
"""

_FIXED = """
uma uns umas dos das nos nas pelo pela pelos pelas com sem por para que como quando onde quem mas mais
muito muita tao seu sua seus suas este esta estes estas esse essa isso isto aquele ante sob desde ate
entre segundo sobre contra todo toda todos todas outro outra outros outras pouco pouca nada algo
alguem ela eles elas lhe nao sim ser era eram foi sao sou tem ter sido estar antes depois agora entao
sempre nunca tambem aqui ali pois embora enquanto durante porque quase apenas assim bem mal menos
new news
londres paris bruxelas atenas lisboa
"""

_VERBS = """
abandonar aceitar acusar adotar afirmar ameacar anunciar apoiar aprovar assassinar assinar atacar
aumentar autorizar bloquear bombardear capturar condenar confirmar criticar declarar denunciar
deportar derrotar destruir disparar eleger executar evacuar exigir explodir expulsar ganhar informar
intercetar invadir investigar julgar lancar libertar matar negociar nomear ocupar organizar proibir
prometer proteger protestar publicar ratificar rejeitar renunciar resgatar resistir retirar sancionar
sequestrar suspender torturar vacinar violar visitar votar
"""

LANGUAGE = Language(
    _TABLE,
    _IRREGULAR,
    _FIXED,
    _VERBS,
    finite="..(?:aram|eram|iram|avam|ando|endo|indo|am|ava|ou|ados|adas|idos|idas)",
)
