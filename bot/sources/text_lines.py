"""What a single line of a saved news page is: a date, an agency, a credit, tags, or text.

The words are those that news sites put there, in two dozen languages. A line that is none of these for
certain is text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from bot.sources.agencies import agency_in
from bot.sources.boilerplate import is_boilerplate, is_time_ago
from bot.sources.dates import FoundDate, find_date

if TYPE_CHECKING:
    from datetime import datetime, tzinfo


class Kind(Enum):
    """What a line is."""

    BLANK = auto()
    PUBLISHED = auto()
    UPDATED = auto()
    AGENCY = auto()
    BYLINE = auto()
    CREDIT = auto()
    ADDRESS = auto()
    TAGS = auto()
    TAG_HEADING = auto()
    SEE_ALSO = auto()
    NOISE = auto()
    TEXT = auto()


@dataclass(frozen=True, slots=True)
class Line:
    """A line with what was found in it.

    ``values`` are tags, names or an address; ``alone`` marks a label with nothing behind it.
    ``updated`` is the second date of a line that says when its text was changed, too.
    """

    kind: Kind
    text: str = ""
    values: tuple[str, ...] = ()
    date: FoundDate | None = None
    alone: bool = False
    updated: FoundDate | None = None


_META_MAX = 120
_META_PARTS = 4
_DATE_MAX = 100
_CAPTION_MAX = 400
_TAG_MAX = 60
# What may stand beside a date: a few words such as “Publié le”, a weekday, a section, “Uhr”.
_REST_WORDS_MAX = 5

_UPDATED = re.compile(
    r"m\.?[àa]\.?j\b|mis(?:e)? [àa] jour|modifi[ée]|actualis[ée]|(?:last )?(?:updated?|modified)"
    r"|(?:son )?g[üu]ncelle(?:n?me|ndi)|modific(?:a|ato) |обновл|изменен|оновлен|تحديث|آخر تحديث|تم التحديث"
    r"|aktualisiert|stand:|update:|[úu]ltima actualizaci[óo]n|actualizad|aggiornat|atualizad"
    r"|aktualizacj|aktualizov|bijgewerkt|uppdaterad|opdateret|oppdatert|päivitetty|ενημ[έε]ρωση|עודכן|friss[íi]tve"
    r"|diperbarui|cập nhật|अपडेट|بروزرسانی|업데이트|수정",
    re.IGNORECASE,
)
_CREDIT = re.compile(
    r"\s*(?:©|\(c\)\s|(?:cr[ée]dits?(?:\s+(?:de\s+la\s+)?photos?)?|photos?\s+credit|cr[ée]dito|photos?|picture"
    r"|image|images?\s+source|foto(?:ğraf)?(?:\s+kredisi)?|bild(?:quelle)?|quelle|source\s+(?:photo|image)"
    r"|fotograf[íi]a|фото|изображение|світлина|صورة|الصورة)\s*(?:[:©/-]|by\b|par\b|von\b))",
    re.IGNORECASE,
)
_BYLINE = re.compile(
    r"\s*(?:(?:par|by|byline|von|por|di|door|av|af|yazan|автор|автори|авторы|بقلم|كتب|auteurs?|authors?|autor(?:es|en)?|yazar|muhabir)"
    r"(?:\s*:\s*|\s+))(?=\S)",
    re.IGNORECASE,
)
_SEE_ALSO = re.compile(
    r"\s*(?:[»›→▶•*-]\s*)?(?:[àa] lire (?:[ée]galement|aussi|[ée]galement sur|sur le m[êe]me sujet)|lire (?:aussi|[ée]galement)"
    r"|voir aussi|sur le m[êe]me sujet|[àa] voir (?:[ée]galement|aussi)|read (?:also|more|next)|see also"
    r"|also read|related(?: (?:articles?|stories|news|topics))?|more on this(?: story)?|you may also like|ayr[ıi]ca oku(?:yun)?"
    r"|ilgili haber(?:ler)?|читайте (?:также|еще|ещё)|смотрите также|по теме|читайте також"
    r"|дивіться також|اقرأ أيض[اًا]+|طالع أيض[اًا]+|مواضيع ذات صلة|lesen sie auch|mehr zum thema|siehe auch"
    r"|lea (?:tambi[ée]n|m[áa]s)|te puede interesar|leggi anche|leia (?:tamb[ée]m|mais)"
    r"|most (?:viewed|read|popular)|les plus (?:lus|consult[ée]s)|en [çc]ok okunan(?:lar)?|самое (?:читаемое|популярное)"
    r"|meistgelesen|lo m[áa]s (?:le[íi]do|visto)|pi[ùu] letti|mais lidas|الأكثر قراءة|lees ook|meer over|läs (?:också|även|mer)"
    r"|les også|læs også|(?:czytaj|zobacz) (?:też|także|również)|čtěte (?:také|více)|διαβάστε (?:επίσης|ακόμη)|lue myös"
    r"|citește și|olvasd el ezt is|baca juga|xem thêm|קראו (?:גם|עוד)|यह भी पढ़ें|相关(?:阅读|新闻)|関連記事|관련기사)\s*(?:[:：.…]|$)",
    re.IGNORECASE,
)
_TAG_HEADING = re.compile(
    r"(?:tags?|keywords|(?:related |more )?topics|explore more on these topics|more on this topic|in this story|filed under"
    r"|th[èe]mes|sujets(?: associés)?|mots[- ]cl[ée]s|thématiques|dans cet article|etiketler|konular|anahtar kelimeler"
    r"|теги|темы|метки|ключевые слова|сюжеты|теми|وسوم|الوسوم|كلمات مفتاحية|مواضيع|الكلمات الدالة"
    r"|schlagw[öo]rter|schlagworte|themen|stichworte|etiquetas|temas|argomenti|tag correlati|archivado en)\s*[:：]?",
    re.IGNORECASE,
)
_SOURCE_LABEL = re.compile(
    r"(?:source|sources|quelle|fuente|fonte|kaynak|источник|джерело|المصدر|来源|źródło|zdroj|källa|kilde|bron|lähde|πηγή|sursa|forrás|출처|agen(?:ce|cy|tur|cia|zia)|ajans|агентство)\s*[:：]\s*(.+)",
    re.IGNORECASE,
)
# “Le Monde avec AFP”, “(mit dpa)”: under a title or a text.
_WITH_AGENCY = re.compile(
    r"\(?(?:[\w’'.-]+\s+){0,4}?(?:avec|with|mit|con|con informaci[óo]n de|ile|со ссылкой на|und|et|and|y|и)\s+(.+?)\)?",
    re.IGNORECASE,
)
# “MOSCOW, May 18 (Reuters) - …”, “МОСКВА, 18 мая — РИА Новости. …”, “Madrid, 18 may (EFE).- …”.
_DATELINE = re.compile(
    r"[^()\n.!?]{2,60}(?:[.!?][^()\n.!?]{0,20})?[\(/\[]\s*([^()/\]\n]{2,40}?)\s*[\)/\]]\s*[-–—.:,]{0,3}\s"
    r"|[^\n().!?]{2,40}[,.]?[^\n().!?]{0,20}\s[-–—]\s*([^\n().!?]{2,25})[.]\s"
    r"|[^\n().!?]{2,40}\.\s[^\n().!?]{2,20}\.\s([^\n()!?]{2,25}?)\s[-–—]\s"
    r"|\([^()=\n]{1,20}=([^()=\n]{2,12})\)"
    r"|[（(【]?([\u4e00-\u9fff]{2,4}社)"
)
_REPORTING = re.compile(r"\(?\s*Reporting by\s+([^;.)]+)", re.IGNORECASE)
# “… à Moscou, le 10 mai 2025. ANTON VAGANOV / AFP”, “… (AP Photo/Jane Roe)”.
_CREDIT_AT_END = re.compile(
    r"(?:[(\[](?i:(?:AP |Reuters )?(?:photo|foto|фото|picture|image|pool photo))\b[^()\[\]]{2,80}[)\]]"
    r"|(?:^|[.…”\"»(|]\s*|\s[-–—]\s)[A-ZÀ-ÝА-Я][^.!?…()]{2,50}\s?/\s?(?P<agency>[\w ]{2,30}))\)?\.?$"
)
_PICTURE_AGENCY = re.compile(
    r"(?:(?:[A-Z][\w.’'-]+\s+){0,3}(?:/|via|by)?\s*)?(?:getty images|shutterstock|epa(?:-efe)?|alamy|imago(?: images)?|picture alliance"
    r"|abaca|sipa(?: press)?|zuma(?: press)?|nurphoto|istock|unsplash)(?:\s*(?:/|via)\s*.{2,40})?",
    re.IGNORECASE,
)
_TAG_SEPARATORS = re.compile(r"[,;|،؛、·•]|\s#|\s/\s")
_TAG_LABEL = re.compile(
    r"\s*(?:tags?|mots[- ]cl[ée]s|keywords|topics|th[èe]mes|etiketler|теги|метки|وسوم|schlagw[öo]rter|etiquetas|الوسوم|كلمات مفتاحية|темы|ключевые слова|konular|themen|schlagworte|temas|argomenti)\s*[:：]\s*(.+)",
    re.IGNORECASE,
)
_TITLE_LABEL = re.compile(
    r"\s*(?:title|headline|titre|başlık|заголовок|t[íi]tulo|titolo|titel|überschrift|العنوان)\s*[:：]\s*(?=\S)",
    re.IGNORECASE,
)
_HASHTAG = re.compile(r"#(?=[^\W_])")
_ADDRESS = re.compile(r"(?:(?:url|link|lien|source)\s*:\s*)?(https?://\S+)", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
_SENTENCE_END = re.compile(r"[.!?…。؟][\"'»”’)\]]*$")
_CAPITALIZED = re.compile(r"[^\W\d_]")


def read_lines(text: str, zone: tzinfo) -> list[Line]:
    """What the line is; several, where bars part who wrote and when: ``By Jane Roe | May 18, 2025``."""
    parts = text.split("|") if len(text) <= _META_MAX else []
    if 1 < len(parts) <= _META_PARTS:
        lines = [line for part in parts if (line := read_line(part, zone)).kind is not Kind.BLANK]
        kinds = {line.kind for line in lines}
        if kinds & {Kind.BYLINE, Kind.AGENCY} and kinds & {Kind.PUBLISHED, Kind.UPDATED}:
            return lines
    return [read_line(text, zone)]


def read_line(text: str, zone: tzinfo) -> Line:
    """What the line is, judged by itself; whether it may stand there, the caller knows."""
    text = " ".join(text.split())
    if not text:
        return Line(Kind.BLANK)
    if tags := _tags(text):
        return Line(Kind.TAGS, text, tags)
    if _TAG_HEADING.fullmatch(text):
        return Line(Kind.TAG_HEADING, text)
    if label := _SEE_ALSO.match(text):
        return Line(Kind.SEE_ALSO, text, alone=label.end() == len(text))
    if is_boilerplate(text) or is_time_ago(text):
        return Line(Kind.NOISE, text)
    if reporting := _REPORTING.match(text):
        return Line(Kind.BYLINE, text, tuple(_people(reporting[1])))
    if len(text) > _META_MAX:
        return Line(Kind.CREDIT if _is_credit(text) else Kind.TEXT, text)
    return _read_short(text, zone)


def _read_short(text: str, zone: tzinfo) -> Line:
    if address := _ADDRESS.fullmatch(text):
        return Line(Kind.ADDRESS, text, (address[1],))
    if (named := _SOURCE_LABEL.fullmatch(text)) and agency_in(named[1]):
        return Line(Kind.AGENCY, text, (named[1].strip(" ."),))
    if _is_credit(text):
        return Line(Kind.CREDIT, text)
    if (dated := _dated(text, zone)) is not None:
        return dated
    if agency := agency_in(text):
        return Line(Kind.AGENCY, text, (agency,))
    if byline := _byline(text):
        return byline
    if (shared := _WITH_AGENCY.fullmatch(text)) and agency_in(shared[1]):
        return Line(Kind.AGENCY, text, (shared[1].strip(" ."),))
    return Line(Kind.TEXT, text)


def dateline_of(text: str, zone: tzinfo) -> tuple[str | None, datetime | None]:
    """The agency and the day that a first paragraph names before it begins.

    ``MOSCOW, May 18, 2025 (Reuters) - …``; a day without its year is none.
    """
    found = _DATELINE.match(" ".join(text[:200].split()) + " ")
    name = next(filter(None, found.groups()), None) if found else None
    agency = agency_in(name) if name else None
    if found is None or agency is None:
        return None, None
    day = find_date(found[0], zone=zone)
    return agency, day.moment if day else None


def is_tag(text: str) -> bool:
    """Whether a line below a heading for tags can be one."""
    return len(text) <= _TAG_MAX and not ends_sentence(text)


def is_title_label(text: str) -> bool:
    """Whether a line is a title behind a label: ``Title: …``."""
    return _TITLE_LABEL.match(text) is not None


def without_title_label(text: str) -> str:
    """The title behind its label, or the line as it is."""
    return _TITLE_LABEL.sub("", text)


def ends_sentence(text: str) -> bool:
    """Whether a line closes a sentence, quotation marks and brackets aside."""
    return _SENTENCE_END.search(text) is not None


def _tags(text: str) -> tuple[str, ...]:
    """``#Donald Trump`` is one tag of two words, ``#a #b`` are two."""
    if label := _TAG_LABEL.match(text):
        names = [name.strip(" #.") for name in _TAG_SEPARATORS.split(label[1])]
    elif _HASHTAG.match(text):
        names = [name.strip(" ,;") for name in _HASHTAG.split(text)]
        if any(len(name) > _META_MAX for name in names) or ends_sentence(text):
            return ()
    else:
        return ()
    return tuple(name for name in names if name)


