"""The living demo city 岱海市, built through the services with a movable clock from fixed data.

`cast` says who lives there, `texts` what they write, `build` lets them work through the last weeks.

Beside it stands 云港市, which is only for measuring: `filling` writes as many documents as asked for in bulk (`manage.py demo`).
"""
