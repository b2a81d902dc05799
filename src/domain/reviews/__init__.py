"""Service reviews: the meetings of both sides, their minutes, what they agree to do."""
