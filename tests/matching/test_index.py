from __future__ import annotations

import ast
import random
import re
import sys
import threading
from subprocess import run
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.matching.document import Document
from bot.matching.engine import Hit, NaiveEngine
from bot.matching.index import filing, pointing, ring_kernel, scan_kernel, snapshot
from bot.matching.index.collect_kernel import PERHAPS_SHIFT
from bot.matching.index.compiled import CompiledEngine
from bot.matching.index.compiling import sources
from bot.matching.index.desk import Desk, scan
from bot.matching.index.entry_kernel import MOST_LEAVES, told
from bot.matching.index.filing_kernel import file
from bot.matching.index.growing import ENOUGH, GrowingEngine
from bot.matching.index.leaves import Leaves
from bot.matching.index.order_kernel import put_in_order
from bot.matching.index.plan import (
    ALL,
    ANY,
    ANYWHERE,
    NO,
    PERHAPS,
    SEARCHED,
    SIZE,
    TEXT,
    TITLE,
    WIDTH,
    Plan,
    anchors,
    node,
    presence,
)
from bot.matching.index.pointers import Pinned
from bot.matching.index.scanning import hash_word
from bot.matching.index.texts import Texts
from bot.matching.matcher import Matcher
from bot.matching.query import Query, parse_query
from bot.matching.query.tree import Phrase
from bot.matching.rules import load_rules
from bot.matching.text import folded_words, tokens
from bot.matching.vocabulary import Vocabulary
from bot.model import Item
from tests.matching.fuzz import GAPS, NOW, ROOT, WORDS, compare

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

KEY = 7
VOCABULARY = Vocabulary()
# Pieces of text that the scanner has to leave to somebody, and others that join to new ones.
ODD = (
    "и\u0306 e\u0301 \u00ad \u200b ß İ ı ﷺ ½ ª \ud800 \x00 ' ’ # ＃Tag _ - . : @ + / :// http://x.y/z?q=1 "
    "a@b.co x+y@z.org e.g. U.S. foo.bar. x.com/ www. mailto: dell'Ucraina d’Istanbul’da TBMM'nin 1990'lar "
    "\u1100\u1161\u11a8 ｱﾞ हिन्दी \r\n \f"
).split(" ")


@given(
    st.lists(st.sampled_from((*WORDS, *GAPS, *ODD)) | st.characters(), max_size=14),
    st.integers(0, 2),
)
def test_the_compiled_scanner_finds_the_same_words(pieces: list[str], parts: int) -> None:
    fields = ["".join(pieces[part :: parts + 1]) for part in range(parts + 1)]
    scanned = scan(fields, KEY)
    for index, field in enumerate(fields):
        wanted = tokens(field)
        assert scanned.tokens(index) == wanted
        assert folded_words(field) == tuple(token.text for token in wanted)
        first, end = scanned.within(index)
        hashes = scanned.words.hashes[first:end].tolist()
        assert hashes == [hash_word(token.text, KEY) for token in wanted]
        for number, token in enumerate(wanted, first):
            flags = scanned.words.flags[number]
            assert bool(flags & scan_kernel.FIRST) == (number == first)
            assert bool(flags & scan_kernel.CAPITAL) == field[token.start].isupper()
            if number > first and wanted[number - first - 1].sentence != token.sentence:
                assert flags & scan_kernel.MAY_END_SENTENCE


@pytest.mark.parametrize("seed", range(12))
def test_all_engines_find_the_same(seed: int) -> None:
    rules = load_rules(ROOT / "rules")
    assert compare(seed, rules.vocabulary) > 1000


def document(text: str) -> Document:
    return Document.of(Item("1", "aa", None, "", text, lang="en"), None, NOW)


def reader(vocabulary: Vocabulary = VOCABULARY) -> dict[str, Query]:
    class Reader(dict[str, Query]):
        def __missing__(self, key: str) -> Query:
            return parse_query(key, vocabulary)

    return Reader()


def compiled_with(*queries: str) -> CompiledEngine:
    engine = CompiledEngine(reader().__getitem__, VOCABULARY)
    for query in queries:
        engine.add(query, parse_query(query, VOCABULARY))
    return engine


