"""Answers that can be trusted: what is done when a solver's word does not hold."""
