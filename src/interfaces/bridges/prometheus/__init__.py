"""An agreement as Prometheus recording and alerting rules."""