def keys(engine: CompiledEngine | GrowingEngine | NaiveEngine, text: str) -> list[str]:
    (hits,) = engine.match([document(text)])
    return [hit.key for hit in hits]


def test_a_query_that_comes_again_goes_to_the_end() -> None:
    engine = compiled_with("peace", "talks")
    engine.add("peace", parse_query("peace", VOCABULARY))
    assert keys(engine, "peace talks") == ["talks", "peace"]
    assert len(engine) == 2


def test_what_is_removed_is_swept_out() -> None:
    engine = compiled_with(*(f"word{number} peace" for number in range(9000)))
    before = engine.nbytes
    for number in range(8990):
        engine.remove(f"word{number} peace")
    engine.sweep()
    assert len(engine) == 10
    assert engine.nbytes < 0.8 * before  # the words stay known
    assert keys(engine, "peace word1 word8995") == ["word8995 peace"]
    engine.add("peace", parse_query("peace", VOCABULARY))
    assert keys(engine, "peace word1 word8995") == ["word8995 peace", "peace"]


def test_it_is_safe_from_several_threads() -> None:
    steady = [f"steady{number}" for number in range(50)]
    engine = compiled_with(*steady)
    text = document(" ".join(steady)).text.text
    stop, wrong = threading.Event(), []

    def ask() -> None:
        while not stop.is_set():
            found = [key for key in keys(engine, text) if key in steady]
            if found != steady:
                wrong.append(found)

    askers = [threading.Thread(target=ask) for _ in range(3)]
    for asker in askers:
        asker.start()
    for number in range(2000):
        engine.add(f"more{number}", parse_query(f"steady1 more{number}", VOCABULARY))
        if number % 3 == 0:
            engine.remove(f"more{number}")
        if number % 500 == 0:
            engine.sweep()
    stop.set()
    for asker in askers:
        asker.join()
    assert wrong == []


def test_it_grows_by_itself_while_queries_come_and_go() -> None:
    engine = GrowingEngine(reader().__getitem__, VOCABULARY, enough=100)
    naive = NaiveEngine()
    chance = random.Random(1)
    for number in range(400):
        query = f"word{number} peace"
        for each in (engine, naive):
            each.add(query, parse_query(query, VOCABULARY))
        if number % 7 == 0:
            gone = f"word{chance.randrange(number + 1)} peace"
            engine.remove(gone)
            naive.remove(gone)
    engine.settle()
    assert engine.is_compiled
    text = "peace " + " ".join(f"word{number}" for number in range(400))
    assert keys(engine, text) == keys(naive, text)
    assert len(engine) == len(naive)


def test_who_adds_a_query_does_not_wait_for_the_growing() -> None:
    building, catching_up, go_on = threading.Event(), threading.Event(), threading.Event()

    def read(key: str) -> Query:
        if key == "first0":
            building.set()
            assert go_on.wait(30)
        if key == "missed0":
            catching_up.set()
            assert asked_meanwhile.wait(30)
        return parse_query(key, VOCABULARY)

    asked_meanwhile = threading.Event()
    engine = GrowingEngine(read, VOCABULARY, enough=10)

    def add(*queries: str) -> None:
        for query in queries:
            engine.add(query, parse_query(query, VOCABULARY))

    add(*(f"first{number}" for number in range(10)))
    assert building.wait(30)
    missed = [f"missed{number}" for number in range(500)]
    add(*missed)
    engine.remove("missed1")
    go_on.set()
    assert catching_up.wait(30)
    adding = threading.Thread(target=add, args=["late", "missed2"])
    adding.start()
    adding.join(10)
    waits = adding.is_alive()
    asked_meanwhile.set()
    adding.join()
    engine.settle()
    assert not waits
    assert engine.is_compiled
    wanted = ["first3", "missed0", *missed[3:], "late", "missed2"]
    assert keys(engine, " ".join(["first3", *missed, "late"])) == wanted


