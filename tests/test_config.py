from __future__ import annotations

import re
import tomllib
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from bot import config
from bot.config import FeedSettings, Settings
from bot.config.environment import variables
from bot.config.schema import ConfigFile
from bot.config.sources import name_sources, slug
from bot.errors import ConfigError
from bot.model import SourceKind

CASES = sorted((Path(__file__).parent / "cases" / "config").glob("*.toml"))
EXAMPLE = Path(__file__).parents[1] / "config.example.toml"


def load(text: str, folder: Path, environ: dict[str, str] | None = None) -> Settings:
    path = folder / "config.toml"
    path.write_text(text, "utf-8")
    return config.load(path, environ or {})


def findings(text: str, folder: Path, environ: dict[str, str] | None = None) -> list[str]:
    """What is wrong, without the path of the file."""
    with pytest.raises(ConfigError) as caught:
        load(text, folder, environ)
    return [str(found).replace(f"{folder}/", "") for found in caught.value.findings]


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_case_has_the_findings_that_it_names(path: Path) -> None:
    lines = path.read_text("utf-8").splitlines()
    expected = [f"{path}:{line[3:]}" for line in lines if line.startswith("#: ")]
    assert path.stem.startswith("good") == (not expected)
    if not expected:
        config.load(path, {})
        return
    with pytest.raises(ConfigError) as caught:
        config.load(path, {})
    assert [str(finding) for finding in caught.value.findings] == expected
    assert "hunter2" not in str(caught.value)


def test_the_defaults() -> None:
    settings = config.defaults(Path("config.toml"), {})
    assert settings.path == Path("config.toml")
    assert settings.sandboxed
    assert settings.telegram.token.get_secret_value() == ""
    assert settings.telegram.api == "https://api.telegram.org"
    assert settings.telegram.mode == "polling"
    assert settings.telegram.access == "invite"
    assert settings.telegram.admins == ()
    assert settings.limits.messages_per_second == 30
    assert settings.limits.per_chat_per_second == 1
    assert settings.limits.per_group_per_minute == 20
    assert settings.store.url == "sqlite:///tocsin.db"
    assert settings.store.retention == timedelta(days=90)
    assert settings.fetch.every == timedelta(minutes=10)
    assert settings.fetch.concurrency == 64
    assert settings.fetch.per_host == 2
    assert settings.fetch.timeout == timedelta(seconds=20)
    assert settings.fetch.max_bytes == 8 * 1024 * 1024
    assert settings.fetch.allow_private_addresses is False
    assert settings.fetch.spacing == timedelta(milliseconds=250)
    assert settings.fetch.retry_after == "feed"
    assert settings.fetch.contact == ""
    assert settings.feeds == ()
    assert settings.seeds.folders == (Path("seeds"),)
    assert settings.seeds.backlog is True
    assert settings.rules.folder == Path("rules")
    assert settings.web.listen == "127.0.0.1:8080"
    assert settings.web.address == ("127.0.0.1", 8080)
    assert settings.web.token.get_secret_value() == ""
    assert settings.web.public_url == ""
    assert settings.log.level == "info"
    assert settings.log.format == "console"


def test_every_key_is_read() -> None:
    path = next(path for path in CASES if path.stem == "good-all")
    settings = config.load(path, {})
    assert not settings.sandboxed
    assert settings.telegram.token.get_secret_value() == "123:abc"
    assert settings.telegram.api == "http://127.0.0.1:8081"
    assert settings.telegram.mode == "webhook"
    assert settings.telegram.access == "open"
    assert settings.telegram.admins == (42,)
    assert settings.telegram.webhook.url == "http://127.0.0.1:9000/hook"
    assert settings.telegram.webhook.secret.get_secret_value() == "s3cret_-"
    assert settings.limits.messages_per_second == 1000
    assert settings.limits.per_chat_per_second == 2
    assert settings.limits.per_group_per_minute == 30
    assert settings.store.url == "postgresql://tocsin:pw@db/tocsin"
    assert settings.store.retention == timedelta(weeks=1)
    assert settings.fetch.every == timedelta(minutes=90)
    assert settings.fetch.timeout == timedelta(seconds=1.5)
    assert settings.fetch.max_bytes == 1000
    assert settings.fetch.allow_private_addresses is True
    assert settings.fetch.spacing == timedelta(seconds=1)
    assert settings.fetch.retry_after == "domain"
    assert settings.fetch.contact == "news@example.org"
    assert settings.feeds == (
        FeedSettings(
            url="https://example.org/rss.xml?token=x#top",
            name="Example",
            lang="uk",
            every=timedelta(seconds=30),
            tags=("agency", "wire"),
            key="example-1",
        ),
    )
    assert settings.seeds.folders == ()
    assert settings.seeds.backlog is False
    assert settings.rules.folder == Path("/etc/tocsin/rules")
    assert settings.web.address == ("::1", 9001)
    assert settings.web.token.get_secret_value() == "abc"
    assert settings.log.level == "debug"
    assert settings.log.format == "json"


