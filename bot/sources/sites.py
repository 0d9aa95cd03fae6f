"""Sites whose pages have a feed at an address that can be told from the page's own.

Each row is a host, a path, and the feeds' addresses; what the parentheses of both take is put into
the braces. Pages that keep their feed's address to themselves are not here: their HTML names it.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import SplitResult, parse_qs, urlsplit

_NAME = r"([\w.-]+)"


class Site(NamedTuple):
    """Where a kind of page is, and where its feeds are."""

    name: str
    host: re.Pattern[str]
    path: re.Pattern[str]
    feeds: tuple[str, ...]


def _site(name: str, host: str, path: str, *feeds: str) -> Site:
    return Site(name, re.compile(host), re.compile(path), feeds)


_REDDIT = r"(?:(?:www|old|new|np|m)\.)?reddit\.com"
_GITHUB = r"(?:www\.)?github\.com"
_REPOSITORY = r"([\w.-]+)/([\w.-]+?)(?:\.git)?"
_YOUTUBE = r"(?:(?:www|m)\.)?youtube\.com"

_SITES = (
    _site(
        "YouTube",
        _YOUTUBE,
        r"/channel/(UC[\w-]{22})(?:/.*)?",
        "https://www.youtube.com/feeds/videos.xml?channel_id={0}",
    ),
    _site(
        "YouTube",
        _YOUTUBE,
        r"/user/([\w.-]+)(?:/.*)?",
        "https://www.youtube.com/feeds/videos.xml?user={0}",
    ),
    _site(
        "Reddit",
        _REDDIT,
        r"/r/([\w+]+)/comments/(\w+)(?:/.*)?",
        "https://www.reddit.com/r/{0}/comments/{1}/.rss",
    ),
    _site(
        "Reddit",
        _REDDIT,
        r"/r/([\w+]+)/(new|top|rising|controversial)",
        "https://www.reddit.com/r/{0}/{1}/.rss",
    ),
    _site("Reddit", _REDDIT, r"/r/([\w+]+)(?:/hot)?", "https://www.reddit.com/r/{0}/.rss"),
    _site("Reddit", _REDDIT, r"/(?:u|user)/([\w-]+)", "https://www.reddit.com/user/{0}/.rss"),
    _site(
        "GitHub",
        _GITHUB,
        rf"/(?!orgs/|topics/){_REPOSITORY}",
        "https://github.com/{0}/{1}/releases.atom",
        "https://github.com/{0}/{1}/commits.atom",
        "https://github.com/{0}/{1}/tags.atom",
    ),
    _site(
        "GitHub",
        _GITHUB,
        rf"/{_REPOSITORY}/(releases|tags|commits)(?:/latest)?",
        "https://github.com/{0}/{1}/{2}.atom",
    ),
    _site(
        "GitHub",
        _GITHUB,
        rf"/{_REPOSITORY}/(?:commits|tree)/([\w./-]+)",
        "https://github.com/{0}/{1}/commits/{2}.atom",
    ),
    _site("GitHub", _GITHUB, r"/([\w-]+)", "https://github.com/{0}.atom"),
    _site(
        "GitLab",
        r"gitlab\.com",
        r"/([\w./-]+?)(?:/-/.*)?",
        "https://gitlab.com/{0}/-/tags?format=atom",
        "https://gitlab.com/{0}.atom",
    ),
    # A channel has no feed of its own; these bridges read its public page.
    _site(
        "Telegram",
        r"(?:t|telegram)\.(?:me|dog)",
        r"/(?:s/)?([A-Za-z]\w{3,31})(?:/\d+)?",
        "https://rsshub.app/telegram/channel/{0}",
        "https://tg.i-c-a.su/rss/{0}",
    ),
    _site("Bluesky", r"bsky\.app", r"/profile/([\w.:-]+)", "https://bsky.app/profile/{0}/rss"),
    _site("Medium", r"(?:www\.)?medium\.com", r"/(@?[\w.-]+)", "https://medium.com/feed/{0}"),
    _site("Substack", r"([\w-]+)\.substack\.com", r"(?:/.*)?", "https://{0}.substack.com/feed"),
    _site("Tumblr", r"([\w-]+)\.tumblr\.com", r"(?:/.*)?", "https://{0}.tumblr.com/rss"),
    _site(
        "Stack Exchange",
        r"((?:[\w-]+\.)?(?:stackoverflow|stackexchange|serverfault|superuser)\.com)",
        r"/questions/tagged/([\w.+%-]+)",
        "https://{0}/feeds/tag/{1}",
    ),
    # Mastodon and its kin, on any host: a profile of another server is asked there.
    _site("Mastodon", r".+", rf"/(?:web/)?@{_NAME}@{_NAME}", "https://{1}/@{0}.rss"),
    _site("Mastodon", r"(.+)", rf"/(?:web/)?@{_NAME}(?:/(?:\d+|with_replies|media))?", "https://{0}/@{1}.rss"),
    _site("Mastodon", r"(.+)", rf"/users/{_NAME}", "https://{0}/users/{1}.rss"),
)  # fmt: skip

# Not names but pages of the site.
_NO_OWNERS = frozenset(
    "about blog collections contact explore features login marketplace new notifications orgs "
    "pricing search security settings sponsors topics trending".split()
)
_HANDLE = re.compile(r"@?([\w.-]+)@([\w-]+(?:\.[\w-]+)+)")
_CHANNEL = re.compile(rb'"(?:channelId|externalId)":"(UC[\w-]{22})"')


def web_address(text: str) -> str:
    """What a person typed as an address: a scheme where there is none, a handle as its page."""
    text = text.strip()
    if handle := _HANDLE.fullmatch(text):
        return f"https://{handle[2]}/@{handle[1]}"
    return text if "://" in text else f"https://{text}"


def feeds_of_site(url: str) -> tuple[str, tuple[str, ...]] | None:
    """The kind of site and its feeds' addresses; None where the address does not tell.

    >>> feeds_of_site("https://www.reddit.com/r/worldnews/")
    ('Reddit', ('https://www.reddit.com/r/worldnews/.rss',))
    """
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
    except ValueError:
        return None
    if parts.path.endswith((".rss", ".atom", ".xml", ".json")):
        return None
    if playlist := _playlist(parts, host):
        return playlist
    path = parts.path.rstrip("/")
    for site in _SITES:
        on, at = site.host.fullmatch(host), site.path.fullmatch(path)
        if on is None or at is None:
            continue
        found = [*on.groups(), *at.groups()]
        if site.name == "GitHub" and found[0] in _NO_OWNERS:
            return None
        if site.name == "Mastodon" and _is_elsewhere(host):
            return None
        return site.name, tuple(feed.format(*found) for feed in site.feeds)
    return None


def channel_feed(page: bytes) -> str | None:
    """The feed of a YouTube page that names its channel only inside its scripts."""
    found = _CHANNEL.search(page)
    name = found[1].decode() if found else None
    return name and f"https://www.youtube.com/feeds/videos.xml?channel_id={name}"


def _playlist(parts: SplitResult, host: str) -> tuple[str, tuple[str, ...]] | None:
    if not re.fullmatch(_YOUTUBE, host) or parts.path.rstrip("/") not in {"/playlist", "/watch"}:
        return None
    (name, *_) = parse_qs(parts.query).get("list", [""])
    if not re.fullmatch(r"[\w-]{10,50}", name):
        return None
    return "YouTube", (f"https://www.youtube.com/feeds/videos.xml?playlist_id={name}",)


def _is_elsewhere(host: str) -> bool:
    """Sites with ``/@name`` pages that are no Mastodon."""
    return bool(
        re.fullmatch(rf"{_YOUTUBE}|.*\.?(?:medium|tiktok|threads|x|twitter)\.(?:com|net)", host)
    )