def test_a_snapshot_gives_the_queries_back(tmp_path: Path) -> None:
    path = tmp_path / "queries"
    queries = [f"word{number} (peace OR tal*)" for number in range(60)]
    engine = GrowingEngine(reader().__getitem__, VOCABULARY, enough=50)
    for query in queries:
        engine.add(query, parse_query(query, VOCABULARY))
    engine.settle()
    engine.remove(queries[3])
    engine.save(path)

    again = GrowingEngine(reader().__getitem__, VOCABULARY, enough=50)
    wanted = [*queries[1:], *(f"new{number}" for number in range(5))]
    missing = again.load(path, wanted)
    assert sorted(missing) == sorted([queries[3], *wanted[-5:]])
    assert again.is_compiled
    text = "talks " + " ".join(f"word{number}" for number in range(60))
    assert keys(again, text) == [*queries[1:3], *queries[4:]]
    again.add("new1", parse_query("new1", VOCABULARY))
    assert keys(again, "new1 word5 peace") == [queries[5], "new1"]


@pytest.mark.parametrize("damage", ["cut", "other code", "no file"])
def test_a_snapshot_that_cannot_be_used_is_left_aside(
    damage: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "queries"
    snapshot.save(compiled_with("peace", "talks"), path)
    if damage == "cut":
        path.write_bytes(path.read_bytes()[:700])
    elif damage == "other code":
        monkeypatch.setattr(snapshot, "_fingerprint", lambda: "other")
    else:
        path.unlink()
    assert snapshot.load(path, reader().__getitem__, VOCABULARY) is None


def test_all_that_files_a_query_counts_for_a_snapshot() -> None:
    """Else an upgraded program would go on with what the old one filed."""
    folder = ROOT / "bot"
    # How errors are worded, and what is only asked for them.
    wording = {
        folder / "errors.py",
        folder / "wording.py",
        folder / "values.py",
        *folder.glob("toml/*"),
    }
    left = [
        folder / "matching" / "index" / "holding.py",
        folder / "matching" / "query" / "parse.py",
    ]
    found: set[Path] = set()
    while left:
        path = left.pop()
        found.add(path)
        for each in ast.parse(path.read_text("utf-8")).body:
            if isinstance(each, ast.ImportFrom) and (each.module or "").startswith("bot."):
                names = (each.module, *(f"{each.module}.{alias.name}" for alias in each.names))
                files = {ROOT / f"{str(name).replace('.', '/')}.py" for name in names}
                left += [file for file in files - found if file.exists()]
    assert len(found) > 30
    assert {path for path in found if path.stem != "__init__"} - wording <= set(snapshot.sources())


def test_a_matcher_begins_where_the_last_one_stopped(tmp_path: Path) -> None:
    rules = load_rules(ROOT / "rules")
    queries = {f"word{number} @putin": 1 for number in range(ENOUGH)}
    matcher = Matcher(rules)
    assert list(matcher.restore({**queries, "@nobody": 1})) == ["@nobody"]
    assert len(matcher) - len(rules.topics) == ENOUGH  # all at once, where they are so many
    matcher.save(tmp_path / "queries")
    other = {**dict(list(queries.items())[5:]), "$ceasefire kyiv": 2, "@nobody": 1}
    again = Matcher(rules)
    unreadable = again.restore(other, tmp_path / "queries")
    assert list(unreadable) == ["@nobody"]
    item = Item("1", "aa", None, "Putin: word3 word7, un cessez-le-feu à Kyiv", "", lang="fr")
    found = [match.query for match in again.match(item, None, NOW) if match.query]
    assert found == ["word7 @putin", "$ceasefire kyiv"]


def test_a_small_program_needs_no_compiler() -> None:

    script = (
        "import sys; from bot.matching.matcher import Matcher; from bot.matching.rules import load_rules\n"
        "from pathlib import Path; from datetime import datetime, UTC; from bot.model import Item\n"
        "matcher = Matcher(load_rules(Path('rules'))); matcher.watch('peace talks')\n"
        "assert matcher.match(Item('1', 'aa', None, 'Peace talks', ''), None, datetime.now(UTC))\n"
        "assert 'numba' not in sys.modules"
    )
    run([sys.executable, "-c", script], check=True, cwd=ROOT)


def test_texts_are_found_under_their_numbers() -> None:
    texts = Texts()
    written = [f"текст {number}" for number in range(500)]
    assert [texts.add(text) for text in written] == list(range(500))
    assert [texts.remove(text) for text in written[::2]] == list(range(0, 500, 2))
    assert texts.remove("nothing") is None
    assert [texts.number(text) for text in written[1::2]] == list(range(1, 500, 2))
    assert all(texts.number(text) is None for text in written[::2])
    assert texts.add(written[0]) == 500
    assert texts[500] == written[0]


FIELDS = st.sampled_from((SEARCHED, TITLE, TEXT, TITLE | TEXT))
PLANS = st.recursive(
    st.builds(presence, st.integers(1, 6), FIELDS) | st.just((PERHAPS, 0, 1)),
    lambda plans: (
        st.builds(node, st.sampled_from((ALL, ANY)), st.lists(plans, min_size=2, max_size=4))
        | plans.map(lambda plan: node(NO, (plan,)))
        | plans.map(lambda plan: node(PERHAPS, anchors(plan, float)))
    ),
    max_leaves=10,
)
NEITHER = 0.5  # perhaps


def truth(plan: Plan, there: dict[int, int]) -> float:
    """Whether a plan holds, where so many are true, false or neither."""
    what, leaf, _ = plan[:WIDTH]
    if what >= 0:
        fields = there.get(leaf, 0)
        if fields & what:
            return 1
        return NEITHER if fields >> PERHAPS_SHIFT & what else 0
    if what == PERHAPS:
        needed = list(below(plan))
        return NEITHER if not needed or any(truth(each, there) for each in needed) else 0
    parts = [truth(each, there) for each in below(plan)]
    if what == NO:
        return 1 - parts[0]
    return min(parts) if what == ALL else max(parts)


def below(plan: Plan) -> Iterator[Plan]:
    at = WIDTH
    while at < len(plan):
        end = at + plan[at + SIZE] * WIDTH
        yield plan[at:end]
        at = end


THERE = st.dictionaries(st.integers(1, 6), st.sampled_from((1, 2, 3, 1 << 8, 1 << 9)))


@given(PLANS, THERE)
def test_an_anchor_is_there_wherever_the_plan_holds(plan: Plan, there: dict[int, int]) -> None:
    tests = anchors(plan, float)
    if tests and truth(plan, there):
        assert any(truth(each, there) for each in tests)


@given(
    st.lists(PLANS, min_size=1, max_size=5),
    st.lists(THERE, min_size=1, max_size=4),
    st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 9)),
)
def test_what_is_filed_rings_where_its_plan_holds(
    plans: list[Plan], theres: list[dict[int, int]], frequencies: dict[str, int]
) -> None:
    leaves = Leaves(KEY, frequencies)
    words = (Phrase(word, (word,)) for word in "abcde俄")  # the last is not sure
    assert [leaves.number(word) for word in words] == [1, 2, 3, 4, 5, 6]
    filed = filing.Filing(leaves)
    for query, plan in enumerate(plans):
        filed.file(query, plan)
    for there in theres:
        seen, near, rung = np.zeros(7, np.uint16), np.zeros(1, np.uint64), np.zeros(4096, np.int32)
        for leaf, fields in there.items():
            seen[leaf] = fields
        seen[0] = ANYWHERE << PERHAPS_SHIFT
        touched = np.array([0, *there], np.int32)
        count = ring_kernel.ring(
            touched, len(touched), seen, ring_kernel.Filed(*filed.arrays), near, rung
        )
        assert not seen.any()
        assert not near.any()
        count = put_in_order(rung, count)
        found = {number >> 1: not number & 1 for number in rung[:count].tolist()}
        assert len(found) == count
        for query, plan in enumerate(plans):
            value = truth(plan, there)
            assert query in found or value == 0
            assert value == 1 or not found.get(query)


