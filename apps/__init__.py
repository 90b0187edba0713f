"""The applications of 同舟, one room each; see README for the floors."""