def test_secrets_show_in_no_form() -> None:
    path = next(path for path in CASES if path.stem == "good-all")
    settings = config.load(path, {"TOCSIN_TELEGRAM_TOKEN": "123:hunter2"})
    for shown in (repr(settings), str(settings), f"{settings.telegram}", repr(settings.store)):
        for secret in ("hunter2", "s3cret", "pw@db"):
            assert secret not in shown


def test_relative_paths_start_from_the_folder_of_the_file(tmp_path: Path) -> None:
    settings = load('[seeds]\nfolders = ["in", "/abs"]\n', tmp_path)
    assert settings.store.url == f"sqlite:///{tmp_path}/tocsin.db"
    assert settings.seeds.folders == (tmp_path / "in", Path("/abs"))
    assert settings.rules.folder == tmp_path / "rules"


@pytest.mark.parametrize(
    ("url", "reckoned"),
    [
        ("sqlite:///a/b.db", "sqlite:///{folder}/a/b.db"),
        ("sqlite:////var/b.db", "sqlite:////var/b.db"),
        ("sqlite:///b.db?timeout=5", "sqlite:///{folder}/b.db?timeout=5"),
        ("postgresql://db/b", "postgresql://db/b"),
    ],
)
def test_the_store_stands_where_its_url_says(url: str, reckoned: str, tmp_path: Path) -> None:
    settings = load(f'[store]\nurl = "{url}"\n', tmp_path)
    assert settings.store.url == reckoned.format(folder=tmp_path)


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///", "sqlite:///:memory:", "tocsin.db"])
def test_a_store_that_would_forget_is_refused(url: str, tmp_path: Path) -> None:
    assert len(findings(f'[store]\nurl = "{url}"\n', tmp_path)) == 1


@pytest.mark.parametrize(
    ("url", "good"),
    [
        ("postgresql:///news?host=/run/postgresql", True),
        ("postgresql://tocsin:a#b/c?d@db:5433/news", True),
        ("postgresql+psycopg://[::1]:5432/news", True),
        ("postgresql://db:port/news", False),
        ("postgresql://tocsin:secret@db:54x/news", False),
    ],
)
def test_an_address_of_postgresql_is_read_before_it_is_needed(
    url: str, tmp_path: Path, *, good: bool
) -> None:
    text = f'[store]\nurl = "{url}"\n'
    if good:
        assert load(text, tmp_path).store.url == url
    else:
        (told,) = findings(text, tmp_path)
        assert ("port a number" in told, "secret" in told) == (True, False)


@pytest.mark.parametrize(
    ("listen", "address"),
    [
        ("127.0.0.1:8080", ("127.0.0.1", 8080)),
        ("localhost:0", ("localhost", 0)),
        ("[::1]:80", ("::1", 80)),
        ("", None),
    ],
)
def test_where_the_page_listens(
    listen: str, address: tuple[str, int] | None, tmp_path: Path
) -> None:
    assert load(f'[web]\nlisten = "{listen}"\n', tmp_path).web.address == address


@pytest.mark.parametrize(
    "listen",
    ["8080", ":8080", "localhost", "a:b", "a:-1", "a:65536", "::1:80", "http://a:80", "a:²"],
)
def test_where_no_page_can_listen(listen: str, tmp_path: Path) -> None:
    assert len(findings(f'[web]\nlisten = "{listen}"\n', tmp_path)) == 1


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.org",
        "ftp://a.org",
        "https://",
        "https:///x",
        "https://a b",
        "http://[::1",
        "http://a:x/",
    ],
)
def test_what_is_no_feed_address(url: str, tmp_path: Path) -> None:
    assert len(findings(f'[[feeds]]\nurl = "{url}"\n', tmp_path)) == 1


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    with pytest.raises(ConfigError) as caught:
        config.load(path, {"TOCSIN_FETCH_TIMOUT": "1s"})
    assert [str(finding) for finding in caught.value.findings] == [
        f"{path}:1:1: error: there is no such file; copy config.example.toml to {path} to begin",
        (
            "environment:1:1: error: TOCSIN_FETCH_TIMOUT: there is no such key"
            " (did you mean TOCSIN_FETCH_TIMEOUT?)"
        ),
    ]