def _is_credit(text: str) -> bool:
    if _CREDIT.match(text) is not None and not (len(text) > _META_MAX and ends_sentence(text)):
        return True
    if _PICTURE_AGENCY.fullmatch(text):
        return True
    found = _CREDIT_AT_END.search(text) if len(text) <= _CAPTION_MAX else None
    if found is None:
        return False
    agency = found["agency"]
    return agency is None or agency_in(agency) is not None or bool(_PICTURE_AGENCY.match(agency))


def _dated(text: str, zone: tzinfo) -> Line | None:
    """The dates of a line that says little else: when it was published, when updated, or both."""
    word = _UPDATED.search(text)
    if word is not None and word.start():
        before = _date(text[: word.start()], zone)
        if before is not None:
            after = _date(text[word.start() :], zone)
            return Line(Kind.PUBLISHED, text, date=before, updated=after)
    found = _date(text, zone)
    if found is None:
        return None
    return Line(Kind.UPDATED if word else Kind.PUBLISHED, text, date=found)


def _date(text: str, zone: tzinfo) -> FoundDate | None:
    """The date of a line that says little else; a sentence with a date in it is text."""
    if len(text) > _DATE_MAX or ends_sentence(text.strip(" |,;·-–—").removesuffix(".")):
        return None
    found = find_date(text, zone=zone)
    if found is None or len(_WORD.findall(found.rest)) > _REST_WORDS_MAX:
        return None
    return found


