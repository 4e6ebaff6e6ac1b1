"""The science: pure scalar functions, one file a mechanism, called by every engine."""