def test_a_public_address_needs_a_port_and_loses_its_slash(tmp_path: Path) -> None:
    given = '[web]\npublic_url = "https://tocsin.example.org/"\n'
    assert load(given, tmp_path).web.public_url == "https://tocsin.example.org"
    (finding,) = findings(given + 'listen = ""\n', tmp_path)
    assert "web.public_url needs a web port" in str(finding)
    assert len(findings('[web]\npublic_url = "https://a.org/?x"\n', tmp_path)) == 1
    assert len(findings('[fetch]\ncontact = "a (b)"\n', tmp_path)) == 1


# The environment.


def value_at(settings: Settings, key: tuple[str | int, ...]) -> Any:
    value: Any = settings
    for part in key:
        value = getattr(value, str(part))
    return value


SPOKEN = {
    "TOCSIN_TELEGRAM_TOKEN": ("1:x", None),
    "TOCSIN_TELEGRAM_API": ("http://localhost:1", "http://localhost:1"),
    "TOCSIN_TELEGRAM_MODE": ("polling", "polling"),
    "TOCSIN_TELEGRAM_ACCESS": ("admins", "admins"),
    "TOCSIN_TELEGRAM_ADMINS": ("1, 2", (1, 2)),
    "TOCSIN_TELEGRAM_WEBHOOK_URL": ("https://a.org/x", "https://a.org/x"),
    "TOCSIN_TELEGRAM_WEBHOOK_SECRET": ("x", None),
    "TOCSIN_LIMITS_MESSAGES_PER_SECOND": ("7", 7),
    "TOCSIN_LIMITS_PER_CHAT_PER_SECOND": ("7", 7),
    "TOCSIN_LIMITS_PER_GROUP_PER_MINUTE": (" 7 ", 7),
    "TOCSIN_LIMITS_PAID_BROADCASTS": ("true", True),
    "TOCSIN_STORE_URL": ("sqlite:////x.db", "sqlite:////x.db"),
    "TOCSIN_STORE_RETENTION": ("7d", timedelta(days=7)),
    "TOCSIN_DELIVERY_BURST": ("0", 0),
    "TOCSIN_DELIVERY_BURST_WINDOW": ("7m", timedelta(minutes=7)),
    "TOCSIN_FETCH_EVERY": ("7m", timedelta(minutes=7)),
    "TOCSIN_FETCH_CONCURRENCY": ("7", 7),
    "TOCSIN_FETCH_PER_HOST": ("7", 7),
    "TOCSIN_FETCH_TIMEOUT": ("7s", timedelta(seconds=7)),
    "TOCSIN_FETCH_MAX_BYTES": ("7", 7),
    "TOCSIN_FETCH_ALLOW_PRIVATE_ADDRESSES": ("true", True),
    "TOCSIN_FETCH_SPACING": ("7ms", timedelta(milliseconds=7)),
    "TOCSIN_FETCH_RETRY_AFTER": ("host", "host"),
    "TOCSIN_FETCH_CONTACT": ("a@b.example", "a@b.example"),
    "TOCSIN_FEEDS": (
        "https://a.org/x, https://b.org/x",
        (FeedSettings(url="https://a.org/x"), FeedSettings(url="https://b.org/x")),
    ),
    "TOCSIN_SEEDS_FOLDERS": ("/a,/b", (Path("/a"), Path("/b"))),
    "TOCSIN_SEEDS_BACKLOG": ("False", False),
    "TOCSIN_RULES_FOLDER": ("/r", Path("/r")),
    "TOCSIN_WEB_LISTEN": ("localhost:1", "localhost:1"),
    "TOCSIN_WEB_PUBLIC_URL": ("https://a.org", "https://a.org"),
    "TOCSIN_WEB_TOKEN": ("x", None),
    "TOCSIN_LOG_LEVEL": ("debug", "debug"),
    "TOCSIN_LOG_FORMAT": ("json", "json"),
}


def test_every_key_has_a_name_in_the_environment(tmp_path: Path) -> None:
    names = variables()
    assert set(SPOKEN) == set(names)
    settings = load("", tmp_path, {name: text for name, (text, _) in SPOKEN.items()})
    for name, (text, expected) in SPOKEN.items():
        value = value_at(settings, names[name])
        if expected is None:
            assert value.get_secret_value() == text
        else:
            assert value == expected


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    text = '[fetch]\ntimeout = "1s"\nper_host = 3\n'
    settings = load(text, tmp_path, {"TOCSIN_FETCH_TIMEOUT": "2s"})
    assert settings.fetch.timeout == timedelta(seconds=2)
    assert settings.fetch.per_host == 3


