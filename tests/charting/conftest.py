from tests.store.conftest import database, new_database, store

__all__ = ["database", "new_database", "store"]
