"""Real instances replayed through a draft: same path, another one, or a place where it stalls. Nothing is written."""

from workflows.rehearsing.queries import rehearse, rehearse_files
from workflows.rehearsing.recorded import recorded_stimuli
from workflows.rehearsing.report import ElementTimes, Rehearsed, Report, Result, Stall, report_data

__all__ = [
    "ElementTimes",
    "Rehearsed",
    "Report",
    "Result",
    "Stall",
    "recorded_stimuli",
    "rehearse",
    "rehearse_files",
    "report_data",
]
