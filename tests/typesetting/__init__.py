"""Golden pages: what the PDF really shows, measured in millimetres."""
