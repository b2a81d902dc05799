"""Small charts: geometry in whole numbers, worked out exactly, for a template to draw as SVG.

A chart is never the only place of a figure: it carries its text, and a table stands beside it.
"""
