"""Tocsin: a news lookout that rings on Telegram."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("tocsin")
except PackageNotFoundError:  # a checkout that was never installed
    __version__ = "0+unknown"
