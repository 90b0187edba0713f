"""Pages of accounts: sign-in and its gates, one's own account, the address book, standing in."""
