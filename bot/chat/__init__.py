"""Talking with people: what they wrote comes in through the inbox, answers leave by the outbox."""