def _byline(text: str) -> Line | None:
    """“Par Jeanne Martin et Paul Roux”, “By AFP”: names begin with capitals, and nothing ends it."""
    prefix = _BYLINE.match(text)
    if prefix is None or ends_sentence(text):
        return None
    names = _people(text[prefix.end() :])
    if not names or not all(_is_name(name) for name in names):
        return None
    agencies = [name for name in names if agency_in(name)]
    if len(agencies) == len(names):
        return Line(Kind.AGENCY, text, (" / ".join(names),))
    return Line(Kind.BYLINE, text, tuple(names))


def _people(text: str) -> list[str]:
    """The names in “Jeanne Martin, Paul Roux et AFP”."""
    names = _without_place(
        re.split(r",|،|;|\||\s+(?:et|and|und|ve|и|та|y|e|و|avec|with|in)\s+|/", text)
    )
    return [name.strip(" .") for name in names if name.strip(" .")]


def _without_place(names: list[str]) -> list[str]:
    """“Jana Müller, Passau”: one word behind whole names is where they are, if it is no agency."""
    *people, last = names
    whole = people and all(len(name.split()) > 1 for name in people)
    behind_comma = last.startswith(" ")  # an “and” takes the space with it
    one = len(last.split()) == 1 and agency_in(last) is None
    return people if whole and behind_comma and one else names


def _is_name(text: str) -> bool:
    words = text.split()
    first = _CAPITALIZED.match(text)
    cased = first is not None and (first.group().isupper() or not first.group().islower())
    return cased and len(words) <= 5  # noqa: PLR2004 (words of a name)
