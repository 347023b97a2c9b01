"""What do all workers and machines share through Redis? Counts of leads, and a cache of mail routes."""

from fraudcheck.adapters.redis.counters import RedisCounters
from fraudcheck.adapters.redis.route_cache import RedisRouteCache

__all__ = ["RedisCounters", "RedisRouteCache"]
