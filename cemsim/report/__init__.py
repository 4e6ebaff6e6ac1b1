"""Report: the comparison as a page, as figures, in the terminal."""
