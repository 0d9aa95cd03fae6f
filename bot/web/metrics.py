"""Prometheus metrics, made from one :class:`Status` at each scrape.

No label names a feed or a chat: a hundred thousand series would make a scrape a second long.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Gauge, generate_latest

from bot.model import DeliveryState

if TYPE_CHECKING:
    from bot.web.status import Status


def metrics(status: Status) -> bytes:
    """The exposition text for ``status``."""
    registry = CollectorRegistry()

    def gauge(name: str, text: str, value: float) -> None:
        Gauge(f"tocsin_{name}", text, registry=registry).set(value)

    gauge("up_seconds", "Since the start", (status.now - status.started).total_seconds())
    gauge("ready", "1 when the service can do its work", status.unready is None)
    gauge("items", "Items stored", status.items)
    gauge("subscriptions", "Subscriptions", status.subscriptions)
    gauge("chats", "Chats known", status.chats)
    gauge("topics", "Topics in force", status.topics)
    gauge("queries", "Queries of subscribers in force", status.queries)
    gauge(
        "rule_errors", "Findings that keep the newest rule files from use", len(status.rule_errors)
    )
    gauge("inbox_open", "Updates from people not handled yet", status.inbox_open)
    sources = Gauge("tocsin_sources", "Sources by health", ["health"], registry=registry)
    for health in ("new", "good", "failing", "disabled"):
        sources.labels(health).set(status.health.get(health, 0))
    deliveries = Gauge("tocsin_deliveries", "Deliveries by state", ["state"], registry=registry)
    for delivery_state in DeliveryState:
        deliveries.labels(delivery_state.value).set(status.deliveries.get(delivery_state.value, 0))
    return generate_latest(registry)
