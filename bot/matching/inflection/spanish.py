"""Spanish: plurals, adjectives by their suffix, the regular verb from its infinitive."""

from __future__ import annotations

from bot.matching.inflection.paradigms import Language

# -o and -a part nouns (puerto, puerta): only an adjective's or a participle's suffix takes both.
_TABLE = """
ion iones > / ..
tivo tiva tivos tivas > / ..
sivo siva sivos sivas > / ..
oso osa osos osas > / ...
o a os as > / ^(?:clar|rar|modern|concret|direct|favorit|junt|divin|complet|secret|intern|extern|profund|perfect|correct|exact|absolut|segur|dur|pur|futur|barat|car|blanc|roj|negr|larg|seri|vari|chin|hebre|europe|suiz|norueg|indonesi|ciert|verdader|inmediat|sovietic|catolic|iranian|robust|gratuit|armeni|georgian|lent|estrech|honest|oscur)
sor sora sores soras > / ..
ico ica icos icas > / (?:..[tnlrsdgf]|publ|mex|belg)
ado ada ados adas > / ..
ido ida idos idas > / ..
ario aria arios arias > / ..
ano ana anos anas > / (?:[cilrvhbn]i|rom|mexic|surcore|coreic|hum|chec|itali|ciudad|venezol|colombi|norteameric|americ|afric|cub|musulm|sirw)
eno ena enos enas > / (?:chil|arg|guatemal|panam|aj)
ino ina inos inas > / (?:palest|argent|lat|veci|vec|camp|filip|clandest|mascul|femen|ases)
es esa eses esas > / (?:franc|ingl|japon|portug|holand|liban|danes|dan|irland|taiwan|finland|escoc)
an ana anes anas > / (?:alem|catal)
dor dora dores doras > / ..[ai]
tor tora tores toras > / ..[aci]
ero era eros eras > / (?:extranj|prim|terc|guerrill|petrol|minist|financi|prision|compa.|obr|pasaj|banqu|ministr)
z ces > / .
ces > z ce / ..[aeiou]
es > - e / ..[aeiou][lrndsj]
as > a / ..
os > o / ..
us > / .
is > / .
y yes > / .
e es > / ..
- > es / .[dlrnjsy]
- > s / ..[aeiou]
- > s / ...

gar > ga gan go guen gaba gaban gado gada gados gadas gando gar gara garan garon garia garian / ..
car > ca can co quen caba caban cado cada cados cadas cando cara caran caron caria carian / ..
zar > za zan zo cen zaba zaban zado zada zados zadas zando zara zaran zaron zaria zarian / ..
ar > a an o en aba aban ado ada ados adas ando ara aran aron aria arian amos / ..
cer > ce cen zco zca zcan cia cian cio cido cida cidos cidas ciendo cera ceran cieron ceria / ..
ucir > uce ucen uzca ucia ujo ujeron ucido ucida ucidos ucidas uciendo ucira uciran / .
uir > uye uyen uia uian uyo uyeron uido uida uidos uidas uyendo uira uiran uya / ..
er > e en ia ian io ido ida idos idas iendo era eran ieron eria erian / ..
egir > ige igen egia egian igio egido egida egidos egidas igiendo egira egiran igieron ija / .
ir > e en ia ian io ido ida idos idas iendo ira iran ieron iria irian / ..
"""

