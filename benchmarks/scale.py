"""x"""
measure = None
