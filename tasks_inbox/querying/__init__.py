"""The query line of the inbox: ``due:<1d customer:"Acme" -process:complaint words``, read, written and understood."""

from tasks_inbox.querying.language import LINE_LIMIT, TERM_LIMIT, Line, Problem, Term, parse, printed

__all__ = ["LINE_LIMIT", "TERM_LIMIT", "Line", "Problem", "Term", "parse", "printed"]
