"""The workspace: pages for people, on the same application layer as the API.

Every page works without JavaScript; what the other side does appears live with it. A page is a
route in ``pages/``, a template in ``templates/`` and, where it needs a shape of its own, a
stylesheet in ``static/``.
"""
