"""Which queries an item rings: text, query language, entities, engine, rule files."""