_IRREGULAR = """
detener detiene detienen detenia detuvo detuvieron detendra detenido detenidos detenida detenidas deteniendo
club clubes clubs
actor actriz actores actrices
emperador emperatriz emperadores
lugar lugares
hogar hogares
mar mares
bar bares
par pares
solar solares
lunar lunares
pilar pilares
altar altares
hangar hangares
dolar dolares
azucar azucares
militar militares
popular populares
nuclear nucleares
similar similares
singular singulares
particular particulares
familiar familiares
escolar escolares
regular regulares
ejemplar ejemplares
titular titulares
auxiliar auxiliares
molecular moleculares
mujer mujeres
lider lideres
poder poderes
taller talleres
alquiler alquileres
cancer canceres
placer placeres
amanecer amaneceres
caracter caracteres
ayer
anteayer
porvenir
martir martires
emir emires
fusil fusiles
partido partidos
partida partidas
estado estados
pasado pasada pasados pasadas
mercado mercados
grado grados
grada gradas
entrada entradas
llegada llegadas
salida salidas
medida medidas
comida comidas
vida vidas
embajada embajadas
jornada jornadas
decada decadas
espada espadas
fachada fachadas
mirada miradas
llamada llamadas
parada paradas
soldado soldados
sonido sonidos
sentido sentidos
ruido ruidos
sabado sabados
abogado abogada abogados abogadas
diputado diputada diputados diputadas
politico politicos
politica politicas
medico medica medicos medicas
medio medios
media medias
escenario escenarios
horario horarios
salario salarios
comentario comentarios
calendario calendarios
ano anos
mano manos
verano veranos
hermano hermana hermanos hermanas
motor motores
sector sectores
factor factores
mes meses
pais paises
ingles inglesa ingleses inglesas
crisis
lunes
martes
jueves
viernes
ley leyes
rey reyes
gas gases
paz paces
interes intereses
voz voces
cruz cruces
luz luces
vez veces
juez jueza jueces juezas
portavoz portavoces
presidente presidenta presidentes presidentas
ministro ministra ministros ministras
alcalde alcaldesa alcaldes alcaldesas
ruso rusa rusos rusas
turco turca turcos turcas
griego griega griegos griegas
sirio siria sirios
polaco polaca polacos polacas
sueco sueca suecos suecas
espanol espanola espanoles espanolas
israeli israelies
irani iranies
iraqui iraquies
nuevo nueva nuevos nuevas
armado armada armados armadas
bueno buena buenos buenas buen
malo mala malos malas
alto alta altos altas
bajo baja bajos bajas
muerto muerta muertos muertas
herido herida heridos heridas
preso presa presos presas
candidato candidata candidatos candidatas
hijo hija hijos hijas
nino nina ninos ninas
ultimo ultima ultimos ultimas
proximo proxima proximos proximas
maximo maxima maximos maximas
minimo minima minimos minimas
negociar > negocia negocian negocio negocie negocien negociaba negociaban negociado negociada negociados negociadas negociando negociara negociaran negociaron
morir > muere mueren murio murieron muerto muerta muertos muertas moria muriendo morira moriran muera
decir > dice dicen dijo dijeron decia decian dicho dicha diciendo dira diran diga
hacer > hace hacen hizo hicieron hacia hacian hecho hecha haciendo hara haran haga
tener > tiene tienen tuvo tuvieron tenia tenian tenido teniendo tendra tendran tenga
venir > viene vienen vino vinieron venia venido viniendo vendra venga
ir > va van fue fueron iba iban ido yendo
poner > pone ponen puso pusieron ponia puesto puesta puestos puestas poniendo pondra ponga
pedir > pide piden pidio pidieron pedia pedido pidiendo pedira pida
seguir > sigue siguen siguio siguieron seguia seguido siguiendo seguira siga
herir > hiere hieren hirio hirieron heria herido herida heridos heridas hiriendo herira
volver > vuelve vuelven volvio volvieron volvia vuelto vuelta volviendo volvera vuelva
cerrar > cierra cierran cerro cerraron cerraba cerrado cerrada cerrados cerradas cerrando cerrara cierre
comenzar > comienza comienzan comenzo comenzaron comenzaba comenzado comenzando comenzara comience
empezar > empieza empiezan empezo empezaron empezaba empezado empezando empezara empiece
acordar > acuerda acuerdan acordo acordaron acordaba acordado acordada acordando acordara
probar > prueba prueban probo probaron probaba probado probando probara
mostrar > muestra muestran mostro mostraron mostraba mostrado mostrando mostrara
encontrar > encuentra encuentran encontro encontraron encontraba encontrado encontrada encontrados encontradas encontrando
defender > defiende defienden defendio defendieron defendia defendido defendida defendiendo defendera
perder > pierde pierden perdio perdieron perdia perdido perdida perdidos perdidas perdiendo perdera
reunir > reune reunen reunio reunieron reunia reunido reunida reunidos reunidas reuniendo reunira
"""

_FIXED = """
los las una unos unas del con sin por para que como cuando donde quien pero mas muy tan sus este esta
estos estas ese esa esos esas aquel ante bajo tras desde hasta entre segun sobre contra hacia todo
toda todos todas otro otra otros otras mucho mucha poco poca nada algo alguien ella ellos ellas les
nos mis tus ser era eran fue son soy han has hay fui sido estar antes despues ahora entonces siempre
nunca tambien tampoco aqui alli pues aunque mientras durante porque casi solo asi bien mal
new news menos lejos apenas
londres paris bruselas atenas
"""

_VERBS = """
abandonar aceptar acusar adoptar afirmar amenazar anunciar apoyar aprobar arrestar asesinar atacar
aumentar autorizar bloquear bombardear capturar cesar condenar confirmar criticar declarar denunciar
deportar derrotar desplegar destruir detener disparar ejecutar elegir evacuar exigir explotar
expulsar firmar ganar incendiar informar interceptar invadir investigar invitar juzgar lanzar
liberar matar negociar nombrar ocupar organizar prohibir prometer proponer proteger protestar
publicar ratificar rechazar renunciar rescatar resistir retirar sancionar secuestrar suspender
torturar vacunar violar visitar votar
"""

LANGUAGE = Language(
    _TABLE,
    _IRREGULAR,
    _FIXED,
    _VERBS,
    finite="..(?:aron|ieron|aban|ando|iendo|an|aba|ados|adas|idos|idas)",
)
