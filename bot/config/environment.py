"""Keys of config.toml that come from the environment: ``TOCSIN_FETCH_TIMEOUT`` and its like."""

from __future__ import annotations

import json
import re
import tomllib
from typing import TYPE_CHECKING, Any, get_args, get_origin

from pydantic import BaseModel

from bot.config.schema import ConfigFile, FeedSettings
from bot.errors import Finding
from bot.toml import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bot.toml import Key

PATH = "environment"  # what findings call it
PREFIX = "TOCSIN_"
# TOML has the first two; containers are told the others.
_TRUTH = {
    "true": True, "false": False, "1": True, "0": False, "yes": True, "no": False, "on": True, "off": False,
}  # fmt: skip
# Where config.toml itself is; read by the command line.
_NOT_KEYS = frozenset({"TOCSIN_CONFIG"})
# Kubernetes gives each container such names for a service that is called "tocsin".
_KUBERNETES = re.compile(r"TOCSIN_(?:SERVICE_(?:HOST|PORT(?:_.*)?)|PORT(?:_.*)?)")


def variables() -> dict[str, Key]:
    """Every name that is understood, and the key that it stands for."""
    return {name_of(key): key for key, _ in _leaves(ConfigFile)}


def name_of(key: Key) -> str:
    """``TOCSIN_FETCH_TIMEOUT`` for ``("fetch", "timeout")``."""
    return PREFIX + "_".join(map(str, key)).upper()


def overrides(environ: Mapping[str, str]) -> tuple[dict[Key, Any], list[Finding]]:
    """The keys that the environment gives, with TOML's types, and what is wrong with names."""
    kinds = dict(_leaves(ConfigFile))
    known = variables()
    values: dict[Key, Any] = {}
    findings: list[Finding] = []
    for name in sorted(environ):
        if not name.startswith(PREFIX) or name in _NOT_KEYS or _KUBERNETES.fullmatch(name):
            continue
        if name in known:
            key = known[name]
            values[key] = _typed(environ[name], kinds[key])
        else:
            hint = nearest(name, known)
            findings.append(Finding(PATH, 1, 1, f"{name}: there is no such key", hint))
    return values, findings


def _leaves(model: type[BaseModel], path: tuple[str, ...] = ()) -> Iterator[tuple[Key, Any]]:
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from _leaves(kind, (*path, name))
        else:
            yield (*path, name), kind


def _typed(text: str, kind: Any) -> Any:
    """The text as what TOML would have given; as it stands where it is no such thing.

    Then the schema says what it should have been.
    """
    if kind is bool:
        return _TRUTH.get(text.strip().lower(), text)
    if kind is int:
        return int(text) if re.fullmatch(r"\s*[+-]?[0-9]{1,18}\s*", text) else text
    if get_origin(kind) is tuple:
        return _list(text, get_args(kind)[0])
    return text


def _list(text: str, kind: Any) -> Any:
    """``a, b``, or an array of TOML or JSON; of feeds, addresses or inline tables."""
    if text.lstrip().startswith("["):
        try:
            return tomllib.loads(f"list = {text.strip()}")["list"]
        except (ValueError, RecursionError):
            return _json(text)
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if kind is FeedSettings:
        return [{"url": part} for part in parts]
    return [_typed(part, int) if _is_count(kind) else part for part in parts]


def _json(text: str) -> Any:
    """The text as it stands where it is no JSON either."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _is_count(kind: Any) -> bool:
    return kind is int or int in get_args(kind)
