"""Verbs of 办文: drafting, flow, numbering, typesetting, sealing, exchange, circulation, filing."""
