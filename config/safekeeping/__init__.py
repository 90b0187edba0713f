"""Backup, restore, and the rehearsal of it: the installation in one sealed file.

It lives in `config` because it starts and stops servers and knows the whole state folder, which no app may.

A backup is one file: `sealing` (scrypt, AES-256-GCM in numbered chunks) around a tar stream (`archive`) of the signed audit
heads, the database as `pg_dump` gives it, the stored files, the secrets, and last a manifest with every member's length and
SHA-256 and the rows of every table. `backing` writes it while people work, `restoring` makes a new state folder of it, with the
database in it or in an `external` one, or nothing at all, `rehearsing` proves it, `nightly` keeps seven days of them in two
places. `UpkeepRun` rows tell the administrators how the last ones went.
"""
