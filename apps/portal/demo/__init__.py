"""The living demo city 岱海市, built through the services with a movable clock from fixed data.

`cast` says who lives there, `texts` what they write, `build` lets them work through the last weeks.
"""
