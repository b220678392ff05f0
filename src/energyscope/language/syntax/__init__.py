"""Model text to tokens and tree."""
