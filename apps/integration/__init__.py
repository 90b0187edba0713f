"""接入: the partner-facing API's schema and shared endpoints; later identity and webhooks."""