def test_lists_may_be_written_as_toml(tmp_path: Path) -> None:
    environ = {
        "TOCSIN_TELEGRAM_ADMINS": "[1, 2]",
        "TOCSIN_SEEDS_FOLDERS": '["/a,b"]',
        "TOCSIN_FEEDS": '[{ url = "https://a.org", tags = ["x"] }]',
    }
    settings = load("", tmp_path, environ)
    assert settings.telegram.admins == (1, 2)
    assert settings.seeds.folders == (Path("/a,b"),)
    assert settings.feeds == (FeedSettings(url="https://a.org", tags=("x",)),)


def test_lists_may_be_written_as_json(tmp_path: Path) -> None:
    settings = load("", tmp_path, {"TOCSIN_FEEDS": '[{"url": "https://a.org", "tags": ["x"]}]'})
    assert settings.feeds == (FeedSettings(url="https://a.org", tags=("x",)),)


@pytest.mark.parametrize(("text", "meant"), [("1", True), ("yes", True), ("off", False)])
def test_what_containers_call_true(tmp_path: Path, text: str, *, meant: bool) -> None:
    settings = load("", tmp_path, {"TOCSIN_FETCH_ALLOW_PRIVATE_ADDRESSES": text})
    assert settings.fetch.allow_private_addresses is meant


def test_empty_lists_in_the_environment(tmp_path: Path) -> None:
    environ = {"TOCSIN_SEEDS_FOLDERS": "", "TOCSIN_TELEGRAM_ADMINS": " "}
    settings = load("", tmp_path, environ)
    assert settings.seeds.folders == ()
    assert settings.telegram.admins == ()


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("FETCH_TIMEOUT", "20", 'must be a length of time such as "20s", "10m", "1h30m" or "90d"'),
        ("FETCH_PER_HOST", "two", "must be a whole number, not text"),
        ("FETCH_PER_HOST", "", "must be a whole number, not text"),
        ("FETCH_ALLOW_PRIVATE_ADDRESSES", "2", "must be true or false, not text"),
        ("TELEGRAM_ADMINS", "1,x", "each of telegram.admins must be a whole number, not text"),
        ("TELEGRAM_ADMINS", "[1", "must be a list, […], not text"),
        (
            "TELEGRAM_TOKEN",
            "hunter2 hunter2",
            "must be the bot's token as BotFather gave it, without blanks or slashes",
        ),
        ("TELEGRAM_MODE", "webhok", 'must be "polling" or "webhook" (did you mean webhook?)'),
        (
            "FEEDS",
            '[{ ulr = "https://a.org", url = "https://b.org" }]',
            "unknown key ulr (did you mean url?)",
        ),
        ("FEEDS", "a.org", "feeds.url must be an address that begins with https:// or http://"),
        ("SEEDS_FOLDER", "x", "there is no such key (did you mean TOCSIN_SEEDS_FOLDERS?)"),
    ],
)
def test_the_environments_faults_are_told_by_name(
    name: str, text: str, message: str, tmp_path: Path
) -> None:
    found = findings("", tmp_path, {f"TOCSIN_{name}": text})
    assert found == [f"environment:1:1: error: TOCSIN_{name}: {message}"]


def test_faults_of_file_and_environment_are_told_together(tmp_path: Path) -> None:
    found = findings('[fetch]\nevery = "x"\n', tmp_path, {"TOCSIN_FETCH_TIMEOUT": "x"})
    assert [line.partition(":")[0] for line in found] == ["config.toml", "environment"]


def test_a_key_of_the_environment_cannot_mend_a_table_that_is_none(tmp_path: Path) -> None:
    found = findings("telegram = 3\n", tmp_path, {"TOCSIN_TELEGRAM_WEBHOOK_URL": "https://a.org"})
    assert found == ["config.toml:1:12: error: telegram must be a table, not a number"]


def test_names_that_are_not_keys_and_not_ours(tmp_path: Path) -> None:
    environ = {
        "TOCSIN_CONFIG": "elsewhere.toml",
        "TOCSIN_SERVICE_HOST": "10.0.0.1",
        "TOCSIN_SERVICE_PORT_HTTP": "80",
        "TOCSIN_PORT_8080_TCP_ADDR": "10.0.0.1",
        "_TOCSIN_COMPLETE": "bash_source",
        "PATH": "/bin",
    }
    assert load("", tmp_path, environ) == load("", tmp_path)


# Sources.


