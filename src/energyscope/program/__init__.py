"""A linear program as named blocks of arrays, and the solution of one."""
