from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from bot.errors import ParseError
from bot.model import Source, SourceKind
from bot.sources import seeds
from bot.sources.records import to_record
from bot.sources.seeds import is_seed, read_seed, settled

CASES = Path(__file__).parent.parent / "cases"


@pytest.fixture
def source(tmp_path: Path) -> Source:
    return Source("seeds", SourceKind.FOLDER, str(tmp_path))


def write(source: Source, name: str, body: bytes | str) -> Path:
    path = Path(source.address) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body.encode() if isinstance(body, str) else body)
    return path


def test_the_id_is_the_name_below_the_folder(source: Source) -> None:
    path = write(source, "2025/été.txt", "Un titre\n\nUn texte.")
    (item,) = read_seed(path, source)
    assert (item.id, item.source) == ("2025/été.txt", "seeds")
    path.write_text("Un titre\n\nUn texte corrigé.")
    assert read_seed(path, source)[0].id == item.id


def test_decomposed_names_are_the_same_names(source: Source) -> None:
    (item,) = read_seed(write(source, "e\u0301te\u0301.txt", "Titre"), source)
    assert item.id == "été.txt"


def test_a_file_from_elsewhere_has_its_own_name(
    source: Source, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("other") / "a.txt"
    path.write_text("Titre")
    assert read_seed(path, source)[0].id == "a.txt"


def test_a_relative_path_in_a_relative_folder(
    monkeypatch: pytest.MonkeyPatch, source: Source
) -> None:
    write(source, "sub/a.txt", "Titre")
    monkeypatch.chdir(source.address)
    relative = Source("seeds", SourceKind.FOLDER, ".")
    assert read_seed(Path("sub/a.txt"), relative)[0].id == "sub/a.txt"


TEXT = "Президент России сказал, что это для него не так\n\nОн заявил об этом после переговоров в Стамбуле."


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "windows-1251"]
)
def test_encodings(source: Source, encoding: str) -> None:
    (item,) = read_seed(write(source, "a.txt", TEXT.encode(encoding)), source)
    assert f"{item.title}\n\n{item.text}" == TEXT


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (
            "Déjà vu à l’été\n\nLe président a été reçu à l’Élysée où il s’est félicité.",
            "windows-1252",
        ),
        (
            "Görüşmeler başladı\n\nBakan, ateşkes için umutlu olduğunu dile getirdi. Işık yandı.",
            "windows-1254",
        ),
    ],
)
def test_western_and_turkish_encodings(source: Source, text: str, encoding: str) -> None:
    (item,) = read_seed(write(source, "a.txt", text.encode(encoding)), source)
    assert f"{item.title}\n\n{item.text}" == text


@pytest.mark.parametrize(
    ("name", "body", "words"),
    [
        ("a.txt", b"", "empty"),
        ("a.txt", b" \n\t\n", "empty"),
        ("a.txt", b"\xef\xbb\xbf", "empty"),
        ("a.txt", bytes(range(256)), "binary data"),
        ("a.txt", b"%PDF-1.7 text", "a PDF document"),
        ("a.txt", b"\x89PNG\r\n\x1a\n\0\0", "a PNG picture"),
        ("a.md", b"PK\x03\x04\0\0", "a ZIP archive"),
        ("a.jpg", b"text", "files that end in .jpg are not read"),
        ("a.xml", b"<html></html>", "an HTML page"),
        ("a.json", b"{", "broken JSON"),
        ("a.json", b"[1]", "record 1 is not an item"),
        ("a.json", b'{"title": 5}', "record 1: the item's 'title' is not a text"),
        ("a.json", b'[{"title": "x", "tags": 3}]', "'tags' is not a list"),
        ("a.json", b'[{"title": "x", "published": "May"}]', "'published' is not a time"),
        ("a.jsonl", b'{"title": "x"}\n{oops}\n', "line 2"),
        ("a.html", b"<html><script>x</script></html>", "no text"),
    ],
)
def test_bad_files_say_what_they_are(source: Source, name: str, body: bytes, words: str) -> None:
    with pytest.raises(ParseError) as caught:
        read_seed(write(source, name, body), source)
    assert words in str(caught.value)


def test_a_file_that_is_not_there_or_not_a_file(source: Source) -> None:
    for path in (Path(source.address) / "no.txt", Path(source.address)):
        with pytest.raises(ParseError, match="cannot be read"):
            read_seed(path, source)


def test_a_file_that_is_too_large(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seeds, "SIZE_MAX", 10)
    assert read_seed(write(source, "a.txt", "x" * 10), source)
    with pytest.raises(ParseError, match="larger than"):
        read_seed(write(source, "a.txt", "x" * 11), source)


