"""The model that advises: where it is, what it is asked, and what becomes of its answers. It never acts."""
