"""The HTTP API: ``/v1``, OpenAPI 3.1, problem documents, ETags, idempotency keys."""