@pytest.mark.parametrize("suffix", [".xml", ".rss", ".RSS", ".atom", ".txt", "", ".output"])
def test_feeds_on_disk(source: Source, suffix: str) -> None:
    body = (CASES / "feeds" / "rss-common.xml").read_bytes()
    items = read_seed(write(source, f"a{suffix}", body), source)
    assert [item.id for item in items][:1] == [f"a{suffix}#guetteur-1"]
    assert len(items) == 2


def test_json_feeds(source: Source) -> None:
    body = (CASES / "feeds" / "json-feed.feed").read_bytes()
    assert len(read_seed(write(source, "a.json", body), source)) == 3


def test_items_written_by_parse_are_read_again(source: Source) -> None:
    (item,) = read_seed(write(source, "a.txt", "Titre\n18/05/2025 13:24\n\nTexte.\n#tag"), source)
    record = to_record(item) | {"source": "elsewhere"}
    lines = f"{json.dumps(record)}\n\n{json.dumps(record | {'id': 'b'})}\n"
    assert [one.id for one in read_seed(write(source, "b.jsonl", lines), source)] == ["a.txt", "b"]
    for body in (json.dumps(record), json.dumps([record])):
        assert read_seed(write(source, "c.json", body), source) == (item,)


def test_records_without_ids_get_them(source: Source) -> None:
    body = '[{"title": "a", "url": "https://a.example/1"}, {"text": "b"}, {"text": "c", "more": 1}]'
    items = read_seed(write(source, "a.json", body), source)
    assert items[0].id == "https://a.example/1"
    assert len({item.id for item in items}) == 3
    assert all(item.id for item in items)


def test_pages(source: Source) -> None:
    page = (
        "<!doctype html><html lang=fr><head><title>Un titre</title><style>p{}</style></head>"
        "<body><h1>Un titre</h1><time>18 mai 2025 à 13h24</time><p>Un.</p><p>Deux.</p></body></html>"
    )
    for name in ("a.html", "b.htm", "c.txt"):
        (item,) = read_seed(write(source, name, page), source)
        assert (item.title, item.text) == ("Un titre", "Un.\n\nDeux.")
        assert item.published is not None


@pytest.mark.parametrize("name", ["notes", "README.MD", "a.text"])
def test_text_by_other_names(source: Source, name: str) -> None:
    assert read_seed(write(source, name, "Titre"), source)[0].title == "Titre"


def test_names_that_are_not_seeds() -> None:
    names = [".hidden", "a.txt~", "~$a.txt", "#a.txt#", "a.txt.part", "a.tmp", ".a.swp"]
    assert [name for name in names if is_seed(Path(name))] == []
    assert is_seed(Path("a.txt"))
    assert is_seed(Path("notes"))


def test_a_file_is_settled_when_two_looks_agree(source: Source) -> None:
    path = write(source, "a.txt", "one")
    first = path.stat()
    assert not settled(first, None)
    assert settled(path.stat(), first)
    os.utime(path, ns=(first.st_atime_ns, first.st_mtime_ns + 1_000_000))
    assert not settled(path.stat(), first)


def test_an_item_of_a_feed_is_told_from_that_of_another_file(source: Source) -> None:
    feed = "<rss version='2.0'><channel><item><guid isPermaLink='false'>{}</guid><title>{}</title></item></channel></rss>"
    paths = [write(source, name, feed.format("1", name)) for name in ("a.xml", "b.xml")]
    assert [read_seed(path, source)[0].id for path in paths] == ["a.xml#1", "b.xml#1"]
    # What says whose it is is the same item in both.
    for name in ("a.xml", "b.xml"):
        path = write(source, name, feed.format("tag:x.example,2025:1", "t"))
        assert read_seed(path, source)[0].id == "tag:x.example,2025:1"


def test_an_article_in_a_table_may_be_long(source: Source) -> None:
    path = write(source, "a.csv", f'title,text\n"Long","{"word " * 40_000}"\n')
    (item,) = read_seed(path, source)
    assert len(item.text) > 131_072


def test_a_file_of_page_breaks_is_read_at_once(source: Source) -> None:
    path = write(source, "a.txt", "\f" * 8_000_000)
    began = time.process_time()
    with pytest.raises(ParseError, match="empty"):
        read_seed(path, source)
    assert time.process_time() - began < 4


def test_a_tag_of_thousands_of_attributes_is_refused(source: Source) -> None:
    attributes = "".join(f"a{number}=1 " for number in range(200_000))
    path = write(source, "a.html", f"<html><body><p {attributes}>x</p></body></html>")
    with pytest.raises(ParseError, match="thousands of attributes"):
        read_seed(path, source)


def test_entities_of_its_own_are_why_a_document_is_not_read(source: Source) -> None:
    inside = '<!ENTITY nbsp "&#160;">' * 100
    path = write(source, "a.xml", f'<?xml version="1.0"?>\n<!DOCTYPE nitf [{inside}]>\n<nitf/>')
    with pytest.raises(ParseError, match="defines entities of its own"):
        read_seed(path, source)
