"""Behind-the-meter batteries and PV: the dispatch that makes the bill smallest, and what it was worth."""
