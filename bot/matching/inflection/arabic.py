"""Arabic: the clitics before a word, sound plurals and duals, pronouns behind it, broken plurals."""

from __future__ import annotations

from functools import cache
from itertools import product
from typing import TYPE_CHECKING

from bot.matching.inflection.paradigms import by_rows
from bot.matching.text import fold_word

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_CONJUNCTIONS = ("", "و", "ف")
_BEFORE = tuple("".join(chain) for chain in product(_CONJUNCTIONS, ("", "ب", "ل", "ك")))
# The article behind ل loses its alif: للمفاوضات.
_WITH_ARTICLE = tuple(
    "".join(chain) for chain in product(_CONJUNCTIONS, ("ال", "بال", "لل", "كال"))
)
_PRONOUNS = ("ه", "ها", "هم", "نا")
_ARTICLE = "ال"
_LEAST = 3
_LEAST_PARTICIPLE = 5

_BROKEN = """
رئيس رؤساء
وزير وزراء
سفير سفراء
زعيم زعماء
قائد قادة
أمير أمراء
ملك ملوك
شهيد شهداء
خبير خبراء
سجين سجناء
عالم علماء
قتيل قتلى
جريح جرحى
أسير أسرى
ضحية ضحايا
رهينة رهائن
نائب نواب
عضو أعضاء
عامل عمال
طالب طلاب
تاجر تجار
مقاتل مقاتلون مقاتلين
جندي جنود
جيش جيوش
سلاح أسلحة
صاروخ صواريخ
قنبلة قنابل
قذيفة قذائف
لغم ألغام
حرب حروب
معركة معارك
هجوم هجمات
حدث أحداث
خبر أخبار
تقرير تقارير
مصدر مصادر
بيان بيانات
دولة دول
شعب شعوب
بلد بلدان بلاد
مدينة مدن
مدرسة مدارس
مجلس مجالس
وسيط وسطاء
ناشط نشطاء
جامعة جامعات
عملية عمليات
قرية قرى
منطقة مناطق
ميناء موانئ
طريق طرق
جسر جسور
حي أحياء
بيت بيوت
منزل منازل
مكتب مكاتب
مركز مراكز
موقع مواقع
مبنى مباني
حزب أحزاب
فصيل فصائل
وفد وفود
قانون قوانين
شرط شروط
بند بنود
ملف ملفات
رسم رسوم
قيد قيود
طرف أطراف
نزاع نزاعات
قرار قرارات
موعد مواعيد
معبر معابر
حاجز حواجز
خندق خنادق
نفق أنفاق
ساحل سواحل
حقل حقول
مصنع مصانع
مطار مطارات
متظاهر متظاهرون متظاهرين
فيضان فيضانات
محكمة محاكم
قاض قضاة
حق حقوق
أمر أوامر
خطة خطط
مشروع مشاريع
سوق أسواق
سعر أسعار
بنك بنوك
سلعة سلع
مرض أمراض
مريض مرضى
وباء أوبئة
طبيب أطباء
حريق حرائق
زلزال زلازل
كارثة كوارث
سفينة سفن
قارب قوارب
طفل أطفال
رجل رجال
امرأة نساء
شاب شباب
صحفي صحفيون صحفيين
يوم أيام
شهر أشهر شهور
سنة سنوات سنين
عام أعوام
كتاب كتب
صورة صور
هدف أهداف
هدنة هدن
عمل أعمال
سبب أسباب
نظام أنظمة
حد حدود
معسكر معسكرات
مخطط مخططات
مستودع مستودعات
مختبر مختبرات
مستشفى مستشفيات
مستند مستندات
مقاطعة مقاطعات
"""

# A dual that is read as something else: Bahrain.
_OTHERS = frozenset({"بحرين"})
_FIXED = frozenset(
    map(
        fold_word,
        (
            "في من على إلى عن مع أن إن لا لم لن ما هذا هذه ذلك تلك التي الذي الذين كان كانت قد بعد قبل"
            " كل بين حتى هو هي هم نحن أنا أو ثم غير عند منذ حول خلال ضد أي أكثر أقل كما لكن حيث إذا عبر"
            " سوف ليس أمس اليوم الآن هنا هناك الله بسبب دون تحت فوق أمام وراء"
        ).split(),
    )
)


