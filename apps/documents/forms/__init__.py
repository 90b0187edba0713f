"""Forms of 办文: shapes only."""
