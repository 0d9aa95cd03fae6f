"""The query language: grammar, tree, printing, and the errors that people see."""

from bot.matching.query.parse import Query, parse_query, parse_weights

__all__ = ["Query", "parse_query", "parse_weights"]
