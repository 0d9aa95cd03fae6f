"""The first web port: health, metrics and a plain status page."""
