"""Time series of a bundle: reading them, and what is wrong with one."""
