"""The nouns of a scenario, one file each; frozen, with closed keys, every field described."""
