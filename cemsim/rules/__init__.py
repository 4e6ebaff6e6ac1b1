"""Rules as data: what may be said, what it means, and how it is decided. No code is ever run from a rule file."""
