"""Everything around the desk, by the names the edge calls: arrivals, pairing and company.

Visitors arrive (arrivals.py), places become conversations (pairing.py), and others come and go
(company.py). This module only gathers them.
"""

from __future__ import annotations

from hamn.app.arrivals import hello as hello
from hamn.app.arrivals import withdraw as withdraw
from hamn.app.company import calls as calls
from hamn.app.company import end as end
from hamn.app.company import invite as invite
from hamn.app.company import join as join
from hamn.app.company import leave as leave
from hamn.app.company import lost as lost
from hamn.app.company import named_after_loss as named_after_loss
from hamn.app.company import rejoin as rejoin
from hamn.app.company import staff_rooms as staff_rooms
from hamn.app.company import withdraw_join as withdraw_join
from hamn.app.pairing import Author as Author
from hamn.app.pairing import StaffAuthor as StaffAuthor
from hamn.app.pairing import VisitorAuthor as VisitorAuthor
from hamn.app.pairing import claim as claim
from hamn.app.pairing import commit as commit
