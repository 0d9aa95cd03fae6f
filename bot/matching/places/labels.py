"""Names by language from the sources: CLDR's locales, GeoNames' catalogues, and what is no name.

Part of the generator.
"""

from __future__ import annotations

import gettext
import re
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

from babel import Locale, UnknownLocaleError
from babel.localedata import locale_identifiers

from bot.matching.text import tokens

if TYPE_CHECKING:
    from pathlib import Path

# Languages that nobody reports in.
_UNSPOKEN = {"eo", "ia", "ie", "io", "vo", "la", "cu", "sa", "jbo", "tok"}
_LONGEST = 40


def script_of(text: str) -> str:
    """The script of most letters, as Unicode names it; HAN for Chinese and Japanese."""
    names = Counter(unicodedata.name(c, "?").split()[0] for c in text if c.isalpha())
    script = names.most_common(1)[0][0] if names else "?"
    return {"CJK": "HAN", "HIRAGANA": "HAN", "KATAKANA": "HAN", "KATAKANA-HIRAGANA": "HAN"}.get(
        script, script
    )


def languages() -> dict[str, list[Locale]]:
    """The languages of CLDR that name most countries, with their locales."""
    found: dict[str, list[Locale]] = {}
    for identifier in sorted(locale_identifiers()):
        lang = identifier.partition("_")[0]
        if len(lang) != 2 or lang in _UNSPOKEN or identifier not in {lang, "zh_Hant", "pt_PT"}:  # noqa: PLR2004
            continue
        try:
            locale = Locale.parse(identifier)
        except (UnknownLocaleError, ValueError):
            continue
        if len(locale.territories) >= 200:  # noqa: PLR2004
            found.setdefault(lang, []).append(locale)
    return found


def clean(name: str, script: str) -> str | None:
    """A label without what is no name; None where nothing sound is left."""
    name = unicodedata.normalize("NFC", name).strip().strip("\u200e\u200f")
    name = re.sub(r"\s*[(（].*?[)）]|\s*[,،].*", "", name).strip()
    if not name or len(name) > _LONGEST or re.search(r"[\d/;:=\[\]]| [-–] ", name):
        return None
    return name if script_of(name) == script and tokens(name) else None


class Labels:
    """GeoNames' names by language; one for each number or code, and language."""

    def __init__(self, folder: Path, scripts: dict[str, str]) -> None:
        self._by_lang: dict[str, list[dict[str, str]]] = {}
        for path in sorted(folder.glob("*/LC_MESSAGES/geonames.mo")):
            lang = path.parents[1].name.partition("_")[0]
            lang = {"cmn": "zh", "yue": "zh", "nb": "no"}.get(lang, lang)
            if lang in scripts:
                with path.open("rb") as file:
                    catalog = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined] # noqa: SLF001
                self._by_lang.setdefault(lang, []).append(catalog)
        self._scripts = scripts

    def of(self, code: str) -> list[tuple[str, str]]:
        """(language, name) for a GeoNames number, or the code of a country or a part of one."""
        found = []
        for lang, catalogs in self._by_lang.items():
            for catalog in catalogs:
                name = clean(catalog.get(code, ""), self._scripts[lang])
                if name is not None:
                    found.append((lang, name))
        return found
