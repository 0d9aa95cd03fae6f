"""What says that a name is somebody's: an age, what it is the name of, a given name in another place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.matching.places import gazetteer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.matching.field_text import FieldText
    from bot.matching.places.nearby import Spot

# “Sofia, 34,” and “Florence, 34 ans” are persons; “Sofia, 12 May” is a dateline.
_AGE = re.compile(
    r",\s(?:aged\s|de\s)?\d{1,3}(?:,|\s(?:ans|años|anos|anni|Jahre|jaar|lat|let|лет|года?|років|yaş))"
)
# “Lima, la petite chienne”.
_ANIMAL = re.compile(
    r",\s(?:an?|the|our|une?|la|le|notre|sa|ein|eine|der|die|das|el|una?|il|lo|um|uma|o|a|l['’])\s?"
    r"(?:[\w-]+\s){0,2}"
    r"(?:dogs?|puppy|cat|kitten|horse|elephant|panda|giraffe|chien(?:ne)?|chiot|chat(?:te|on)?|jument|cheval"
    r"|éléphante?|girafe|Hund|Hündin|Katze|Kater|Stute|perr[oa]|gat[oa]|yegua|caballo|cane|cagnolin[ao]"
    r"|gatt[oa]|cavall[oa]|cão|cadela|cavalo|égua)\b",
    re.IGNORECASE,
)

# “Santiago, su hijo”.
_KIN = re.compile(
    r",\s(?:(?:his|her|my|their|our)\s(?:\w+\s)?(?:son|daughter|brother|sister|wife|husband|mother|father|cousin)"
    r"|(?:son|sa|mon|ma|leur|notre)\s(?:\w+\s)?(?:fils|fille|frère|sœur|femme|épouse|mari|mère|père|cousine?)"
    r"|(?:su|mi|nuestr[oa])\s(?:hij[oa]|herman[oa]|espos[oa]|madre|padre|mujer|prim[oa])"
    r"|(?:su[oa]|mi[oa])\s(?:figli[oa]|fratello|sorella|moglie|marito|madre|padre)"
    r"|(?:seu|sua|meu|minha)\s(?:filh[oa]|irmã[o]?|espos[oa]|mulher|marido|mãe|pai)"
    r"|(?:ihr|ihre|sein|seine|mein|meine)\s(?:Sohn|Tochter|Bruder|Schwester|Frau|Mann|Mutter|Vater))\b",
    re.IGNORECASE,
)


def is_described(text: str, end: int) -> bool:
    """Whether what stands behind a name that ends there is said of a person or an animal."""
    if text[end : end + 1] != ",":
        return False
    return any(each.match(text, end) is not None for each in (_AGE, _ANIMAL, _KIN))


def surnames(spots: Iterable[Spot], field: FieldText) -> Iterator[str]:
    """The last words of the full names of a field: of whom “Jordan” is, behind “Michael Jordan”."""
    given = gazetteer().given_names
    for spot in spots:
        if spot.end - spot.first > 1 and field.tokens[spot.first].text in given:
            yield field.tokens[spot.end - 1].text
        elif spot.first > 0 and field.surface(spot.first - 1)[:1].isupper():
            before, name = field.tokens[spot.first - 1], field.tokens[spot.first]
            if before.text in given and field.text[before.end : name.start].isspace():
                yield field.tokens[spot.end - 1].text
