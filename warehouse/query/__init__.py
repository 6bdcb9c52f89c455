"""SQL of users: what it may do, and how it is run."""

from warehouse.query.session import Answer, Session, open_session
from warehouse.query.statements import Guard, Piece, split
from warehouse.query.stopping import stoppable

__all__ = ["Answer", "Guard", "Piece", "Session", "open_session", "split", "stoppable"]
