"""What every other layer stands on: words, errors, units, draws, the tables' columns, closed forms."""