# With ب before it a word of feeling or manner is an adverb (بحماس, “eagerly”), and a name seldom.
ADVERBS = frozenset(
    f"{conjunction}ب{fold_word(word)}"
    for conjunction in _CONJUNCTIONS
    for word in (
        "أمان أمل أمانة إخلاص إيمان بهجة جمال حزم حكمة حماس حنان سرور سعادة سلام شجاعة شرف شغف صبر صدق"
        " عدل عز عزم فخر فرح كرم محبة نجاح نور هدوء"
    ).split()
)


@cache
def _broken() -> dict[str, set[str]]:
    folded = (" ".join(map(fold_word, line.split())) for line in _BROKEN.strip().splitlines())
    return by_rows("\n".join(folded))


def forms(word: str) -> set[str]:
    """The word in its numbers, with article, clitics and pronouns; a written article comes off."""
    if len(word) < _LEAST or word in _FIXED:
        return {word}
    bare = _without_article(word)
    numbers = {form for each in _broken().get(bare, {bare}) for form in _numbers(each)}
    found = {word, *_with_clitics(numbers)}
    return found | {
        f"{before}{owned}"
        for each in _broken().get(bare, {bare}) | _singulars(bare)
        for owned in _owned(each)
        for before in _BEFORE
    }


def name_forms(word: str) -> set[str]:
    """A word of a name with the clitics before it: ``وبوتين``, ``لأردوغان``, ``للقاهرة``."""
    if len(word) < _LEAST:
        return {word}
    bare = _without_article(word)
    if bare != word:
        return {word, *(f"{before}{bare}" for before in _WITH_ARTICLE)}
    return {word, *(f"{before}{word}" for before in _BEFORE)}


def without_clitics(word: str) -> list[str]:
    """What a word of a text may be a form of by :func:`name_forms`, where a clitic stands before."""
    found = [word.removeprefix(before) for before in _BEFORE[1:] if word.startswith(before)]
    found += [
        _ARTICLE + word.removeprefix(before)
        for before in _WITH_ARTICLE[1:]
        if word.startswith(before)
    ]
    return [bare for bare in found if len(bare) >= _LEAST]


def _without_article(word: str) -> str:
    bare = word.removeprefix(_ARTICLE)
    return bare if len(bare) >= _LEAST else word


def _with_clitics(words: Iterable[str]) -> Iterator[str]:
    for word in words:
        for before in (*_BEFORE, *_WITH_ARTICLE):
            yield f"{before}{word}"


def _singulars(word: str) -> set[str]:
    """What a sound plural or a dual may be the plural of."""
    stem = word[:-2]
    if len(stem) < _LEAST:
        return {word}
    if word.endswith("ات"):
        return {word, f"{stem}ه"} if _is_participle(stem) else {word, stem, f"{stem}ه"}
    return {word, stem} if word.endswith(("ون", "ين")) else {word}


def _is_participle(word: str) -> bool:
    """مفاوض, who negotiates, is not the singular of مفاوضات, which is مفاوضة."""
    return word.startswith("م") and len(word) >= _LEAST_PARTICIPLE


def _numbers(word: str) -> set[str]:
    found = set()
    for each in _singulars(word):
        found.add(each)
        if each.endswith("ه"):
            stem = each[:-1]
            found |= {f"{stem}ات", f"{stem}تان", f"{stem}تين"}
        elif not each.endswith(("ات", "ون", "ين")):
            found |= set() if _is_participle(each) else {f"{each}ات"}
            found |= {f"{each}ون", f"{each}ين", f"{each}ان", f"{each}ا"}
            found |= {f"{each}ه"} if each.endswith("ي") else set()
    return found - _OTHERS


def _owned(word: str) -> Iterator[str]:
    """With a pronoun behind: ة is ت there (قوة, قوته)."""
    stem = f"{word[:-1]}ت" if word.endswith("ه") else word
    for pronoun in _PRONOUNS:
        # ه is folded with ة: كتابه would find كتابة.
        if pronoun != "ه" or stem != word or word.endswith("ات"):
            yield f"{stem}{pronoun}"
