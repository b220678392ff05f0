"""One engine asked in several ways: once, rolling, many times, for many sites."""