def test_what_a_short_entry_comes_to_is_sure_where_all_ways_agree() -> None:
    ways = range(1 << MOST_LEAVES)
    for table in range(256):
        for there in ways:
            for doubtful in ways:
                if there & doubtful:
                    continue
                ends = {table >> (there | more) & 1 for more in ways if not more & ~doubtful}
                wanted = 2 if len(ends) > 1 else ends.pop()
                assert told.py_func(table, there, doubtful) == wanted


def test_a_query_of_very_many_ways_is_filed_under_each() -> None:
    ways = " OR ".join(f"(odd{number} even{number})" for number in range(300))
    engine, naive = compiled_with(ways), NaiveEngine()
    naive.add(ways, parse_query(ways, VOCABULARY))
    for text in ("odd7 even7", "odd7 even8", "even0 odd299", "odd299 even299 odd3"):
        assert keys(engine, text) == keys(naive, text)


FIRST_MATCHES = """
import faulthandler, threading
from tests.matching.test_index import compiled_with, document, keys
from bot.matching.query import parse_query
from bot.matching.vocabulary import Vocabulary

faulthandler.enable()
steady = [f"steady{number}" for number in range(50)]
engine = compiled_with(*steady)
start, wrong = threading.Barrier(5), []

def ask(longer):
    start.wait()
    for number in range(40):
        text = " ".join(steady) + " http://a.b/c Київ'у ne\\u0301go " + "x y " * (number * longer)
        found = [key for key in keys(engine, text) if key in steady]
        if found != steady or keys(engine, ""):
            wrong.append(found)

askers = [threading.Thread(target=ask, args=(longer,)) for longer in (0, 1, 20, 300)]
for asker in askers:
    asker.start()
start.wait()
for number in range(100):
    query = f'steady1 more{number} OR near{number}* OR "a b{number}" OR "c d{number}"~3'
    engine.add(query, parse_query(query, Vocabulary()))
    if number % 3:
        engine.remove(query)
    if number % 20 == 0:
        engine.sweep()
for asker in askers:
    asker.join()
assert not wrong, wrong[0]
"""


