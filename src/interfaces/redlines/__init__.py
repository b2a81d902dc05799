"""Redlines as people get them: a web page, a PDF, a Word document with tracked changes."""
