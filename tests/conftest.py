"""Settings of every test."""

from hypothesis import HealthCheck, settings

# The machines that run the tests are shared: how long an example takes says nothing about the code.
settings.register_profile("default", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("default")

# Helpers of the tests, which import them by name: nothing there is to be collected.
collect_ignore = ["support"]
