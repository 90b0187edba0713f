"""Measuring modules of `manage.py bench`: each has `def run() -> BenchResult`."""
