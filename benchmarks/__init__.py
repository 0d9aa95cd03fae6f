"""Figures, as ratios within one run; ``make bench`` runs them all and keeps what they print."""
