"""The front end as Django serves it: built files, templates, frame."""
