"""The tree back to text."""
