"""Names that the killed processes and those who kill them agree on."""

RECEIVER = "BATON_CHAOS_RECEIVER"
MARKS = "chaos_mark"
GO = "chaos-go"
