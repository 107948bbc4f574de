"""The places where services run, behind one narrow port (base.py): a real Docker engine and a simulated one."""
