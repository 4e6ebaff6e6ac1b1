"""The glass engine: the same law and the same science as the fast one, written to be read.

Customers are Mesa agents, teams are SimPy resources whose headcount follows shifts, an issue is a SimPy process that
walks its journey. It is slow on purpose: nothing is packed, skipped or reordered. `engine.parity` holds the fast
engine to it, visit for visit and person for person.
"""
