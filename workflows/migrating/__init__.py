"""Running instances move to another version of their process: looked at before, in batches, one by one, and back."""

from workflows.engine.migrating import Problem, Reason, Remark, RemarkKind

__all__ = ["Problem", "Reason", "Remark", "RemarkKind"]
