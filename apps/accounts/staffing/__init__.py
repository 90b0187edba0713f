"""Organs, units, people and posts from a workbook: read (`workbook`), checked as a whole (`checking`), offered empty (`blank`).

Nothing here writes. A workbook without mistakes becomes a `StaffingPlan`; with one, nothing of it is taken.
"""
