"""The glass engine: the same law and the same science as the fast one, written to be read.

Customers are Mesa agents, teams are SimPy resources whose headcount follows shifts, an issue is a SimPy process that
walks its journey. Both engines call the same science and carry out rules by the same functions; what each has of its
own is the order of things: events, queues, who asks whom and when. Here it is written to be read, and is slow.
Records and issue numbers are those of the fast engine, so that rows can be compared. `engine.parity` holds the fast
engine to it, visit for visit and person for person.
"""
