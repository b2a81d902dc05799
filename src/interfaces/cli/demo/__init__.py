"""``parley demo``: a real agreement through its life, over HTTP and the command line, in words."""
