"""Counters for ``/metrics`` (https://prometheus.io/docs/concepts/metric_types/). No label ever names a person or a text."""

from prometheus_client import Counter, Gauge, Histogram

TURNS = Counter("turns_total", "Messages answered", ["channel", "outcome", "language"])
TROUBLES = Counter("troubles_total", "Messages whose handling broke")
SENT = Counter("sent_total", "Messages handed to a channel", ["channel", "outcome"])
TURN_SECONDS = Histogram("turn_seconds", "From hearing to commit", ["channel"])
OUTBOX_WAITING = Gauge("outbox_waiting", "Messages that wait to be sent")
OUTBOX_OLDEST = Gauge("outbox_oldest_seconds", "Age of the oldest message that waits to be sent")
RASA_UP = Gauge("rasa_up", "1 when Rasa answered last time")
