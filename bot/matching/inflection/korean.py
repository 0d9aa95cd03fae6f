"""Korean: the particles that are written onto a noun or a name, after a vowel or a consonant."""

from __future__ import annotations

_FIRST_SYLLABLE, _SYLLABLES_OF_A_VOWEL = 0xAC00, 28
_RIEUL = 8  # the final ㄹ, after which 로 stands as after a vowel
_PLURAL = "들"
_LEAST = 2  # 말 is a word and a horse and the end of a month

_AFTER_VOWEL = "가 는 를 와 라 라고 라는 라며 였다 다 예요 랑 나 와의 와는 와도 든"
_AFTER_CONSONANT = (
    "이 은 을 과 이라 이라고 이라는 이라며 이었다 이다 이에요 이랑 이나 과의 과는 과도 이든"
)
_DIRECTION = "로 로의 로는 로도 로부터 로부터의 로서 로서의 로써"
_AFTER_ANY = (
    "의 에 도 만 에서 에게 께 께서 한테 에는 에도 에서는 에서도 에서의 에게는 에게도 에게서 까지 부터 보다"
    " 처럼 마저 조차 밖에 만의 만이 까지의 부터의 에만 에서만 마다 씩 측 측은 측이 측의 발 행 뿐"
    " 이며 이자 이고 에선 에겐 에서부터 에까지"
)


def forms(word: str) -> set[str]:
    """The word, alone and in the plural, with its particles."""
    if len(word) < _LEAST:
        return {word}
    plural = f"{word}{_PLURAL}"
    return {word, plural, *_with_particles(word), *_with_particles(plural)}


def name_forms(word: str) -> set[str]:
    """A word of a name with its particles."""
    return {word} if len(word) < _LEAST else {word, *_with_particles(word)}


def _with_particles(word: str) -> set[str]:
    final = (ord(word[-1]) - _FIRST_SYLLABLE) % _SYLLABLES_OF_A_VOWEL
    after = _AFTER_CONSONANT if final else _AFTER_VOWEL
    glide = "으" if final not in {0, _RIEUL} else ""
    return {
        *(f"{word}{each}" for each in (*after.split(), *_AFTER_ANY.split())),
        *(f"{word}{glide}{each}" for each in _DIRECTION.split()),
    }
