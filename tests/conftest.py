"""What holds for all tests: how long a property test takes is the machine's doing, and no test judges it."""

from hypothesis import HealthCheck, settings

settings.register_profile("leakline", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("leakline")
