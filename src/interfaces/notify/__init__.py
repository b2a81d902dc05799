"""How people are told: by mail, by webhook, and in their calendars."""
