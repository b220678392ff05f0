"""Configurations of a bundle: their schemas, reading them, and what is wrong with one."""
