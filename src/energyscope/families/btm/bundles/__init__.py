"""The folder of a run: reading, writing, sealing and verifying it."""
