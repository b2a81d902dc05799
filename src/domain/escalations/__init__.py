"""What happens when a promise is missed: who is told when, until somebody acts."""