def test_first_matches_may_come_at_once_while_queries_change() -> None:
    run([sys.executable, "-c", FIRST_MATCHES], check=True, cwd=ROOT)


def test_an_array_of_another_kind_is_not_handed_over() -> None:
    right = np.zeros((4, 2), np.uint64)
    assert Pinned((right,), ((np.uint64, 2),)).table.tolist() == [[right.ctypes.data, 4]]
    for wrong in (right[:, 0], right[::2], right.astype(np.int64), np.zeros((4, 3), np.uint64)):
        with pytest.raises(ValueError, match="array 0"):
            Pinned((wrong,), ((np.uint64, 2),))


@pytest.mark.parametrize("count", [0, 1, 24, 25, 3000])
@pytest.mark.parametrize("largest", [1, 2000, 2**22, 2**31 - 1])
def test_numbers_are_put_in_order_and_each_query_is_there_once(count: int, largest: int) -> None:
    chance = random.Random(count)
    numbers = [chance.randint(0, largest) for _ in range(count)]
    room = np.full(2 * count, 7, np.int32)
    room[:count] = numbers
    left = put_in_order(room, count)
    once: dict[int, int] = {}
    for number in sorted(numbers):
        once.setdefault(number >> 1, number)
    assert room[:left].tolist() == list(once.values())


def test_a_word_ends_with_its_text_whatever_stood_there_before() -> None:
    desk = Desk()
    for length in (200, *range(1, 140)):
        desk.lay([(["x" * length], [0], 0, ())], KEY)
        assert desk.scan() == 1
        assert desk.words().ends[0] == length


def test_no_documents_and_empty_ones_are_matched_too() -> None:
    engine = compiled_with("peace")
    empty = Document.of(Item("1", "aa", None, "", ""), None, NOW)
    assert engine.keys([]) == []
    assert engine.keys([empty, document("peace"), empty]) == [[], ["peace"], []]
    assert engine.keys([document("peace " * 70_000)]) == [["peace"]]
    assert scan([], KEY).count == 0
    assert compiled_with().keys([document("peace")]) == [[]]


