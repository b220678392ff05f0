"""Names, kinds and dimensions: what a tree means, checked before any data are read."""
