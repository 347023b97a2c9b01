"""What do all workers and machines know together? Counts of leads and answers of the DNS, in one Redis or a cluster."""

from fraudcheck.adapters.redis.answers import RedisAnswers
from fraudcheck.adapters.redis.counters import RedisCounters

__all__ = ["RedisAnswers", "RedisCounters"]
