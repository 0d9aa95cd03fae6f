from __future__ import annotations

import pytest

from bot.sources.languages import guess_language, language_code


@pytest.mark.parametrize(
    ("tag", "code"),
    [
        *(("fr", "fr"), ("fr-FR", "fr"), ("en_US", "en"), (" TR ", "tr"), ("zh-Hans-CN", "zh")),
        *(("tur", "tr"), ("iw", "he"), ("xx", None), ("", None), (None, None), ("français", None)),
    ],
)
def test_tags(tag: str | None, code: str | None) -> None:
    assert language_code(tag) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Le président de la Russie est arrivé dans la ville avec les ministres.", "fr"),
        ("The president of Russia has arrived in the city with his ministers.", "en"),
        (
            "Rusya devlet başkanı bu sabah bakanlar ile bir araya geldi ve çok umutlu olduğunu söyledi.",
            "tr",
        ),
        ("Президент России прибыл в город, и это было важно для него.", "ru"),
        ("Президент України прибув до міста, і це було важливо для нього та його уряду.", "uk"),
        ("وصل الرئيس إلى المدينة مع الوزراء في زيارة هذا الأسبوع بعد محادثات", "ar"),
        (
            "Der Präsident ist mit den Ministern in die Stadt gekommen und hat nicht gesprochen.",
            "de",
        ),
        (
            "El presidente de Rusia llegó a la ciudad con los ministros para una reunión, según el gobierno.",
            "es",
        ),
        ("Poutine Istanbul Trump", None),
        ("", None),
        ("12345 67890", None),
    ],
)
def test_guesses(text: str, code: str | None) -> None:
    assert guess_language(text) == code
