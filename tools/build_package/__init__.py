"""Read a folder of raw facts and write the tables of the data package.

Run as ``python -m tools.build_package --facts DIR``. The raw facts are read, never changed; what was
decided by hand (parameters, zones, claims) stands in ``decisions/``, one CSV a subject, each row with its
source or its reason.
"""
