"""What a dispatch cost and did, from its flows alone."""
