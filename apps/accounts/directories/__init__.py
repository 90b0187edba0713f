"""People and units from a directory: fetched whole (`client`), drawn as lines of the workbook (`drawing`), compared with what
is here (`comparing`). Nothing here writes. The lines are judged by `staffing.checking`, as those of a workbook are.
"""
