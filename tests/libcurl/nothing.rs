// Only what this depends on is of interest.