def test_the_words_of_documents_that_are_matched_together_are_kept_apart() -> None:
    engine = compiled_with("peace")
    odd = "".join(f"Q{piece} " for piece in ODD)  # what the scanner has others do
    texts = ["peace", odd, "", "x" * 5000, f"peace {odd} talks", " ".join(WORDS), odd * 9]
    documents = [document(text) for text in texts]
    rung = [[hit.key for hit in hits] for hits in engine.match(documents)]
    assert rung == [keys(engine, text) for text in texts]
    for each, text in zip(documents, texts, strict=True):
        assert each.is_scanned
        assert list(each.text.tokens) == tokens(text)


def test_a_matcher_hands_over_many_documents_in_few_calls() -> None:
    calls = []

    class Watched(GrowingEngine):
        def match(self, documents: Sequence[Document]) -> list[list[Hit]]:
            calls.append([len(each.text.text) for each in documents])
            return super().match(documents)

    matcher = Matcher(load_rules(ROOT / "rules"))
    matcher.watch("peace")
    matcher._queries.__class__ = Watched
    long = "war " * 20_000
    texts = ["peace", "war", long, long, long, *(f"peace {number}" for number in range(70)), "x"]
    alone = [matcher.match(document(text).item, None, NOW) for text in texts]
    calls.clear()
    found = list(matcher.match_each(map(document, texts)))
    assert [each.text.text for each, _ in found] == texts
    assert [matches for _, matches in found] == alone
    assert [len(each) for each in calls] == [3, 1, 32, 32, 8]
    assert all(sum(each) < 150_000 or len(each) == 1 for each in calls)
    assert list(matcher.match_each([])) == []


def test_a_query_that_cannot_be_added_leaves_an_engine_that_can_be_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    engine = compiled_with("peace")
    assert keys(engine, "peace") == ["peace"]  # a desk has room for what is there
    words = " OR ".join(f"(odd{number} peace)" for number in range(400))

    def fail(*_: object) -> tuple[int, int, int]:
        raise MemoryError

    turns: Iterator[Callable[..., tuple[int, int, int]]] = iter([file, file, fail])

    def fail_halfway(*given: Any) -> tuple[int, int, int]:
        return next(turns)(*given)

    for module, part, broken in (
        (pointing, "emit", fail),
        (filing, "file", fail),
        (filing, "file", fail_halfway),
    ):
        with monkeypatch.context() as context:
            context.setattr(module, part, broken)
            with pytest.raises(MemoryError):
                engine.add(words, parse_query(f"{words} OR war", VOCABULARY))
        assert keys(engine, f"peace war {words}") == ["peace"]
        assert len(engine) == 1
    assert next(turns, None) is None
    engine.add("odd3 war", parse_query("odd3 war", VOCABULARY))  # the words were not lost
    engine.sweep()
    assert keys(engine, f"peace war {words}") == ["peace", "odd3 war"]


def test_a_query_that_is_removed_meanwhile_is_not_asked() -> None:
    """Found by its number, and gone before its key is looked up."""
    engine = compiled_with("peace", "/peac./")
    found = engine._numbers

    def numbers(
        desk: Desk, documents: Sequence[Document], *, keeping: bool = False
    ) -> list[list[int]]:
        rung = found(desk, documents, keeping=keeping)
        engine.remove("peace")
        engine.remove("/peac./")
        return rung

    engine._numbers = numbers  # type: ignore[method-assign] # the moment between two threads
    assert engine.keys([document("peace")]) == [[]]


def test_every_loop_counts_for_the_name_of_the_machine_code() -> None:
    """Else an upgraded program would run old loops."""
    folder = ROOT / "bot"
    names = re.compile(
        r"^\s*@(?:numba\.)?(?:njit|jit|vectorize|guvectorize|generated_jit)\b", re.MULTILINE
    )
    compiled = {path for path in folder.rglob("*.py") if names.search(path.read_text("utf-8"))}
    assert len(compiled) > 5
    assert compiled <= set(sources())
    # And what they take their numbers from.
    for path in compiled:
        tree = ast.parse(path.read_text("utf-8"))
        imported = {
            node.module
            for node in tree.body
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("bot.")
        }
        files = {ROOT / f"{module.replace('.', '/')}.py" for module in imported}
        assert files <= set(sources()), path
