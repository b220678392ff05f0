"""Calendar and tariff: which rate holds when; known to model and bill alike."""
