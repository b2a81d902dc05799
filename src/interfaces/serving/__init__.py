"""The processes of a running installation: a supervisor, web processes, one worker."""
