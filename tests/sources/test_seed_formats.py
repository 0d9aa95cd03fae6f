"""Seed files that are no text dumps: pages, mails, tables, records, agencies' XML, sitemaps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.errors import ParseError
from bot.model import Source, SourceKind
from bot.sources.records import to_record
from bot.sources.seeds import open_seed

if TYPE_CHECKING:
    from pathlib import Path

PARAGRAPH = "The delegations met again on Sunday in the palace by the water, officials of both sides said after the meeting. "
PAGE = f"""<!doctype html><html lang="en-GB"><head><title>Talks resume | The Paper</title>
<link rel="canonical" href="https://paper.example/talks"><meta property="article:published_time" content="2025-05-18T14:05:00+03:00">
<meta property="article:modified_time" content="2025-05-18T15:00:00+03:00"><meta name="author" content="Jane Roe">
<meta name="keywords" content="Turkey, talks"></head><body><nav><a href="/">Home</a><a href="/w">World</a></nav>
<article><h1>Talks resume in Istanbul</h1><figure><figcaption>The palace. Photo: AFP</figcaption></figure><p>{PARAGRAPH}</p><p>{PARAGRAPH * 2}</p></article>
<footer>Cookies and more</footer></body></html>"""
NITF = """<?xml version="1.0"?><nitf><head><title>x</title><docdata><doc-id id-string="nitf-1"/><date.issue norm="20250518T140500Z"/>
<key-list><keyword key="talks"/></key-list></docdata></head><body><body.head><hedline><hl1>Talks resume</hl1></hedline><byline>By Jane Roe</byline><distributor>AFP</distributor></body.head>
<body.content><media><media-caption>The palace</media-caption></media><p>One.</p><p>Two.</p></body.content></body></nitf>"""
NEWSML = """<?xml version="1.0"?><newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><itemSet><newsItem guid="urn:newsml:1" xml:lang="fr">
<itemMeta><provider literal="AFP"/><versionCreated>2025-05-18T15:00:00Z</versionCreated><firstCreated>2025-05-18T14:05:00Z</firstCreated></itemMeta>
<contentMeta><headline>Les pourparlers reprennent</headline><creator><name>Jeanne Martin</name></creator><subject><name>Diplomatie</name></subject></contentMeta>
<contentSet><inlineXML contenttype="application/xhtml+xml"><html xmlns="http://www.w3.org/1999/xhtml"><body><p>Un.</p><p>Deux.</p></body></html></inlineXML></contentSet></newsItem>
<newsItem guid="urn:picture"/></itemSet></newsMessage>"""
SITEMAP = """<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc>https://paper.example/about</loc></url><url><loc>https://paper.example/1</loc><news:news><news:publication><news:name>The Paper</news:name><news:language>en</news:language></news:publication>
<news:publication_date>2025-05-18T14:05:00Z</news:publication_date><news:title>Talks resume</news:title><news:keywords>a, b</news:keywords></news:news></url></urlset>"""
MAIL = """From: "Agence France-Presse" <desk@afp.example>
Subject: Fwd: =?utf-8?q?Les_pourparlers_reprennent_=C3=A0_Istanbul?=
Date: Sun, 18 May 2025 14:05:00 +0300
Message-ID: <1@afp.example>
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary=x

--x
Content-Type: text/plain; charset=utf-8

Un paragraphe.

Un autre.
-- 
La rédaction
--x
Content-Type: text/html; charset=utf-8

<p>Un paragraphe.</p>
--x--
"""  # noqa: W291
FRONT = """---
title: "Talks: the second round"
date: 2025-05-18T14:05:00+02:00
author: Jane Roe
tags: [peace, 'talks']
lang: fr
params:
  draft: false
---

