"""The law of events, and the engines that obey it."""
