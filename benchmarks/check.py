"""What `check` costs for a house with many topics: the processor's time of the whole command.

The topics stand in files of a hundred, beside entities: without tests, with one that rings, and with
one more that does not. A loop of ten million steps says how fast the machine is at that moment.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.corpus import NOW, Corpus
from bot.errors import QueryError
from bot.matching.document import Document
from bot.matching.engine import holds
from bot.matching.query import parse_query
from bot.matching.query.printing import print_tree
from bot.matching.query.tree import And, EntityName, Node, Not, Or, Phrase, Word, leaves
from bot.model import Item

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.matching.vocabulary import Vocabulary

ROOT = Path(__file__).parents[1]
_A_FILE = 100
_ENTITIES = 200
_FEATURES = ("boolean", "forms", "phrases", "prefixes", "near")
_FILLER = 12  # words of a test besides the ones that are asked for
_STEPS = 10_000_000
# Where Python keeps no compiled modules, as some containers have it, half a second is compiling.
_UNCOMPILED = "PYTHONDONTWRITEBYTECODE"


def write_rules(folder: Path, topics: int, tests: int) -> None:
    """Rule files of so many topics with so many tests each, at most two."""
    corpus = Corpus()
    vocabulary = corpus.entities(_ENTITIES)
    people = vocabulary.entities
    (folder / "entities").mkdir()
    (folder / "entities" / "people.toml").write_text(
        "".join(
            f"[entities.{key}]\nkind = 'person'\nnames = {{ "
            + ", ".join(f"{lang} = {_json(names)}" for lang, names in people[key].names.items())
            + " }\n"
            for key in people
        ),
        "utf-8",
    )
    made = _topics(corpus, vocabulary, tests)
    for first in range(0, topics, _A_FILE):
        count = min(_A_FILE, topics - first)
        text = "\n".join(next(made) for _ in range(count))
        (folder / f"topics-{first:05}.toml").write_text(text, "utf-8")


def _topics(corpus: Corpus, vocabulary: Vocabulary, tests: int) -> Iterator[str]:
    entities = list(vocabulary.entities)
    number = 0
    while True:
        tree = _bare(corpus.featured(_FEATURES[number % len(_FEATURES)], entities))
        if number % 10 == 0:
            tree = Or((EntityName(corpus.chance.choice(entities)), tree))
        title, text = (" ".join(corpus.item(number).text.split()[:_FILLER]) for _ in range(2))
        try:
            query = parse_query(print_tree(tree), vocabulary)
        except QueryError:  # such as a word without itself
            continue
        if holds(query, Document.of(Item("1", "bench", None, "", text), None, NOW)):
            continue
        answers = [(f"{text} {' '.join(_asked(tree))}", "true"), (text, "false")]
        yield (
            f"[topics.t{number}]\ntitle = {{ en = {_json(title)} }}\n"
            f"query = {_json(print_tree(tree))}\nseverity = 'normal'\n"
        ) + "".join(
            f"[[topics.t{number}.tests]]\ntext = {_json(text)}\nmatch = {rings}\n"
            for text, rings in answers[:tests]
        )
        number += 1


def _bare(node: Node) -> Node:
    """The same with words as people write them, without quotes, so that they inflect."""
    match node:
        case And(children) | Or(children):
            return type(node)(tuple(map(_bare, children)))
        case Not(child):
            return Not(_bare(child))
        case Phrase(term, (word,)):
            return Word(term, (word,))
        case _:
            return node


def _asked(node: Node) -> list[str]:
    """Words that make the node true."""
    match node:
        case And(children):
            return [word for child in children for word in _asked(child)]
        case Or(children):
            return _asked(children[-1])
        case Not():
            return []
        case _:
            return [word for leaf in leaves(node) for word in getattr(leaf, "words", ())]


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)  # as TOML has it


def measured(folder: Path) -> tuple[float, float, str]:
    """Seconds of the processor and of the clock that ``check`` takes, and the last line it says."""
    before, start = os.times(), time.perf_counter()
    done = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-m", "bot", "check", str(folder)],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if name != _UNCOMPILED},
        check=False,
        capture_output=True,
        text=True,
    )
    after, end = os.times(), time.perf_counter()
    spent = after.children_user + after.children_system
    spent -= before.children_user + before.children_system
    return spent, end - start, (done.stdout + done.stderr).strip().splitlines()[-1]


def _loop() -> float:
    start = time.process_time()
    for _ in range(_STEPS):
        pass
    return time.process_time() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--topics", type=int, default=5_000)
    parser.add_argument("--tests", type=int, nargs="+", default=[0, 1, 2], help="of each topic")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--keep", type=Path, help="write the rules there, and check nothing")
    wanted = parser.parse_args()
    if wanted.keep is not None:
        wanted.keep.mkdir(parents=True)
        write_rules(wanted.keep, wanted.topics, wanted.tests[-1])
        return
    print(f"{'topics':>8}{'tests':>8}{'processor, s':>14}{'clock, s':>10}{'loop, s':>9}  says")
    for tests in wanted.tests:
        with tempfile.TemporaryDirectory() as name:
            write_rules(Path(name), wanted.topics, tests)
            cost, clock, said = min(measured(Path(name)) for _ in range(wanted.rounds))
        print(
            f"{wanted.topics:>8,}{tests * wanted.topics:>8,}{cost:>14.2f}{clock:>10.2f}"
            f"{_loop():>9.2f}  {said.replace(name, 'rules')}",
            flush=True,
        )


if __name__ == "__main__":
    main()
