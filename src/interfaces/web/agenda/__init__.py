"""What waits for whom, across relationships, as the inbox and the due dates show it."""
