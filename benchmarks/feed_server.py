"""A server of feeds, aiohttp's own: a process of its own.

``/304/N`` has not changed for whoever names a validator; ``/same/N`` never changes and has no
validators; ``/new/N`` has two new items whenever ``/version/V.N`` grows, which writes the first N of
them beforehand. A feed is about 28 KB, and
every other one is Atom. Each item has words of its own; one in five tells what an item of another
feed tells, slightly shortened, as agencies' reports do. Prints its port.
"""

from __future__ import annotations

import asyncio
import sys
from functools import lru_cache
from random import Random
from xml.sax.saxutils import escape

from aiohttp import web

ITEMS = 20
NEW = 2  # items a version
COPIES = 5  # one in so many items is another feed's, too
# A paragraph as newspapers' systems write it: links, emphasis, a picture with its caption.
PARAGRAPH = (
    '<p class="article__paragraph"><strong>%s</strong> %s '
    '<a href="/article/%d?utm_source=rss&amp;utm_medium=feed" rel="nofollow">%s</a>'
    " %s&nbsp;; les <em>%s</em> %s.</p>"
    '<figure><img src="/media/%d.jpg" alt="" width="640" height="360" '
    'loading="lazy"/><figcaption>Crédit&nbsp;: AA</figcaption></figure>'
)
WORDS = """
    accord agence aide alliance ambassade année appel armée arrêt attaque avenir avion avis banque
    bataille besoin budget bureau campagne candidat capitale centre chef chercheur choix citoyen
    colère combat commerce commission commune compagnie conflit congrès conseil contrat contrôle
    coopération côte cour crise croissance culture date débat décision déclaration défense délai
    demande départ député dette dialogue diplomate direction discours dossier drone droit économie
    effort élection énergie enfant enjeu enquête entreprise équipe espoir essai étape état étude
    événement expert face fermeture feu fin fonds force frontière gaz gouvernement grève groupe
    guerre habitant hausse histoire hiver hôpital hypothèse île image incendie industrie inflation
    initiative institut intérêt interview jeunesse jour journal juge justice langue lettre liberté
    ligne logement loi maire maison majorité maladie manifestation marché médecin menace mer mesure
    météo ministre mission modèle monde monnaie mort moyen musée navire négociation niveau nombre
    objectif opération opposition ordre paix palais parlement parole parti pays pêche peine peuple
    plainte plan pluie police politique pont population port poste pouvoir presse preuve prison prix
    procès production programme projet promesse protection province quartier question rapport
    recherche récolte réforme refus région règle relation rencontre reprise réseau réserve résultat
    retour réunion révision rivière route saison santé science séance secours sécurité séisme siège
    signature situation société soldat soutien stratégie succès sujet syndicat système tempête terre
    territoire texte tour train traité transport travail trêve tribunal troupe usage usine vague
    valeur vent vérité ville village visite vote voyage zone
""".split()


def words(random: Random, count: int) -> str:
    return " ".join(random.choices(WORDS, k=count))


def paragraph(random: Random, number: int) -> str:
    return PARAGRAPH % (
        *(words(random, 2).title(), words(random, 4), number, words(random, 2)),
        *(words(random, 8), words(random, 1), words(random, 10), number),
    )


@lru_cache(maxsize=1 << 17)
def item(feed: int, number: int, *, atom: bool) -> bytes:
    copied = number % COPIES == 0
    told = Random((feed // 2 if copied else -1 - feed) * 1_000_003 + number)
    title = f"{words(told, 6).capitalize()} ({number})".encode()
    link = f"https://news{feed}.example/{number}.html".encode()
    paragraphs = [paragraph(told, number) for _ in range(2)]
    if copied and feed % 2:
        del paragraphs[-1]
    text = escape("".join(paragraphs)).encode()
    if atom:
        return (
            b"<entry><id>tag:%s</id><title>%s</title><link href='%s'/>"
            b"<updated>2026-05-18T12:00:00Z</updated><content type='html'>%s</content></entry>\n"
        ) % (link, title, link, text)
    return (
        b"<item><guid>%s</guid><title>%s</title><link>%s</link>"
        b"<pubDate>Mon, 18 May 2026 12:00:00 GMT</pubDate><category>world</category>"
        b"<description>%s</description></item>\n"
    ) % (link, title, link, text)


@lru_cache(maxsize=4096)
def document(feed: int, version: int) -> bytes:
    atom = feed % 2 == 1
    first = version * NEW
    inside = b"".join(item(feed, number, atom=atom) for number in range(first + ITEMS, first, -1))
    if atom:
        head = (
            b"<?xml version='1.0' encoding='utf-8'?><feed xmlns='http://www.w3.org/2005/Atom'>"
            b"<id>f%d</id><title>Source %d</title><updated>2026-05-18T12:00:00Z</updated>"
        ) % (feed, feed)
        return head + inside + b"</feed>"
    head = (
        b"<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel>"
        b"<title>Source %d</title><link>https://news%d.example/</link><description>x</description>"
    ) % (feed, feed)
    return head + inside + b"</channel></rss>"


class Feeds:
    """Answers; ``version`` is how often the changing feeds have changed."""

    version = 0

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        _, kind, number = request.path.split("/", 2)
        first, _, second = number.partition(".")
        feed = int(first)
        if kind == "version":
            self.version = feed
            for each in range(int(second)):
                document(each, feed)
            return web.Response()
        tag = {"ETag": '"e"'} if kind == "304" else {}
        if tag and "If-None-Match" in request.headers:
            return web.Response(status=304, headers=tag)
        body = document(feed, self.version if kind == "new" else 0)
        return web.Response(body=body, headers=tag, content_type="application/xml")


async def main() -> None:
    runner = web.ServerRunner(web.Server(Feeds().answer))
    await runner.setup()
    site = web.TCPSite(runner, "0.0.0.0", 0)  # noqa: S104 - 127.0.0.1, 127.0.0.2 …
    await site.start()
    print(runner.addresses[0][1], flush=True)
    # Until whoever started it is gone.
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(main())