def test_feeds_and_folders_become_sources(tmp_path: Path) -> None:
    text = """
        [[feeds]]
        url = "https://www.example.org/rss"
        name = "Le Monde – À la une"
        lang = "fr"
        every = "1h"
        tags = ["agency"]
        [[feeds]]
        url = "https://www.example.org/world"
        [[feeds]]
        url = "https://www.example.org/europe"
        [[feeds]]
        url = "https://b.example.org/"
        name = "Новости"
        [[feeds]]
        url = "https://c.example.org/1"
        name = "le monde: à la une"
        [[feeds]]
        url = "https://c.example.org/2"
        key = "example-org"
        [seeds]
        folders = ["seeds", "other/seeds"]
    """
    sources = load(text, tmp_path).sources()
    assert [source.key for source in sources] == [
        "le-monde-a-la-une",
        "example-org-world",
        "example-org-europe",
        "b-example-org",
        "c-example-org",
        "example-org",
        "seeds",
        sources[7].key,
    ]
    assert re.fullmatch(r"seeds-[0-9a-f]{6}", sources[7].key)
    assert sources[0].kind is SourceKind.FEED
    assert sources[0].address == "https://www.example.org/rss"
    assert sources[0].lang == "fr"
    assert sources[0].every == timedelta(hours=1)
    assert sources[0].tags == ("agency",)
    assert sources[6].kind is SourceKind.FOLDER
    assert sources[6].address == str(tmp_path / "seeds")


urls = st.from_regex(r"https://[a-c]\.org/[a-c]{0,2}", fullmatch=True)
names = st.sampled_from(["", "A", "a", "a!", "Ж", "a-org"])


@given(st.lists(st.tuples(urls, names), unique_by=lambda pair: pair[0]), st.integers(0, 3))
def test_keys_are_unique_and_well_formed(feeds: list[tuple[str, str]], folders: int) -> None:
    paths = tuple(Path(f"{n}/a") for n in range(folders))
    made = name_sources([FeedSettings(url=u, name=n) for u, n in feeds], paths)
    keys = [source.key for source in made]
    assert len(set(keys)) == len(feeds) + folders
    assert all(re.fullmatch("[a-z0-9-]+", key) for key in keys)


@pytest.mark.parametrize(
    ("text", "made"),
    [("Le Monde", "le-monde"), ("Ørsted & Łódź ı", "orsted-lodz-i"), ("…", ""), ("新华社", "")],
)
def test_slug(text: str, made: str) -> None:
    assert slug(text) == made


# The example.


def example_keys() -> dict[str, Any]:
    return tomllib.loads(EXAMPLE.read_text("utf-8"))


def leaves(model: type[BaseModel], path: tuple[str, ...] = ()) -> dict[tuple[str, ...], Any]:
    """Every key of the schema but those of feeds, with its default."""
    found: dict[tuple[str, ...], Any] = {}
    for name, field in model.model_fields.items():
        if isinstance(field.default, BaseModel):
            found |= leaves(type(field.default), (*path, name))
        elif name != "feeds":
            found[*path, name] = field.default
    return found


@pytest.mark.parametrize("key", leaves(ConfigFile), ids=".".join)
def test_the_example_names_every_key_with_its_default(key: tuple[str, ...]) -> None:
    value: Any = example_keys()
    for part in key:
        assert part in value, f"config.example.toml lacks {'.'.join(key)}"
        value = value[part]
    stated, default = config.load(EXAMPLE, {}), config.defaults(EXAMPLE, {})
    assert value_at(stated, key) == value_at(default, key)


@pytest.mark.parametrize("key", FeedSettings.model_fields)
def test_the_example_tells_every_key_of_a_feed(key: str) -> None:
    written = re.search(rf"^(?:#   )?{key} +?= ", EXAMPLE.read_text("utf-8"), re.MULTILINE)
    assert written, f"config.example.toml lacks feeds.{key}"


def test_each_key_of_the_example_has_a_comment() -> None:
    lines = EXAMPLE.read_text("utf-8").partition("[[feeds]]")[0].splitlines()
    bare = [
        line
        for before, line in pairwise(lines)
        if re.match(r"\w+ = ", line) and not before.startswith(("#", "messages_per", "per_chat"))
    ]
    assert bare == []


def test_the_example_follows_news_in_french_and_english() -> None:
    feeds = config.load(EXAMPLE, {}).feeds
    assert {feed.lang for feed in feeds} == {"fr", "en"}
    assert len(feeds) >= 5
    assert all(feed.url.startswith("https://") and feed.name for feed in feeds)
