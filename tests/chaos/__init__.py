"""Real processes are killed for real: nothing is lost, nothing is done twice."""
