"""What runs in the fork server and in its sessions.

These modules import each other, the standard library, msgpack and the preloaded libraries, and nothing
else of this package: it is not there. They run in a process of their own whose `agentic_gym` is an empty
shell (`tree.BOOTSTRAP`).
"""
