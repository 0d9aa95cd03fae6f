"""Values as people write them: lengths of time, sizes, languages, keys.

Each parser raises ``ValueError(message)`` or ``ValueError(message, hint)``, the message being the
rest of a sentence that begins with the value's name; none repeats the value.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema

_UNITS = {
    "w": timedelta(weeks=1),
    "d": timedelta(days=1),
    "h": timedelta(hours=1),
    "m": timedelta(minutes=1),
    "s": timedelta(seconds=1),
    "ms": timedelta(milliseconds=1),
}
_DURATION = re.compile(r"(?:[0-9]{1,9}(?:ms|[wdhms]))+")
_STEP = re.compile(r"([0-9]+)(ms|[wdhms])")
_LONGEST = timedelta(days=36500)

_BYTES = {
    "B": 1,
    "KB": 1000,
    "KIB": 1 << 10,
    "MB": 1000**2,
    "MIB": 1 << 20,
    "GB": 1000**3,
    "GIB": 1 << 30,
}
_SIZE = re.compile(r"([0-9]{1,12}) ?([KMG]?i?B)", re.IGNORECASE)

# ISO 639-1, all of it.
LANGUAGES = frozenset(
    """
    aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy
    da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu
    hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb
    lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om
    or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw
    ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
    """.split()
)
# What is written for a language by mistake: its country, its three letters, its name.
_MEANT = {
    "ara": "ar", "arabic": "ar", "cn": "zh", "cz": "cs", "deu": "de", "dk": "da",
    "eng": "en", "english": "en", "fra": "fr", "fre": "fr", "french": "fr", "gb": "en",
    "ger": "de", "german": "de", "gr": "el", "il": "he", "ir": "fa", "iw": "he", "jp": "ja",
    "rus": "ru", "russian": "ru", "spa": "es", "spanish": "es", "tur": "tr", "turkish": "tr",
    "ua": "uk", "ukr": "uk", "ukrainian": "uk", "us": "en", "zho": "zh",
}  # fmt: skip

_KEY = re.compile(r"[a-z0-9][a-z0-9-]*")


def parse_duration(text: str) -> timedelta:
    """``"1h30m"`` as a timedelta: numbers with w, d, h, m, s or ms; more than nothing."""
    if not _DURATION.fullmatch(text.strip()):
        raise ValueError('must be a length of time such as "20s", "10m", "1h30m" or "90d"')
    try:
        parts = _STEP.findall(text)
        total = sum((int(number) * _UNITS[unit] for number, unit in parts), timedelta())
    except OverflowError:
        total = timedelta.max
    if not timedelta() < total <= _LONGEST:
        raise ValueError("must be more than nothing and at most a hundred years")
    return total


def write_duration(length: timedelta) -> str:
    """The length as :func:`parse_duration` reads it: ``1h30m``; weeks as days."""
    parts = []
    for unit in ("d", "h", "m", "s", "ms"):
        number, length = divmod(length, _UNITS[unit])
        if number:
            parts.append(f"{number}{unit}")
    return "".join(parts) or "0s"


def parse_size(value: str | int) -> int:
    """``"8MiB"`` or a plain number as bytes."""
    if isinstance(value, int):
        size = value
    else:
        found = _SIZE.fullmatch(value.strip())
        if found is None:
            raise ValueError('must be a size such as "8MiB" or "512KiB", or a number of bytes')
        size = int(found[1]) * _BYTES[found[2].upper()]
    if size < 1:
        raise ValueError("must be at least one byte")
    return size


def check_language(code: str) -> str:
    """The code, when it is one of ISO 639-1."""
    if code in LANGUAGES:
        return code
    folded = code.casefold()
    hint = _MEANT.get(folded) or next(
        (part for part in re.split(r"[-_]", folded)[:1] if part in LANGUAGES), None
    )
    raise ValueError(f'must be a two-letter language code such as "fr", not "{code}"', hint)


def check_key(key: str) -> str:
    """The key, when it is made of a-z, 0-9 and hyphens."""
    if not _KEY.fullmatch(key):
        raise ValueError("must be made of a-z, 0-9 and hyphens")
    return key


def _duration(value: Any) -> timedelta:
    if isinstance(value, timedelta):  # given by code; TOML has no such thing
        return value
    if not isinstance(value, str):
        raise ValueError('must be a length of time in quotes, such as "20s", "10m" or "90d"')  # noqa: TRY004 - pydantic collects ValueError
    return parse_duration(value)


def _size(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise ValueError('must be a size such as "8MiB", or a number of bytes')  # noqa: TRY004 - pydantic collects ValueError
    return parse_size(value)


# For pydantic's models.
Duration = Annotated[
    timedelta,
    BeforeValidator(_duration),
    WithJsonSchema({"type": "string", "pattern": f"^{_DURATION.pattern}$"}),
]
Size = Annotated[
    int,
    BeforeValidator(_size),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "integer", "minimum": 1},
                {"type": "string", "pattern": "^[0-9]{1,12} ?([kKmMgG]?[iI]?[bB])$"},
            ]
        }
    ),
]
Language = Annotated[
    str,
    AfterValidator(check_language),
    WithJsonSchema({"type": "string", "enum": sorted(LANGUAGES)}),
]
Slug = Annotated[
    str,
    AfterValidator(check_key),
    WithJsonSchema({"type": "string", "pattern": f"^{_KEY.pattern}$"}),
]
