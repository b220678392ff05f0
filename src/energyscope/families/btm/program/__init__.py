"""The linear program of a run, natively and as text."""
