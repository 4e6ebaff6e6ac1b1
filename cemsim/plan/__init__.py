"""What an engine reads: flat arrays compiled from a scenario."""
