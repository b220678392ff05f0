"""Data sections: statements and lazy runs of words, read and printed."""