They meet on **Sunday**.
"""
TABLE = 'headline;body;date;link;keywords\n"Talks; resume";"One.\nTwo.";18/05/2025 14:05;https://a.example/1;a, b\n;;;;\n'
ANSWER = '{"status": "ok", "articles": [{"source": {"name": "P"}, "author": "Jane Roe", "title": "Talks", "description": "short", "content": "long", "url": "https://a.example/1", "publishedAt": "2025-05-18T14:05:00Z"}]}'

POSTS = '[{"id": 7, "date": "2025-05-18T14:05:00", "link": "https://a.example/1", "title": {"rendered": "Talks &amp; more"}, "content": {"rendered": "<p>One.</p><p>Two.</p>", "protected": false}}]'
GUARDIAN = '{"response": {"status": "ok", "results": [{"id": "a/1", "webTitle": "Talks", "webPublicationDate": "2025-05-18T14:05:00Z", "fields": {"trailText": "short", "bodyText": "One."}}]}}'
TIMES = '{"response": {"docs": [{"_id": "nyt://1", "headline": {"main": "Talks", "kicker": null}, "lead_paragraph": "One.", "byline": {"original": "By Jane Roe"}, "keywords": [{"name": "glocations", "value": "Istanbul"}]}]}}'
SEARCH = '{"took": 1, "hits": {"total": 1, "hits": [{"_id": "1", "_source": {"title": "Talks", "body": "One."}}]}}'
COLUMNS = "Titre;Contenu;Date de publication;Lien;Mots-clés;Langue\r\nPourparlers;Un.;18/05/2025 13:24;https://a.example/1;paix;fr\r\n"

CASES = [
    ("a.html", PAGE, "page", {"title": "Talks resume in Istanbul", "url": "https://paper.example/talks", "published": "2025-05-18T11:05:00Z", "updated": "2025-05-18T12:00:00Z", "authors": ["Jane Roe"], "tags": ["Turkey", "talks"], "lang": "en", "captions": ["The palace. Photo: AFP"]}),
    ("a.xml", NITF, "nitf", {"id": "nitf-1", "title": "Talks resume", "text": "One.\n\nTwo.", "authors": ["Jane Roe"], "agency": "AFP", "tags": ["talks"], "captions": ["The palace"], "published": "2025-05-18T14:05:00Z"}),
    ("a.newsml", NEWSML, "newsml-g2", {"id": "urn:newsml:1", "title": "Les pourparlers reprennent", "text": "Un.\n\nDeux.", "published": "2025-05-18T14:05:00Z", "updated": "2025-05-18T15:00:00Z", "lang": "fr", "authors": ["Jeanne Martin"], "agency": "AFP", "tags": ["Diplomatie"]}),
    ("a.xml", SITEMAP, "news sitemap", {"id": "https://paper.example/1", "title": "Talks resume", "published": "2025-05-18T14:05:00Z", "lang": "en", "tags": ["a", "b"]}),
    ("a.eml", MAIL, "mail", {"id": "1@afp.example", "title": "Les pourparlers reprennent à Istanbul", "text": "Un paragraphe.\n\nUn autre.", "published": "2025-05-18T11:05:00Z", "agency": "Agence France-Presse"}),
    ("a.csv", TABLE, "csv", {"title": "Talks; resume", "text": "One.\nTwo.", "published": "2025-05-18T14:05:00Z", "url": "https://a.example/1", "tags": ["a", "b"]}),
    ("a.json", ANSWER, "json", {"title": "Talks", "text": "long", "url": "https://a.example/1", "authors": ["Jane Roe"], "published": "2025-05-18T14:05:00Z"}),
    ("a.json", POSTS, "json", {"title": "Talks & more", "text": "One.\n\nTwo.", "url": "https://a.example/1", "published": "2025-05-18T14:05:00Z"}),
    ("a.json", GUARDIAN, "json", {"title": "Talks", "text": "One.", "published": "2025-05-18T14:05:00Z"}),
    ("a.json", TIMES, "json", {"id": "nyt://1", "title": "Talks", "text": "One.", "tags": ["Istanbul"], "authors": ["By Jane Roe"]}),
    ("a.json", SEARCH, "json", {"title": "Talks", "text": "One."}),
    ("a.jsonl", '{"headline": "a", "article": "One.", "ts": 1747577100, "uri": "https://a.example/1"}', "json lines", {"title": "a", "text": "One.", "published": "2025-05-18T14:05:00Z", "url": "https://a.example/1"}),
    ("a.csv", COLUMNS, "csv", {"title": "Pourparlers", "text": "Un.", "published": "2025-05-18T13:24:00Z", "url": "https://a.example/1", "tags": ["paix"], "lang": "fr"}),
    ("a.tsv", "Headline\tBody\tPublished At\nTalks\tOne.\t2025-05-18T14:05:00+03:00", "csv", {"title": "Talks", "published": "2025-05-18T11:05:00Z"}),
    ("a.tsv", "title\ttext\ttags\tauthors\nTalks\tOne.\ta, b\tJane Roe; John Doe", "csv", {"tags": ["a", "b"], "authors": ["Jane Roe", "John Doe"]}),
    ("a.csv", '\ufeffÜberschrift;Datum;Volltext\n"Gespräche; mehr";18.05.2025 14:05;Eins.\n', "csv", {"title": "Gespräche; mehr", "text": "Eins.", "published": "2025-05-18T14:05:00Z"}),
    ("a.md", FRONT, "front matter", {"id": "a.md", "title": "Talks: the second round", "text": "They meet on **Sunday**.", "published": "2025-05-18T12:05:00Z", "authors": ["Jane Roe"], "tags": ["peace", "talks"], "lang": "fr"}),
    ("a.md", "---\nNo field, but news between rules.\n---\n\nMore.\n", "text", {"title": "No field, but news between rules."}),
    ("a.json", '{"title": "a"}\n{"headline": "b"}\n', "json lines", {"title": "a"}),
]  # fmt: skip


def source(folder: Path) -> Source:
    return Source("seeds", SourceKind.FOLDER, str(folder))


@pytest.mark.parametrize(("name", "body", "reader", "fields"), CASES)
def test_a_file_is_read_by_its_reader(
    tmp_path: Path, name: str, body: str, reader: str, fields: dict[str, object]
) -> None:
    path = tmp_path / name
    path.write_text(body, "utf-8")
    seed = open_seed(path, source(tmp_path))
    record = to_record(seed.items[0])
    assert seed.reader == reader
    assert {key: record[key] for key in fields} == fields
    assert seed == open_seed(path, source(tmp_path))
    if reader == "page":
        assert PARAGRAPH.strip() in str(record["text"])
        assert "Cookies" not in str(record["text"])


@pytest.mark.parametrize(("name", "body", "reader", "fields"), CASES)
def test_half_a_file_is_items_or_a_parse_error(
    tmp_path: Path, name: str, body: str, reader: str, fields: dict[str, object]
) -> None:
    path = tmp_path / name
    for cut in range(0, len(body), max(1, len(body) // 40)):
        for rest in ("", "\0\udc80<&", body[-cut:]):
            path.write_bytes((body[:cut] + rest).encode("utf-8", "surrogatepass"))
            try:
                seed = open_seed(path, source(tmp_path))
            except ParseError as error:
                assert str(error)  # noqa: PT017 - either end is right
            else:
                assert all(item.id for item in seed.items)


@pytest.mark.parametrize(
    ("name", "body", "words"),
    [
        ("a.csv", "a,b\n1,2\n", "names no column"),
        ("a.xml", SITEMAP.replace("news:news>", "x>"), "none of its pages is news"),
        ("a.xml", "<nitf/>", "neither a headline nor a text"),
        ("a.xml", "<newsItem><a/></newsItem>", "no item with a headline"),
        (
            "a.xml",
            "<!DOCTYPE nitf [<!ENTITY a 'b'>]><nitf>&a;</nitf>",
            "defines entities of its own",
        ),
        ("a.eml", "\n\n", "empty"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, name: str, body: str, words: str) -> None:
    path = tmp_path / name
    path.write_text(body, "utf-8")
    with pytest.raises(ParseError, match=words):
        open_seed(path, source(tmp_path))
