"""The desk: unified to-do, today, search, app centre. Reads many, writes nothing."""
