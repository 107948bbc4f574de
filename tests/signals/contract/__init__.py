"""What every provider owes, whatever it asks (`docktor/signals/base.py`).

- test_numbers: the numbers mean the same everywhere, and totals are such that no rate is ever negative
- test_unavailable: what isn't there, isn't reached or isn't let in has the right state, and no password shows
- test_mistreated: a server that is killed, frozen or behind a bad network gives no numbers, and counts again afterwards
- test_shared: ten queues share a connection; nothing is left behind, cut off as it may be
- test_settings: settings describe themselves and need no client library

A new kind is under contract once `rigs` has a class for it.
"""
