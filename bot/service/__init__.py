"""The loops of the service: each carries something from one package to the next."""
