"""Who is told what, where it is filed, and where it is sent."""
